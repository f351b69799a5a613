// Tokens of a Lua source.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace decnet::service::redis::lua {

enum class Token : std::uint8_t {
  // Reserved words, in alphabetical order.
  kw_and,
  kw_break,
  kw_do,
  kw_else,
  kw_elseif,
  kw_end,
  kw_false,
  kw_for,
  kw_function,
  kw_if,
  kw_in,
  kw_local,
  kw_nil,
  kw_not,
  kw_or,
  kw_repeat,
  kw_return,
  kw_then,
  kw_true,
  kw_until,
  kw_while,
  concat,
  dots,
  equal,
  greater_equal,
  less_equal,
  not_equal,
  number,
  name,
  string,
  end_of_source,
  other,  // One character: `character`
};

class Lexer {
 public:
  Lexer(std::string_view source, std::string_view name) : source_(source), name_(name) {
    advance();
  }

  Token token() const noexcept { return token_; }
  bool is(char c) const noexcept { return token_ == Token::other && character_ == c; }
  char character() const noexcept { return character_; }
  const std::string& text() const noexcept { return text_; }  // Of a name or a string.
  double number() const noexcept { return number_; }
  int line() const noexcept { return line_; }
  int last_line() const noexcept { return last_line_; }  // Of the token before.

  void next();   // To the next token.
  Token peek();  // The token behind it …
  bool peek_is(char c) {
    return peek() == Token::other && peeked_.character == c;
  }  // … and whether it is that character.

  bool failed() const noexcept { return !error_.empty(); }
  const std::string& error() const noexcept { return error_; }
  // "user_script:1: message near 'token'"; the first error stays.
  void fail(std::string_view message);
  void fail_expected(std::string_view what) { fail("'" + std::string(what) + "' expected"); }
  static std::string describe(Token token);

 private:
  struct Read {
    Token token = Token::end_of_source;
    char character = 0;
    std::string text;
    double number = 0;
    int line = 1;
    std::string shown;  // As errors show it.
  };

  void advance();
  Read read();
  void skip_blanks(Read& into);
  bool skip_comment(Read& into);
  Read read_number();
  Read read_string(char quote);
  bool read_escape(Read& into);
  Read read_name();
  bool read_long(Read& into, bool is_comment);
  Read single(char c);
  void fail_at(std::string_view message, std::string_view near);
  char at(std::size_t offset = 0) const noexcept {
    return at_ + offset < source_.size() ? source_[at_ + offset] : '\0';
  }
  bool is_end() const noexcept { return at_ >= source_.size(); }
  std::size_t long_level() const;

  std::string_view source_, name_;
  std::size_t at_ = 0;
  int at_line_ = 1;
  Token token_ = Token::end_of_source;
  char character_ = 0;
  std::string text_, shown_;
  double number_ = 0;
  int line_ = 1, last_line_ = 1;
  bool has_peeked_ = false;
  Read peeked_;
  std::string error_;
};

}  // namespace decnet::service::redis::lua
