// The parser of awk: awk_lexer.cc reads tokens, awk_parse.cc statements, awk_expression.cc
// expressions.
#pragma once

#include <algorithm>

#include "shell/cmd/awk.h"

namespace decnet::shell::cmd {

class AwkParser {
 public:
  explicit AwkParser(std::string_view text) : text_(text) { advance(); }

  tl::expected<AwkProgram, std::string> run() {
    skip_ends();
    while (kind_ != 'e' && error_.empty()) {
      rule();
      skip_ends();
    }
    if (!error_.empty()) return tl::unexpected<std::string>(error_);
    mark();
    if (!error_.empty()) return tl::unexpected<std::string>(error_);
    return std::move(program_);
  }

 private:
  // Token kinds: n number, s string, w name, f name directly before '(', o operator, l newline, e
  // end.
  void advance();
  void regex_token();
  bool is(std::string_view text) const {
    return (kind_ == 'o' || kind_ == 'w' || kind_ == 'f') && token_ == text;
  }
  bool take(std::string_view text) {
    if (!is(text)) return false;
    advance();
    return true;
  }
  void want(std::string_view text) {
    if (take(text) || !error_.empty()) return;
    if (text == ")" || text == "}") {
      const bool end = kind_ == 'e';
      error_ = "line " + std::to_string(line_ + (end ? 1 : 0)) + ": missing " + std::string(text) +
               " near " +
               (end            ? "end of file"
                : kind_ == 'l' ? "end of line"
                               : token_);
      kind_ = 'e';
      return;
    }
    fail();
  }
  void fail() {
    if (error_.empty())
      error_ = "line " + std::to_string(line_) + ": syntax error at or near " +
               (kind_ == 'e'   ? "end of line"
                : kind_ == 'l' ? "end of line"
                               : token_);
    kind_ = 'e';
  }
  void skip_lines() {
    while (kind_ == 'l') advance();
  }
  void skip_ends() {
    while (kind_ == 'l' || is(";")) advance();
  }
  static AwkTree node(AwkNode::Kind kind, std::string text = {}) {
    auto made = std::make_unique<AwkNode>();
    made->kind = kind;
    made->text = std::move(text);
    return made;
  }
  AwkTree join(AwkNode::Kind kind, std::string text, AwkTree left, AwkTree right) {
    AwkTree made = node(kind, std::move(text));
    made->depth = std::max(left->depth, right->depth) + 1;
    if (made->depth > kAwkChainMax) too_deep();
    made->parts.push_back(std::move(left));
    made->parts.push_back(std::move(right));
    return made;
  }
  AwkTree regex_node(std::string_view pattern);
  void too_deep() {
    if (error_.empty()) error_ = "program too deep";
    kind_ = 'e';
  }
  void mark();
  void complain(const std::string& what) {
    if (error_.empty()) error_ = "line " + std::to_string(line_) + ": " + what;
    kind_ = 'e';
  }
  bool mark(AwkNode& one, bool loops);
  bool getline_follows() const;
  AwkTree getline(std::string_view way, AwkTree source);
  void rule();
  AwkTree block();
  AwkTree statement();
  AwkTree loop_body();
  AwkTree simple();
  AwkTree for_loop();
  AwkTree print(const std::string& name);
  AwkTree expression(bool in_print = false);
  AwkTree ternary(bool in_print);
  AwkTree either(bool in_print);
  AwkTree both(bool in_print);
  AwkTree membership(bool in_print);
  AwkTree matching(bool in_print);
  AwkTree comparison(bool in_print);
  AwkTree concatenation(bool in_print);
  AwkTree sum();
  AwkTree product();
  AwkTree unary();
  AwkTree power();
  AwkTree postfix();
  AwkTree primary();
  AwkTree call(const std::string& name);
  bool begins_operand() const {
    if (kind_ == 'n' || kind_ == 's' || kind_ == 'f') return true;
    if (kind_ == 'w') return token_ != "in" && token_ != "getline";
    return is("$") || is("!") || is("(") || is("-") || is("+") || is("++") || is("--");
  }
  void statement_end() {
    if (is("}") || kind_ == 'e') return;
    if (kind_ == 'l' || is(";")) return advance();
    fail();
  }
  bool deeper() {
    if (++depth_ <= kAwkDepthMax) return true;
    too_deep();
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;  // Of the token.
  int line_ = 1;
  int loops_ = 0;  // Around the parser's place.
  bool in_function_ = false;
  bool in_rule_ = false;                             // Of records: `next` is right there.
  std::vector<std::pair<std::string, int>> called_;  // Functions, and where; looked up at the end.
  char kind_ = 'l';
  std::string token_;
  double number_ = 0;
  std::size_t depth_ = 0;
  AwkProgram program_;
  std::string error_;
};

}  // namespace decnet::shell::cmd
