// The parser of awk: awk_lexer.cc reads tokens, awk_parse.cc statements, awk_expression.cc
// expressions.
#pragma once

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
    if (!take(text)) fail();
  }
  void fail() {
    if (error_.empty())
      error_ = "line " + std::to_string(line_) + ": syntax error at or near " +
               (kind_ == 'e'   ? "end of file"
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
  static AwkTree join(AwkNode::Kind kind, std::string text, AwkTree left, AwkTree right) {
    AwkTree made = node(kind, std::move(text));
    made->parts.push_back(std::move(left));
    made->parts.push_back(std::move(right));
    return made;
  }
  AwkTree regex_node(std::string_view pattern) {
    AwkTree made = node(AwkNode::Kind::regex, std::string(pattern));
    auto regex = Regex::compile(pattern, {.extended = true, .awk = true});
    if (!regex) {
      if (error_.empty()) error_ = "regular expression compile failed (" + regex.error() + ")";
      kind_ = 'e';
    } else {
      made->regex = std::make_shared<Regex>(std::move(*regex));
    }
    return made;
  }

  void rule();
  AwkTree block();
  AwkTree statement();
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
    if (error_.empty()) error_ = "program too deep";
    kind_ = 'e';
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;  // Of the token.
  int line_ = 1;
  char kind_ = 'l';
  std::string token_;
  double number_ = 0;
  std::size_t depth_ = 0;
  AwkProgram program_;
  std::string error_;
};

}  // namespace decnet::shell::cmd
