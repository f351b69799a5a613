// Pattern: which topics a subscription wants.
//
//   "decky.*.state"   *  stands for exactly one token, none of which is empty
//   "identity.>"      >  stands for one or more tokens and comes last: "a.>" does not match "a"
//
// Bytes are compared as they are, case matters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet::bus {

inline constexpr std::size_t kPatternBytesMax = 4091;  // As kTopicBytesMax.
// A client must be able to take its pattern back: "UNSUB " is two bytes longer than "SUB ".
inline constexpr std::size_t kSubscribePatternBytesMax = 4089;

// A checked pattern. Immutable after parse(), so any thread may call matches().
class Pattern {
 public:
  // Errors: invalid_argument  an empty token, white space, a control byte or one outside ASCII, '>'
  //                           before the end, a wildcard beside other characters ("a.b*").
  //         limit             over kPatternBytesMax.
  static Result<Pattern> parse(std::string_view text);

  // A malformed topic ("", "a..b") is matched by no pattern. O(bytes), does not allocate.
  bool matches(std::string_view topic) const noexcept;

  // Whether every topic that `narrow`, a checked pattern too, matches is matched by this one.
  bool covers(std::string_view narrow) const noexcept;

  const std::string& text() const noexcept { return text_; }

 private:
  explicit Pattern(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace decnet::bus
