// Regex: regular expressions as MariaDB's REGEXP has them: Perl's, with its own words for what is
// wrong with one.
//
//   const auto regex = Regex::compile("^(a|b)+$", {.fold = true});
//   if (!regex) … regex.error()   // "missing closing parenthesis at offset 3"
//   std::vector<std::size_t> groups;
//   std::uint64_t steps = 0;
//   if (regex->search("abba", 0, groups, steps) == Regex::Found::yes) …   // groups[0], groups[1]
//
// Searching goes back and forth as the genuine matcher does, and like it gives up after a number of
// steps. There is no recursion in it. Texts are UTF-8; only ASCII letters have a case.
// Source: https://www.pcre.org/current/doc/html/pcre2pattern.html
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace decnet::service::mysql {

inline constexpr std::size_t kRegexPatternBytesMax = 64 * 1024;
inline constexpr std::size_t kRegexProgramMax = 65'536;  // Instructions: what PCRE2 has room for.
inline constexpr std::size_t kRegexCompileMax = 4 * kRegexProgramMax;
inline constexpr std::size_t kRegexDepthMax = 250;        // Nested parentheses.
inline constexpr unsigned kRegexRepeatMax = 65'535;       // In braces.
inline constexpr std::size_t kRegexStackMax = 100'000;    // Places to go back to.
inline constexpr std::uint64_t kRegexStepsMax = 400'000;  // Instructions of one search …
inline constexpr std::uint64_t kRegexStepsPerByte = 4;    // … and for each byte of its text.
inline constexpr std::size_t kRegexNone = static_cast<std::size_t>(-1);

class Regex {
 public:
  struct Options {
    bool fold = true;  // Letters have no case.
  };
  enum class Found : std::uint8_t { no, yes, gave_up };

  // The error is PCRE2's text.
  static tl::expected<Regex, std::string> compile(std::string_view pattern, Options options);

  // The first match at or after `from`: begin and end of the whole and of each group, kRegexNone
  // where a group took no part. `steps` is counted up.
  Found search(std::string_view text, std::size_t from, std::vector<std::size_t>& groups,
               std::uint64_t& steps) const;

  std::size_t size() const { return program_.size(); }

 private:
  friend class RegexCompiler;
  friend class RegexSearch;

  enum class Op : std::uint8_t {
    character,  // x: which one
    folded,     // x: which one, in lower case
    any,        // But a newline.
    all,
    set,             // x: which one
    split,           // x first, then y
    jump,            // x
    save,            // x: the slot
    begin,           // ^
    end,             // $
    line_begin,      // ^ of (?m)
    line_end,        // $ of (?m)
    text_end,        // \z
    edge,            // \b
    no_edge,         // \B
    word_begin,      // [[:<:]]
    word_end,        // [[:>:]]
    back,            // x: the group; y: whether it is compared without regard to case
    loop,            // x: the slot that takes the place where a round begins
    round,           // x: the slot; y: where to go on if the round took nothing
    enter,           // Of what is not gone back into. x: the first of its slots
    enter_not,       // The same; y: where to go on if it does not fit
    leave,           // x: its slots
    leave_at_begin,  // The same, back to where it began.
    leave_not,       // x: its slots. It fits: so that around it does not
    step_back,       // x: characters
    fail,
    match,
  };
  struct Instruction {
    Op op;
    std::uint32_t x = 0, y = 0;
  };
  struct Set {
    std::bitset<128> ascii;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;  // Beyond ASCII.
    bool beyond = false;                                          // Everything else beyond ASCII.
    bool negated = false;
    bool has(std::uint32_t character) const;
  };

  std::vector<Instruction> program_;
  std::vector<Set> sets_;
  std::uint32_t groups_ = 1;
  std::uint32_t slots_ = 2;
};

// A pattern that was compiled, and what from.
struct CompiledPattern {
  std::string text;
  bool binary = false;
  Regex regex;
};

}  // namespace decnet::service::mysql
