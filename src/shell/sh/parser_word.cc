// Words: quotes, $, backquotes.
#include <algorithm>
#include <cctype>

#include "shell/sh/escapes.h"
#include "shell/sh/parser_parts.h"

namespace decnet::shell::sh {
namespace {

constexpr std::string_view kWordEnd = " \t\n;&|<>()";

bool name_begin(char byte) {
  return std::isalpha(static_cast<unsigned char>(byte)) != 0 || byte == '_';
}
bool name_byte(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_';
}
bool digit(char byte) {
  return std::isdigit(static_cast<unsigned char>(byte)) != 0;
}

}  // namespace

void Parser::literal(Word& out, std::string_view text, bool quoted) {
  if (!out.parts.empty()) {
    Part& last = out.parts.back();
    if (last.kind == Part::Kind::literal && last.quoted == quoted) {
      last.text += text;
      return;
    }
  }
  Part part;
  part.text = text;
  part.quoted = quoted;
  out.parts.push_back(std::move(part));
}

Word Parser::word() {
  Word out;
  const std::size_t begin = at_;
  word_part(out, false, kWordEnd);
  out.source = text_.substr(begin, at_ - begin);
  if (out.parts.empty()) unexpected();
  return out;
}

void Parser::word_part(Word& out, bool quoted, std::string_view stops) {
  int extended = 0;  // Inside ?( ) of an extended pattern.
  while (!at_end()) {
    const char byte = peek();
    if (bash() && (byte == '<' || byte == '>') && peek(1) == '(' && !quoted &&
        stops.find('<') != std::string_view::npos) {
      at_ += 2;
      Part part;
      part.kind = byte == '<' ? Part::Kind::input : Part::Kind::output;
      part.commands = commands_until_parenthesis();
      out.parts.push_back(std::move(part));
      continue;
    }
    if (extended > 0 && (byte == '|' || byte == ')')) {
      extended -= byte == ')' ? 1 : 0;
      literal(out, std::string_view(&byte, 1), false);
      ++at_;
      continue;
    }
    if (stops.find(byte) != std::string_view::npos) break;
    if (byte == '\\') {
      if (peek(1) == '\n') {
        at_ += 2;
        ++line_;
        continue;
      }
      if (at_ + 1 >= text_.size()) {
        if (options_.more_may_come) incomplete(0);
        literal(out, "\\", false);
        ++at_;
        continue;
      }
      literal(out, std::string_view(text_).substr(at_ + 1, 1), true);
      at_ += 2;
    } else if (byte == '\'') {
      const std::size_t end = text_.find('\'', at_ + 1);
      if (end == std::string::npos) incomplete('\'', line_);
      literal(out, std::string_view(text_).substr(at_ + 1, end - at_ - 1), true);
      for (std::size_t i = at_; i < end; ++i) line_ += text_[i] == '\n' ? 1 : 0;
      at_ = end + 1;
    } else if (byte == '"') {
      double_quoted(out);
    } else if (byte == '`') {
      backquotes(out, quoted);
    } else if (byte == '$') {
      dollar(out, quoted);
    } else {
      if (bash() && options_.extended_patterns &&
          std::string_view("?*+@!").find(byte) != std::string_view::npos && peek(1) == '(' &&
          stops.find('(') != std::string_view::npos) {
        literal(out, std::string_view(text_).substr(at_, 2), false);
        at_ += 2;
        ++extended;
        continue;
      }
      literal(out, std::string_view(&byte, 1), quoted);
      line_ += byte == '\n' ? 1 : 0;
      ++at_;
    }
  }
}

void Parser::double_quoted(Word& out) {
  ++at_;
  const int begin_line = line_;
  const std::size_t parts_before = out.parts.size();
  literal(out, "", true);
  while (!at_end()) {
    const char byte = peek();
    if (byte == '"') {
      ++at_;
      (void)parts_before;
      return;
    }
    if (byte == '\\') {
      const char following = peek(1);
      if (following == '\n') {
        ++line_;
      } else if (std::string_view("$`\"\\").find(following) != std::string_view::npos &&
                 following != '\0') {
        literal(out, std::string_view(&following, 1), true);
      } else {
        literal(out, std::string_view(text_).substr(at_, 2), true);
      }
      at_ = std::min(at_ + 2, text_.size());
    } else if (byte == '`') {
      backquotes(out, true);
    } else if (byte == '$') {
      dollar(out, true);
    } else {
      literal(out, std::string_view(&byte, 1), true);
      line_ += byte == '\n' ? 1 : 0;
      ++at_;
    }
  }
  incomplete('"', begin_line);
}

Word Parser::quoted_text(std::string text, const ParserOptions& options) {
  const std::string source = text;
  ParserOptions inner = options;
  inner.alias = nullptr;
  inner.more_may_come = false;
  Parser parser(std::move(text), inner);
  Word out;
  try {
    while (!parser.at_end()) {
      const char byte = parser.peek();
      const char following = parser.peek(1);
      if (byte == '\\' && following != '\0' &&
          std::string_view("$`\\").find(following) != std::string_view::npos) {
        literal(out, std::string_view(&following, 1), true);
        parser.at_ += 2;
      } else if (byte == '`') {
        parser.backquotes(out, true);
      } else if (byte == '$') {
        parser.dollar(out, true);
      } else {
        literal(out, std::string_view(&byte, 1), true);
        ++parser.at_;
      }
    }
  } catch (const Failure&) {
    literal(out, std::string_view(parser.text_).substr(parser.at_), true);
  }
  out.source = source;
  return out;
}

// Without the double quotes and the joined lines, which mean nothing in $(( )).
Word Parser::arithmetic_word(std::string text, const ParserOptions& options) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      if (text[++i] == '\n') continue;
      out.push_back('\\');
      out.push_back(text[i]);
    } else if (text[i] != '"') {
      out.push_back(text[i]);
    }
  }
  Word made = quoted_text(std::move(out), options);
  made.source = std::move(text);
  return made;
}

NodePtr Parser::commands_until_parenthesis() {
  const Deeper deeper(*this);
  ++parentheses_;
  skip_newlines();
  NodePtr node;
  if (peek() != ')' || at_end()) {
    if (at_end()) incomplete(')');
    try {
      node = list(true);
    } catch (Failure& failure) {
      if (failure.incomplete && failure.missing == 0) failure.missing = ')';
      throw;
    }
    skip_newlines();
  }
  if (at_end()) incomplete(')');
  if (peek() != ')') unexpected();
  ++at_;
  --parentheses_;
  return node;
}

void Parser::backquotes(Word& out, bool quoted) {
  const Deeper deeper(*this);
  std::string inner;
  std::size_t at = at_ + 1;
  for (; at < text_.size() && text_[at] != '`'; ++at) {
    if (text_[at] == '\\' && at + 1 < text_.size()) {
      const char following = text_[at + 1];
      if (following == '`' || following == '\\' || following == '$' ||
          (quoted && following == '"')) {
        ++at;
      }
    }
    inner.push_back(text_[at]);
    line_ += text_[at] == '\n' ? 1 : 0;
  }
  if (at >= text_.size()) incomplete('`', line_);
  at_ = at + 1;
  Part part;
  part.kind = Part::Kind::command;
  part.quoted = quoted;
  ParserOptions options = options_;
  options.more_may_come = false;
  options.first_line = line_;
  part.text = inner;
  Parser parser(std::move(inner), options);
  parser.depth_ = depth_;
  try {
    parser.skip_newlines();
    if (!parser.at_end()) {
      part.commands = parser.list(true);
      parser.skip_newlines();
      if (!parser.at_end()) parser.unexpected();
    }
  } catch (const Failure&) {  // bash tells of it when it comes to run it.
    if (!bash()) throw;
    part.bad = part.text;
    part.commands = nullptr;
  }
  out.parts.push_back(std::move(part));
}

void Parser::ansi_quoted(Word& out, bool quoted) {
  std::size_t end = at_ + 2;
  while (end < text_.size() && text_[end] != '\'') end += text_[end] == '\\' ? 2 : 1;
  if (end >= text_.size()) incomplete('\'');
  literal(out, ansi_unescape(std::string_view(text_).substr(at_ + 2, end - at_ - 2)), true);
  (void)quoted;
  at_ = end + 1;
}

void Parser::dollar(Word& out, bool quoted) {
  const Deeper deeper(*this);
  const char following = peek(1);
  Part part;
  part.quoted = quoted;
  if (following == '(') {
    if (peek(2) == '(') {
      const std::size_t before = at_;
      const int line_before = line_;
      at_ += 3;
      if (arithmetic_text(part.text)) {
        part.kind = Part::Kind::arithmetic;
        part.argument = std::make_shared<Word>(arithmetic_word(part.text, inside()));
        out.parts.push_back(std::move(part));
        return;
      }
      at_ = before;
      line_ = line_before;
      if (!bash() && text_.find("))", at_) == std::string::npos && !options_.more_may_come)
        throw Failure{"Syntax error: Missing '))'"};
    }
    const bool doubled = peek(2) == '(';
    const int begin_line = line_;
    at_ += 2;
    part.kind = Part::Kind::command;
    try {
      part.commands = commands_until_parenthesis();
    } catch (Failure& failure) {
      if (doubled && failure.incomplete) failure.line = begin_line;
      throw;
    }
    out.parts.push_back(std::move(part));
    return;
  }
  if (following == '{') return braces(out, quoted);
  if (!quoted && bash() && following == '\'') return ansi_quoted(out, quoted);
  if (!quoted && bash() && following == '"') {
    ++at_;
    return double_quoted(out);
  }
  if (following == '[' && bash()) {
    const std::size_t end = text_.find(']', at_);
    if (end == std::string::npos) incomplete(']', line_);
    part.kind = Part::Kind::arithmetic;
    part.text = text_.substr(at_ + 2, end - at_ - 2);
    part.argument = std::make_shared<Word>(quoted_text(part.text, inside()));
    at_ = end + 1;
    out.parts.push_back(std::move(part));
    return;
  }
  part.kind = Part::Kind::parameter;
  if (name_begin(following)) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && name_byte(text_[end])) ++end;
    part.text = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end;
  } else if (following != '\0' && (digit(following) || std::string_view("@*#?-$!").find(
                                                           following) != std::string_view::npos)) {
    part.text = std::string(1, following);
    at_ += 2;
  } else {
    literal(out, "$", quoted);
    ++at_;
    return;
  }
  out.parts.push_back(std::move(part));
}

}  // namespace decnet::shell::sh
