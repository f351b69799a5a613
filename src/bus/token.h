// Tokens of topics and patterns: what both parsers share. Inside bus.
#pragma once

#include <string_view>

namespace decnet::bus {

inline constexpr char kTokenSeparator = '.';
inline constexpr std::string_view kAnyOne = "*";
inline constexpr std::string_view kAnyTail = ">";

// Printable ASCII without the blank: what a header line can hold.
constexpr bool is_token_byte(char c) noexcept {
  return c > 0x20 && c < 0x7f;
}

// Walks over the tokens of a text; "a." has two, the last one empty.
//   for (Tokens tokens(text); tokens.next();) use(tokens.token());
class Tokens {
 public:
  explicit Tokens(std::string_view text) noexcept : rest_(text) {}

  bool next() noexcept {
    if (last_) return false;
    const auto dot = rest_.find(kTokenSeparator);
    last_ = dot == rest_.npos;
    token_ = rest_.substr(0, dot);
    if (!last_) rest_.remove_prefix(dot + 1);
    return true;
  }
  std::string_view token() const noexcept { return token_; }
  bool is_last() const noexcept { return last_; }

 private:
  std::string_view token_;
  std::string_view rest_;
  bool last_ = false;
};

// A topic as the wire may carry one: tokens, none empty, no wildcard anywhere.
constexpr bool is_topic(std::string_view text) noexcept {
  char before = kTokenSeparator;
  for (const char c : text) {
    if (!is_token_byte(c) || c == '*' || c == '>') return false;
    if (c == kTokenSeparator && before == kTokenSeparator) return false;
    before = c;
  }
  return before != kTokenSeparator;
}

}  // namespace decnet::bus
