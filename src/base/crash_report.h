// Crash reports: what the handler (crash_handler.h) has left, read, completed with the names of
// functions, and kept in a folder that stays small.
//
//   data/crashes/20261128T112233.000000Z-engine.0.txt
//
// A report comes from a process that may have been taken over, so its text is foreign: bounded, and
// nothing but printable ASCII and line ends.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace decnet {

inline constexpr std::size_t kCrashBytesMax = 32U << 10;  // Of one report; the rest is cut.
inline constexpr std::size_t kCrashReportsMax = 32;       // In the folder; the oldest go.

struct CrashReport {
  std::string id;  // The file's name without its ending.
  TimePoint at{};
  std::string signal;   // "SIGSEGV"
  std::string process;  // "engine.0"
  std::string worker;   // Whose code it was, where the back-trace tells; else empty.
  std::string version;
  std::int64_t pid = 0;
  std::vector<std::string> trace;  // A line a frame, innermost first.
};

// Errors: invalid_argument (no report).
Result<CrashReport> parse_crash(std::string_view text);

// The name of the function at an offset into the program; empty where it is not known.
using SymbolOf = std::function<std::string(std::uint64_t offset)>;

// Behind "…/decnet(+0x1234)[0x…]" comes " in decnet::engine::…".
std::string with_symbols(std::string_view text, const SymbolOf& symbol);

// Keeps a report under its time and process, and removes the oldest beyond kCrashReportsMax.
// Errors: invalid_argument (no report), io, denied.
Result<CrashReport> keep_crash(const std::string& folder, std::string_view text);

std::vector<CrashReport> list_crashes(const std::string& folder);  // Newest first.

}  // namespace decnet
