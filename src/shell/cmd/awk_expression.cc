// The expressions of awk.
#include <cctype>

#include "shell/cmd/awk_parser.h"
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

}  // namespace

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
  while (is("|") && getline_follows()) {
    advance();
    advance();
    left = getline("|", std::move(left));
  }
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
  if (is("^")) {
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

bool AwkParser::getline_follows() const {
  const std::size_t at = text_.find_first_not_of(" \t", at_);
  return at != std::string_view::npos && text_.substr(at).starts_with("getline");
}

// Behind the word: where the line goes, then where it comes from. parts: place, source.
AwkTree AwkParser::getline(std::string_view way, AwkTree source) {
  AwkTree made = node(Kind::getline, std::string(way));
  made->parts.push_back(kind_ == 'w' || is("$") ? primary() : node(Kind::nothing));
  if (source == nullptr && take("<")) {
    made->text = "<";
    source = primary();
  }
  if (source != nullptr) {
    made->depth = source->depth + 1;
    made->parts.push_back(std::move(source));
  }
  if (made->depth > kAwkChainMax) too_deep();
  return made;
}

AwkTree AwkParser::call(const std::string& name) {
  if (!is_builtin(name)) called_.emplace_back(name, line_);
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
    made = getline("", nullptr);
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

}  // namespace decnet::shell::cmd
