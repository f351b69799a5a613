// What of the language is bounded, and how often each bound was reached.
//
//   count(Limit::brace_words);
//   if (reached(Limit::brace_words) > 0) …
//
// The counters are the process's: shell_limit_brace_words_total.
#pragma once

#include <cstddef>
#include <cstdint>

namespace decnet::shell::sh {

enum class Limit : std::uint8_t {
  nesting,           // kNestingMax
  aliases,           // kAliasesInRowMax
  script_bytes,      // kScriptBytesMax
  call_depth,        // kCallDepthMax
  expansion_bytes,   // kExpansionBytesMax
  fields,            // kFieldsMax
  brace_words,       // kBraceWordsMax
  glob_names,        // kGlobNamesMax
  pattern_steps,     // kPatternStepsMax
  pattern_work,      // kPatternWorkMax
  arithmetic_depth,  // kArithmeticDepthMax
  expression,        // What cmd::Regex takes for [[ =~ ]]
  jobs,              // kJobsMax
  directories,       // kDirectoriesMax
  history,           // kHistoryLinesMax, kHistoryBytesMax
  typed_line,        // kTypedLineMax
};
inline constexpr std::size_t kLimits = 16;

void count(Limit limit);
std::uint64_t reached(Limit limit);

}  // namespace decnet::shell::sh
