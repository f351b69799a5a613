// Shell patterns: * ? [ ] \ and, where asked for, the extended ?( ) *( ) +( ) @( ) !( ).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace decnet::shell::sh {

inline constexpr std::size_t kPatternStepsMax = 200'000;  // Of one match; beyond: no match.

inline constexpr std::uint64_t kPatternWorkMax = 4'000'000;  // Steps of one ${x#…}, ${x//…}.

struct PatternOptions {
  bool extended = false;
  bool ignore_case = false;
  bool period = false;  // A leading dot must be matched by a dot.
};

bool matches(std::string_view pattern, std::string_view text, PatternOptions options = {});
std::uint64_t pattern_steps() noexcept;                             // Made by this thread so far.
bool has_pattern(std::string_view pattern, bool extended = false);  // Anything special unescaped.
std::string escape_pattern(std::string_view text);
std::string unescape_pattern(std::string_view pattern);

}  // namespace decnet::shell::sh
