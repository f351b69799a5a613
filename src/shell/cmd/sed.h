// sed: a script is compiled once, then run on each line.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/cmd/regex.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kSedCommandsMax = 10'000;
inline constexpr std::size_t kSedSpaceBytesMax = 8U << 20;  // Pattern and hold space; then cut.
inline constexpr std::uint64_t kSedStepsMax = 100'000;      // Commands on one line; then it ends.

struct SedAddress {
  enum class Kind : std::uint8_t { none, line, last, pattern, step, plus, multiple, zero };
  Kind kind = Kind::none;
  std::uint64_t number = 0;
  std::uint64_t step = 0;
  std::shared_ptr<Regex> regex;  // Null: the last one used.
};

struct SedCommand {
  SedAddress from, to;
  bool inverted = false;
  char name = 0;
  std::string text;              // Of a i c y, a label, a file's name.
  std::string with;              // The replacement, or what y makes of `text`.
  std::shared_ptr<Regex> regex;  // Of s.
  std::uint64_t number = 0;      // s///2; q's and l's argument
  bool global = false, print = false, evaluate = false;
  std::size_t target = 0;  // Of b, t, T, { and }: an index.
  bool active = false;     // Within a range.
  std::uint64_t range_end = 0;
};

struct SedScript {
  std::vector<SedCommand> commands;
  bool silent = false;  // "#n"
};

// The error is sed's: "-e expression #1, char 3: unterminated `s' command".
tl::expected<SedScript, std::string> parse_sed(std::string_view text, bool extended);

}  // namespace decnet::shell::cmd
