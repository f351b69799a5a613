#include "service/redis/lua_lexer.h"

#include <array>

#include "service/redis/lua_value.h"

namespace decnet::service::redis::lua {

namespace {

constexpr std::array<std::string_view, 21> kWords = {
    "and",   "break", "do",  "else", "elseif", "end",    "false", "for",  "function", "if",   "in",
    "local", "nil",   "not", "or",   "repeat", "return", "then",  "true", "until",    "while"};
constexpr std::size_t kNoLevel = static_cast<std::size_t>(-1);

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string Lexer::describe(Token token) {
  const auto index = static_cast<std::size_t>(token);
  if (index < kWords.size()) return std::string(kWords[index]);
  constexpr std::string_view kOthers[] = {
      "..", "...", "==", ">=", "<=", "~=", "<number>", "<name>", "<string>", "<eof>"};
  return std::string(kOthers[index - kWords.size()]);
}

void Lexer::fail_at(std::string_view message, std::string_view near) {
  if (failed()) return;
  error_ = std::string(name_) + ":" + std::to_string(at_line_) + ": " + std::string(message) +
           " near '" + std::string(near) + "'";
}

void Lexer::fail(std::string_view message) {
  if (failed()) return;
  error_ = std::string(name_) + ":" + std::to_string(line_) + ": " + std::string(message) +
           " near '" + shown_ + "'";
  token_ = Token::end_of_source;
}

void Lexer::advance() {
  last_line_ = line_;
  Read token = has_peeked_ ? std::move(peeked_) : read();
  has_peeked_ = false;
  if (failed()) token.token = Token::end_of_source;
  token_ = token.token;
  character_ = token.character;
  text_ = std::move(token.text);
  number_ = token.number;
  shown_ = std::move(token.shown);
  line_ = token.line;
}

void Lexer::next() {
  if (!failed()) advance();
}

Token Lexer::peek() {
  if (!has_peeked_) {
    peeked_ = read();
    has_peeked_ = true;
  }
  return peeked_.token;
}

std::size_t Lexer::long_level() const {
  std::size_t level = 0;
  while (at(1 + level) == '=') ++level;
  return at(1 + level) == '[' ? level : kNoLevel;
}

// [[ … ]] or [==[ … ]==]
bool Lexer::read_long(Read& into, bool is_comment) {
  const std::size_t level = long_level();
  at_ += level + 2;
  if (at() == '\r') ++at_;
  if (at() == '\n') {
    ++at_;
    ++at_line_;
  }
  const std::string end = "]" + std::string(level, '=') + "]";
  const std::size_t close = source_.find(end, std::min(at_, source_.size()));
  if (close == std::string_view::npos) {
    fail_at(is_comment ? "unfinished long comment" : "unfinished long string", "<eof>");
    return false;
  }
  into.text = source_.substr(at_, close - at_);
  for (const char c : into.text) at_line_ += c == '\n';
  at_ = close + end.size();
  return true;
}

bool Lexer::skip_comment(Read& into) {
  at_ += 2;
  if (at() == '[' && long_level() != kNoLevel) return read_long(into, true);
  while (!is_end() && at() != '\n') ++at_;
  return true;
}

void Lexer::skip_blanks(Read& into) {
  while (!is_end() && !failed()) {
    const char c = at();
    if (c == '\n') {
      ++at_line_;
      ++at_;
    } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
      ++at_;
    } else if (c == '-' && at(1) == '-') {
      if (!skip_comment(into)) return;
      into.text.clear();
    } else {
      return;
    }
  }
}

Lexer::Read Lexer::single(char c) {
  Read out;
  out.token = Token::other;
  out.character = c;
  const auto byte = static_cast<unsigned char>(c);
  out.shown =
      byte < 0x20 || byte == 0x7f ? "char(" + std::to_string(byte) + ")" : std::string(1, c);
  ++at_;
  return out;
}

Lexer::Read Lexer::read() {
  Read out;
  skip_blanks(out);
  const int start_line = at_line_;
  if (is_end() || failed()) {
    out = {};
    out.shown = "<eof>";
  } else {
    const char c = at();
    const auto pair = [&](char second, Token token) {
      if (at(1) != second) return single(c);
      Read two;
      two.token = token;
      two.shown = describe(token);
      at_ += 2;
      return two;
    };
    if (is_letter(c)) {
      out = read_name();
    } else if (is_digit(c) || (c == '.' && is_digit(at(1)))) {
      out = read_number();
    } else if (c == '"' || c == '\'') {
      out = read_string(c);
    } else if (c == '[' && long_level() != kNoLevel) {
      out = {};
      out.token = Token::string;
      const std::size_t from = at_;
      if (read_long(out, false)) out.shown = source_.substr(from, at_ - from);
    } else if (c == '=') {
      out = pair('=', Token::equal);
    } else if (c == '<') {
      out = pair('=', Token::less_equal);
    } else if (c == '>') {
      out = pair('=', Token::greater_equal);
    } else if (c == '~') {
      out = pair('=', Token::not_equal);
    } else if (c == '.' && at(1) == '.' && at(2) == '.') {
      out.token = Token::dots;
      out.shown = "...";
      at_ += 3;
    } else if (c == '.') {
      out = pair('.', Token::concat);
    } else {
      out = single(c);
    }
  }
  static_cast<void>(start_line);
  out.line = at_line_;
  return out;
}

Lexer::Read Lexer::read_name() {
  const std::size_t from = at_;
  while (is_letter(at()) || is_digit(at())) ++at_;
  Read out;
  out.text = out.shown = source_.substr(from, at_ - from);
  out.token = Token::name;
  for (std::size_t n = 0; n < kWords.size(); ++n) {
    if (kWords[n] == out.text) out.token = static_cast<Token>(n);
  }
  return out;
}

Lexer::Read Lexer::read_number() {
  const std::size_t from = at_;
  while (is_digit(at()) || at() == '.') ++at_;
  if (at() == 'e' || at() == 'E') {
    ++at_;
    if (at() == '+' || at() == '-') ++at_;
  }
  while (is_letter(at()) || is_digit(at())) ++at_;
  Read out;
  out.token = Token::number;
  out.shown = source_.substr(from, at_ - from);
  if (!lua::read_number(out.shown, out.number)) fail_at("malformed number", out.shown);
  return out;
}

// What follows a backslash. `into.shown` is what errors show.
bool Lexer::read_escape(Read& into) {
  ++at_;
  const char c = at();
  switch (c) {
    case 'a':
      into.text += '\a';
      break;
    case 'b':
      into.text += '\b';
      break;
    case 'f':
      into.text += '\f';
      break;
    case 'n':
      into.text += '\n';
      break;
    case 'r':
      into.text += '\r';
      break;
    case 't':
      into.text += '\t';
      break;
    case 'v':
      into.text += '\v';
      break;
    case '\n':
      into.text += '\n';
      ++at_line_;
      break;
    default:
      if (!is_digit(c)) {
        if (is_end()) return true;
        into.text += c;
        break;
      }
      int code = 0;
      for (int n = 0; n < 3 && is_digit(at()); ++n, ++at_) code = code * 10 + (at() - '0');
      if (code > 255) {
        fail_at("escape sequence too large", into.shown + into.text);
        return false;
      }
      into.text += static_cast<char>(code);
      return true;
  }
  ++at_;
  return true;
}

Lexer::Read Lexer::read_string(char quote) {
  Read out;
  out.token = Token::string;
  out.shown = quote;
  ++at_;
  while (at() != quote || is_end()) {
    if (is_end()) {
      fail_at("unfinished string", "<eof>");
      return out;
    }
    if (at() == '\n' || at() == '\r') {
      fail_at("unfinished string", out.shown + out.text);
      return out;
    }
    if (at() == '\\') {
      if (!read_escape(out)) return out;
    } else {
      out.text += at();
      ++at_;
    }
  }
  ++at_;
  out.shown += out.text + quote;
  return out;
}

}  // namespace decnet::service::redis::lua
