#include "shell/sh/limits.h"

#include <array>
#include <string>
#include <string_view>

#include "base/counters.h"

namespace decnet::shell::sh {
namespace {

// In the order of Limit.
constexpr std::array<std::string_view, kLimits> kNames = {
    "nesting",     "aliases",     "script_bytes",  "call_depth",   "expansion_bytes",  "fields",
    "brace_words", "glob_names",  "pattern_steps", "pattern_work", "arithmetic_depth", "expression",
    "jobs",        "directories", "history",       "typed_line"};

Counter& counter_of(Limit limit) {
  static const std::array<Counter*, kLimits> all = [] {
    std::array<Counter*, kLimits> made{};
    for (std::size_t at = 0; at < kLimits; ++at)
      made[at] = &counter("shell_limit_" + std::string(kNames[at]) + "_total",
                          "Scripts that reached this limit of the shell's language");
    return made;
  }();
  return *all[static_cast<std::size_t>(limit)];
}

}  // namespace

void count(Limit limit) {
  counter_of(limit).add();
}

std::uint64_t reached(Limit limit) {
  return counter_of(limit).value();
}

}  // namespace decnet::shell::sh
