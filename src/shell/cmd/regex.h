// Regex: POSIX basic and extended regular expressions, as grep, sed, awk, expr and find know them,
// with GNU's additions (\+ \? \| \w \W \s \S \b \B \< \>).
//
//   const auto regex = Regex::compile("(a|ab)(c|bcd)", {.extended = true});
//   std::vector<Span> groups;
//   if (regex->search("abcd", 0, groups)) …   // groups[0] is the whole match
//
// Matches are the leftmost and of those the longest. Work is linear in the text but where a back
// reference is used: then it is a search with kRegexStepsMax steps, after which nothing matches.
// Bytes, not characters: the C locale. Any thread; a Regex is not changed by a search.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace decnet::shell::cmd {

inline constexpr std::size_t kRegexProgramMax = 20'000;     // Instructions; beyond: too big.
inline constexpr std::size_t kRegexPatternMax = 64 * 1024;  // Bytes; beyond: too big.
inline constexpr std::size_t kRegexDepthMax = 200;          // Nested groups; beyond: too big.
inline constexpr std::size_t kRegexRepeatMax = 32767;       // As RE_DUP_MAX.
inline constexpr std::uint64_t kRegexStepsMax = 2'000'000;  // Of one search with back references.

struct Span {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t from = kNone;
  std::size_t to = kNone;
  bool met() const noexcept { return from != kNone; }
};

struct RegexOptions {
  bool extended = false;
  bool fold = false;       // Upper and lower case are one.
  bool multiline = false;  // ^ and $ also at newlines within the text.
  bool awk = false;        // \" \/ \n \t and octal escapes are understood, no back references.
};

class Regex {
 public:
  using Bytes = std::bitset<256>;
  enum class Op : std::uint8_t {
    byte,
    set,
    any,
    split,
    jump,
    save,
    start,
    stop,
    border,
    no_border,
    word_start,
    word_end,
    back,
    match
  };
  struct Instruction {
    Op op;
    std::uint8_t byte = 0;
    std::uint32_t x = 0;  // Target, slot, set or group; of a split the preferred way …
    std::uint32_t y = 0;  // … and the other.
  };

  Regex() = default;
  // The error is glibc's text: "Unmatched [, [^, [:, [., or [=".
  static tl::expected<Regex, std::string> compile(std::string_view pattern,
                                                  const RegexOptions& options);
  // The first match at or after `from`. `begins`: text[0] is the begin of a line.
  bool search(std::string_view text, std::size_t from, std::vector<Span>& groups,
              bool begins = true) const;
  bool matches(std::string_view text) const;  // Anywhere.
  std::size_t groups() const noexcept { return groups_; }
  static bool add_class(std::string_view name, Bytes& set);  // "alpha"; false: no such class.
  // Instructions executed so far by this thread, for budgets.
  static std::uint64_t& steps() noexcept;

 private:
  friend class RegexParser;
  friend class RegexRun;
  std::vector<Instruction> program_;
  std::vector<Bytes> sets_;
  std::size_t groups_ = 0;
  bool back_references_ = false;
  bool fold_ = false;
  bool multiline_ = false;
  std::string literal_;  // The whole pattern, where it is plain text.
  bool is_literal_ = false;
  Bytes first_;            // What a match can begin with …
  bool any_first_ = true;  // … unless it is anything, or empty.
};

}  // namespace decnet::shell::cmd
