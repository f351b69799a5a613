// ${…} in all its forms.
#include <algorithm>
#include <cctype>

#include "shell/sh/parser_parts.h"

namespace decnet::shell::sh {
namespace {

bool name_byte(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_';
}
bool digit(char byte) {
  return std::isdigit(static_cast<unsigned char>(byte)) != 0;
}
constexpr std::string_view kSpecial = "@*#?-$!";

}  // namespace

// What stands in ${name-…} up to the brace or `stop`: words inside quotes keep their kind.
Word Parser::until_brace(bool quoted, bool pattern, char stop) {
  Word out;
  const std::size_t begin = at_;
  while (!at_end()) {
    const char byte = peek();
    if (byte == '}' || (stop != 0 && byte == stop)) break;
    if (byte == '\\') {
      const char following = peek(1);
      const bool special = !quoted || pattern ||
                           std::string_view("$`\"\\}").find(following) != std::string_view::npos;
      if (special && following == '\n') {
        ++line_;
      } else {
        literal(out, std::string_view(text_).substr(at_ + (special ? 1 : 0), special ? 1 : 2),
                true);
      }
      at_ = std::min(at_ + 2, text_.size());
    } else if (byte == '\'' && (!quoted || pattern)) {
      const std::size_t end = text_.find('\'', at_ + 1);
      if (end == std::string::npos) incomplete('\'');
      literal(out, std::string_view(text_).substr(at_ + 1, end - at_ - 1), true);
      at_ = end + 1;
    } else if (byte == '"') {
      double_quoted(out);
    } else if (byte == '`') {
      backquotes(out, quoted);
    } else if (byte == '$') {
      dollar(out, quoted && !pattern);
    } else {
      literal(out, std::string_view(&byte, 1), quoted && !pattern);
      line_ += byte == '\n' ? 1 : 0;
      ++at_;
    }
  }
  if (at_end()) incomplete('}', line_);
  out.source = text_.substr(begin, at_ - begin);
  return out;
}

std::string Parser::subscript_text() {
  int open = 1;
  const std::size_t begin = ++at_;
  while (!at_end()) {
    if (peek() == '[') ++open;
    if (peek() == ']' && --open == 0) break;
    ++at_;
  }
  if (at_end()) incomplete(']');
  return text_.substr(begin, at_++ - begin);
}

// What stands behind the name in "${name…}"; empty: nothing that is known.
std::string Parser::brace_operator() const {
  static constexpr std::string_view kOperators[] = {":-", ":=", ":?", ":+", "-",  "=",
                                                    "?",  "+",  "##", "#",  "%%", "%"};
  static constexpr std::string_view kBashOperators[] = {"//", "/#", "/%", "/", "^^",
                                                        "^",  ",,", ",",  "@", ":"};
  for (const std::string_view one : kOperators) {
    if (looking_at(one)) return std::string(one);
  }
  if (!bash()) return {};
  for (const std::string_view one : kBashOperators) {
    if (looking_at(one)) return std::string(one);
  }
  return {};
}

void Parser::braces(Word& out, bool quoted) {
  const std::size_t begin = at_;
  Part part;
  part.kind = Part::Kind::parameter;
  part.quoted = quoted;
  at_ += 2;
  const auto bad = [&] {
    int open = 1;
    while (!at_end() && open > 0) {
      open += peek() == '{' ? 1 : peek() == '}' ? -1 : 0;
      ++at_;
    }
    if (open > 0) incomplete('}');
    part.bad = text_.substr(begin, at_ - begin);
    out.parts.push_back(part);
  };
  if (peek() == '#' && peek(1) != '}' &&
      (name_byte(peek(1)) || kSpecial.find(peek(1)) != std::string_view::npos)) {
    // ${#} is the count of parameters; ${#-x} and its like are seldom meant.
    part.length = true;
    ++at_;
  } else if (peek() == '!' && bash() && (name_byte(peek(1)))) {
    part.indirect = true;
    ++at_;
  }
  if (digit(peek())) {
    while (digit(peek())) part.text.push_back(text_[at_++]);
  } else if (name_byte(peek())) {
    while (name_byte(peek())) part.text.push_back(text_[at_++]);
  } else if (!at_end() && kSpecial.find(peek()) != std::string_view::npos) {
    part.text.push_back(text_[at_++]);
  } else {
    if (at_end()) incomplete('}');
    return bad();
  }
  if (bash() && peek() == '[') {
    part.has_subscript = true;
    part.subscript = subscript_text();
  }
  if (at_end()) incomplete('}', line_);
  if (peek() == '}') {
    ++at_;
    out.parts.push_back(std::move(part));
    return;
  }
  if (part.length) return bad();
  if (looking_at(":}") && bash()) return bad();
  if (part.indirect && (peek() == '*' || peek() == '@') && peek(1) == '}') {
    part.op = "names";
    at_ += 2;
    out.parts.push_back(std::move(part));
    return;
  }
  part.op = brace_operator();
  if (part.op.empty()) return bad();
  at_ += part.op.size();
  const bool pattern = part.op[0] == '#' || part.op[0] == '%' || part.op[0] == '/' ||
                       part.op[0] == '^' || part.op[0] == ',';
  const char stop = part.op[0] == '/' ? '/' : part.op == ":" ? ':' : '\0';
  part.argument = std::make_shared<Word>(until_brace(quoted, pattern, stop));
  if (stop != 0 && peek() == stop) {
    ++at_;
    part.argument2 = std::make_shared<Word>(until_brace(quoted, pattern, '\0'));
  }
  ++at_;
  out.parts.push_back(std::move(part));
}

}  // namespace decnet::shell::sh
