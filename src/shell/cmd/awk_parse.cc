// The lexer and parser of awk.
#include <cctype>
#include <cstdlib>

#include "shell/cmd/awk.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

using Kind = AwkNode::Kind;

constexpr std::string_view kBuiltins[] = {
    "length",  "substr", "index", "split",  "sub",      "gsub",    "match", "sprintf", "tolower",
    "toupper", "int",    "sqrt",  "exp",    "log",      "sin",     "cos",   "atan2",   "rand",
    "srand",   "system", "close", "fflush", "strftime", "systime", "mktime"};

bool is_builtin(std::string_view name) {
  for (const std::string_view one : kBuiltins) {
    if (one == name) return true;
  }
  return false;
}

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
  static AwkTree node(Kind kind, std::string text = {}) {
    auto made = std::make_unique<AwkNode>();
    made->kind = kind;
    made->text = std::move(text);
    return made;
  }
  static AwkTree join(Kind kind, std::string text, AwkTree left, AwkTree right) {
    AwkTree made = node(kind, std::move(text));
    made->parts.push_back(std::move(left));
    made->parts.push_back(std::move(right));
    return made;
  }
  AwkTree regex_node(std::string_view pattern) {
    AwkTree made = node(Kind::regex, std::string(pattern));
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

void AwkParser::advance() {
  while (at_ < text_.size()) {
    if (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r')
      ++at_;
    else if (text_.substr(at_).starts_with("\\\n"))
      at_ += 2;
    else if (text_[at_] == '#') {
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    } else
      break;
  }
  begin_ = at_;
  token_.clear();
  if (at_ >= text_.size()) {
    kind_ = 'e';
    return;
  }
  const char byte = text_[at_];
  const auto code = static_cast<unsigned char>(byte);
  if (byte == '\n') {
    kind_ = 'l';
    ++line_;
    ++at_;
  } else if (std::isdigit(code) != 0 ||
             (byte == '.' && at_ + 1 < text_.size() &&
              std::isdigit(static_cast<unsigned char>(text_[at_ + 1])) != 0)) {
    const std::string rest(text_.substr(at_, 64));
    char* end = nullptr;
    number_ = std::strtod(rest.c_str(), &end);
    at_ += static_cast<std::size_t>(end - rest.c_str());
    token_ = text_.substr(begin_, at_ - begin_);
    kind_ = 'n';
  } else if (std::isalpha(code) != 0 || byte == '_') {
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_'))
      token_ += text_[at_++];
    kind_ = at_ < text_.size() && text_[at_] == '(' ? 'f' : 'w';
  } else if (byte == '"') {
    std::string raw;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        if (text_[at_ + 1] == '"' || text_[at_ + 1] == '/') {
          raw += text_[++at_] == '"' ? "\"" : "/";
          continue;
        }
        raw += text_[at_++];
      }
      raw += text_[at_];
    }
    ++at_;
    bool ended = false;
    token_ = unescaped(raw, ended, false);
    kind_ = 's';
  } else {
    kind_ = 'o';
    for (const std::string_view one : {"**=", "&&", "||", "==", "!=", "<=", ">=", "++", "--",
                                       "+=", "-=", "*=", "/=", "%=", "^=", ">>", "**"}) {
      if (!text_.substr(at_).starts_with(one)) continue;
      token_ = one;
      at_ += one.size();
      return;
    }
    token_ = byte;
    ++at_;
  }
}

// The parser stands on '/' or '/=' where an operand is due.
void AwkParser::regex_token() {
  at_ = begin_ + 1;
  std::string pattern;
  bool bracket = false;
  while (at_ < text_.size() && (text_[at_] != '/' || bracket) && text_[at_] != '\n') {
    if (text_[at_] == '[') bracket = true;
    if (text_[at_] == ']') bracket = false;
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
      if (text_[at_ + 1] != '/') pattern += '\\';
      ++at_;
    }
    pattern += text_[at_++];
  }
  if (at_ >= text_.size() || text_[at_] != '/') {
    at_ = text_.size();
    token_ = "/";
    return fail();
  }
  ++at_;
  token_ = pattern;
}

void AwkParser::rule() {
  if (take("function") || take("func")) {
    const std::string name = token_;
    advance();
    AwkFunction function;
    want("(");
    while (kind_ == 'w') {
      function.parameters.push_back(token_);
      advance();
      if (!take(",")) break;
      skip_lines();
    }
    want(")");
    skip_lines();
    function.body = block();
    program_.functions[name] = std::move(function);
    return;
  }
  AwkRule made;
  if (take("BEGIN"))
    made.when = AwkRule::When::begin;
  else if (take("END"))
    made.when = AwkRule::When::end;
  else if (!is("{")) {
    made.pattern = expression();
    if (take(",")) {
      skip_lines();
      made.until = expression();
    }
  }
  if (is("{"))
    made.action = block();
  else if (made.when != AwkRule::When::record)
    fail();
  program_.rules.push_back(std::move(made));
}

AwkTree AwkParser::block() {
  AwkTree made = node(Kind::block);
  want("{");
  skip_ends();
  while (!is("}") && kind_ != 'e') {
    made->parts.push_back(statement());
    skip_ends();
  }
  want("}");
  return made;
}

AwkTree AwkParser::for_loop() {
  want("(");
  if (kind_ == 'w') {
    const std::size_t at = at_;
    const std::size_t begin = begin_;
    const std::string name = token_;
    advance();
    if (take("in") && kind_ == 'w') {
      AwkTree made = node(Kind::for_in, name);
      made->parts.push_back(node(Kind::variable, token_));
      advance();
      if (take(")")) {
        skip_ends();
        made->parts.push_back(statement());
        return made;
      }
    }
    at_ = at;
    begin_ = begin;
    kind_ = 'w';
    token_ = name;
  }
  AwkTree made = node(Kind::loop);
  AwkTree first = is(";") ? node(Kind::nothing) : simple();
  want(";");
  AwkTree test = is(";") ? nullptr : expression();
  want(";");
  AwkTree step = is(")") ? node(Kind::nothing) : simple();
  want(")");
  if (!take(";")) skip_lines();
  AwkTree body = is("}") ? node(Kind::nothing) : statement();
  AwkTree all = node(Kind::block);
  all->parts.push_back(std::move(first));
  if (test == nullptr) {
    test = node(Kind::number);
    test->number = 1;
  }
  made->parts.push_back(std::move(test));
  made->parts.push_back(std::move(body));
  made->parts.push_back(std::move(step));
  all->parts.push_back(std::move(made));
  return all;
}

AwkTree AwkParser::statement() {
  if (!deeper()) return node(Kind::nothing);
  AwkTree made;
  if (is("{")) {
    made = block();
  } else if (take("if")) {
    made = node(Kind::if_else);
    want("(");
    made->parts.push_back(expression());
    want(")");
    skip_lines();
    made->parts.push_back(take(";") ? node(Kind::nothing) : statement());
    const std::size_t at = at_;
    const std::size_t begin = begin_;
    const char kind = kind_;
    const std::string token = token_;
    skip_ends();
    if (take("else")) {
      skip_lines();
      made->parts.push_back(statement());
    } else {
      at_ = at;
      begin_ = begin;
      kind_ = kind;
      token_ = token;
    }
  } else if (take("while")) {
    made = node(Kind::loop);
    want("(");
    made->parts.push_back(expression());
    want(")");
    skip_lines();
    made->parts.push_back(take(";") ? node(Kind::nothing) : statement());
  } else if (take("do")) {
    skip_ends();
    made = node(Kind::loop, "do");
    AwkTree body = statement();
    skip_ends();
    want("while");
    want("(");
    made->parts.push_back(expression());
    made->parts.push_back(std::move(body));
    want(")");
  } else if (take("for")) {
    made = for_loop();
  } else {
    made = simple();
    statement_end();
  }
  --depth_;
  return made;
}

AwkTree AwkParser::print(const std::string& name) {
  AwkTree made = node(Kind::print, name);
  AwkTree list = node(Kind::block);
  if (kind_ != 'l' && kind_ != 'e' && !is(";") && !is("}") && !is(">") && !is(">>") && !is("|")) {
    do {
      skip_lines();
      list->parts.push_back(expression(true));
    } while (take(","));
    if (list->parts.size() == 1 && list->parts[0]->kind == Kind::group &&
        list->parts[0]->parts.size() > 1)
      list = std::move(list->parts[0]);
  }
  made->parts.push_back(std::move(list));
  for (const char* way : {">", ">>", "|"}) {
    if (!take(way)) continue;
    made->parts.push_back(node(Kind::string, way));
    made->parts.push_back(concatenation(true));
    break;
  }
  return made;
}

AwkTree AwkParser::simple() {
  if (is("print") || is("printf")) {
    const std::string name = token_;
    advance();
    return print(name);
  }
  if (take("next")) return node(Kind::next);
  if (take("break")) return node(Kind::breaks);
  if (take("continue")) return node(Kind::continues);
  if (is("exit") || is("return")) {
    AwkTree made = node(is("exit") ? Kind::exit : Kind::returns);
    advance();
    if (kind_ != 'l' && kind_ != 'e' && !is(";") && !is("}")) made->parts.push_back(expression());
    return made;
  }
  if (take("delete")) {
    AwkTree made = node(Kind::remove, token_);
    advance();
    if (take("[")) {
      do made->parts.push_back(expression());
      while (take(","));
      want("]");
    }
    return made;
  }
  return expression();
}

AwkTree AwkParser::expression(bool in_print) {
  if (!deeper()) return node(Kind::nothing);
  AwkTree left = ternary(in_print);
  if (kind_ == 'o' &&
      (token_ == "=" || (token_.size() >= 2 && token_.back() == '=' &&
                         std::string_view("+-*/%^").find(token_[0]) != std::string_view::npos))) {
    const bool place =
        left->kind == Kind::variable || left->kind == Kind::field || left->kind == Kind::element;
    const std::string how = token_ == "=" ? "" : token_.substr(0, 1);
    if (!place) fail();
    advance();
    skip_lines();
    left = join(Kind::assign, how, std::move(left), expression(in_print));
  }
  --depth_;
  return left;
}

AwkTree AwkParser::ternary(bool in_print) {
  AwkTree test = either(in_print);
  if (!take("?")) return test;
  skip_lines();
  AwkTree yes = expression(in_print);
  skip_lines();
  want(":");
  skip_lines();
  AwkTree made = join(Kind::ternary, "", std::move(test), std::move(yes));
  made->parts.push_back(expression(in_print));
  return made;
}

AwkTree AwkParser::either(bool in_print) {
  AwkTree left = both(in_print);
  while (take("||")) {
    skip_lines();
    left = join(Kind::either, "", std::move(left), both(in_print));
  }
  return left;
}

AwkTree AwkParser::both(bool in_print) {
  AwkTree left = membership(in_print);
  while (take("&&")) {
    skip_lines();
    left = join(Kind::both, "", std::move(left), membership(in_print));
  }
  return left;
}

AwkTree AwkParser::membership(bool in_print) {
  AwkTree left = matching(in_print);
  while (take("in")) {
    left = join(Kind::in, token_, std::move(left), node(Kind::variable, token_));
    advance();
  }
  return left;
}

AwkTree AwkParser::matching(bool in_print) {
  AwkTree left = comparison(in_print);
  for (;;) {
    const bool inverted = is("!") && at_ < text_.size() && text_[at_] == '~';
    if (!inverted && !is("~")) return left;
    advance();
    if (inverted) advance();
    left = join(Kind::match, inverted ? "!" : "", std::move(left), comparison(in_print));
  }
}

AwkTree AwkParser::comparison(bool in_print) {
  AwkTree left = concatenation(in_print);
  if (is("<") || is("<=") || is("==") || is("!=") || (is(">") && !in_print) || is(">=")) {
    const std::string how = token_;
    advance();
    left = join(Kind::binary, how, std::move(left), concatenation(in_print));
  }
  return left;
}

AwkTree AwkParser::concatenation(bool) {
  AwkTree left = sum();
  while (begins_operand() && !is("+") && !is("-") &&
         !(is("!") && at_ < text_.size() && (text_[at_] == '~' || text_[at_] == '='))) {
    left = join(Kind::concat, "", std::move(left), sum());
  }
  return left;
}

AwkTree AwkParser::sum() {
  AwkTree left = product();
  while (is("+") || is("-")) {
    const std::string how = token_;
    advance();
    left = join(Kind::binary, how, std::move(left), product());
  }
  return left;
}

AwkTree AwkParser::product() {
  AwkTree left = unary();
  while (is("*") || is("/") || is("%")) {
    const std::string how = token_;
    advance();
    left = join(Kind::binary, how, std::move(left), unary());
  }
  return left;
}

AwkTree AwkParser::unary() {
  if (is("!") || is("-") || is("+")) {
    const std::string how = token_;
    advance();
    if (!deeper()) return node(Kind::nothing);
    AwkTree made = node(Kind::unary, how);
    made->parts.push_back(unary());
    --depth_;
    return made;
  }
  return power();
}

AwkTree AwkParser::power() {
  AwkTree left = postfix();
  if (is("^") || is("**")) {
    advance();
    left = join(Kind::binary, "^", std::move(left), unary());
  }
  return left;
}

AwkTree AwkParser::postfix() {
  if (is("++") || is("--")) {
    AwkTree made = node(Kind::unary, token_);
    advance();
    made->parts.push_back(primary());
    return made;
  }
  AwkTree left = primary();
  const bool place =
      left->kind == Kind::variable || left->kind == Kind::field || left->kind == Kind::element;
  if (place && (is("++") || is("--"))) {
    AwkTree made = node(Kind::post, token_);
    advance();
    made->parts.push_back(std::move(left));
    return made;
  }
  return left;
}

AwkTree AwkParser::call(const std::string& name) {
  AwkTree made = node(Kind::call, name);
  if (take("(")) {
    skip_lines();
    while (!is(")") && kind_ != 'e') {
      made->parts.push_back(expression());
      skip_lines();
      if (!take(",")) break;
      skip_lines();
    }
    want(")");
  }
  return made;
}

AwkTree AwkParser::primary() {
  AwkTree made = node(Kind::nothing);
  if (kind_ == 'n') {
    made = node(Kind::number, token_);
    made->number = number_;
    advance();
  } else if (kind_ == 's') {
    made = node(Kind::string, token_);
    advance();
  } else if (take("$")) {
    made = node(Kind::field);
    made->parts.push_back(is("++") || is("--") ? postfix() : primary());
  } else if (is("/") || is("/=")) {
    regex_token();
    made = regex_node(token_);
    advance();
  } else if (take("(")) {
    made = node(Kind::group);
    do {
      skip_lines();
      made->parts.push_back(expression());
    } while (take(","));
    skip_lines();
    want(")");
  } else if (take("getline")) {
    made = node(Kind::getline);
    if (kind_ == 'w') {
      made->text = token_;
      advance();
    }
    if (take("<")) made->parts.push_back(primary());
  } else if (kind_ == 'w' || kind_ == 'f') {
    const std::string name = token_;
    const bool direct = kind_ == 'f';
    advance();
    if (is_builtin(name) || direct) return call(name);
    if (take("[")) {
      made = node(Kind::element, name);
      do made->parts.push_back(expression());
      while (take(","));
      want("]");
    } else {
      made = node(Kind::variable, name);
    }
  } else {
    fail();
  }
  return made;
}

}  // namespace

tl::expected<AwkProgram, std::string> parse_awk(std::string_view text) {
  return AwkParser(text).run();
}

}  // namespace decnet::shell::cmd
