#include "bus/pattern.h"

#include <algorithm>

#include "bus/token.h"

namespace decnet::bus {

Result<Pattern> Pattern::parse(std::string_view text) {
  if (text.size() > kPatternBytesMax) return fail(Errc::limit, "a pattern is too long");
  for (Tokens tokens(text); tokens.next();) {
    const auto token = tokens.token();
    if (token.empty()) return fail(Errc::invalid_argument, "a pattern has an empty token");
    if (!std::all_of(token.begin(), token.end(), is_token_byte)) {
      return fail(Errc::invalid_argument,
                  "a pattern has white space, a control byte or a byte outside ASCII");
    }
    if (token == kAnyOne) continue;
    if (token == kAnyTail && tokens.is_last()) continue;
    if (token == kAnyTail)
      return fail(Errc::invalid_argument, "'>' is legal only as the last token of a pattern");
    if (token.find_first_of("*>") != token.npos)
      return fail(Errc::invalid_argument, "a wildcard is a whole token of a pattern");
  }
  return Pattern(std::string(text));
}

bool Pattern::matches(std::string_view topic) const noexcept {
  Tokens want(text_);
  bool tail = false;  // Inside '>': only the shape of what is left matters.
  for (Tokens have(topic); have.next();) {
    if (have.token().empty()) return false;
    if (tail) continue;
    if (!want.next()) return false;  // The topic has more tokens.
    tail = want.token() == kAnyTail;
    if (!tail && want.token() != kAnyOne && want.token() != have.token()) return false;
  }
  return want.is_last();
}

bool Pattern::covers(std::string_view narrow) const noexcept {
  Tokens wide(text_);
  for (Tokens tokens(narrow); tokens.next();) {
    if (!wide.next()) return false;
    if (wide.token() == kAnyTail) return true;
    if (tokens.token() == kAnyTail) return false;
    if (wide.token() != kAnyOne && wide.token() != tokens.token()) return false;
  }
  return wide.is_last();
}

}  // namespace decnet::bus
