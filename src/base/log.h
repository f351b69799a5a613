// The log of a process: lines on stderr, as text or as one JSON object each.
//
//   log::info("listening on {}", address);
//
// Text that comes from an attacker is shown with its control characters escaped (log::safe). No
// secret goes in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/result.h"

namespace decnet::log {

enum class Level : std::uint8_t { debug, info, warn, error };
enum class Format : std::uint8_t { text, json };

// Before the first line and again on SIGHUP. `process` stands in every line ("core", "engine.0").
// Any thread may log.
void start(std::string_view process, Level level, Format format);
Result<Level> parse_level(std::string_view text);
Result<Format> parse_format(std::string_view text);

bool enabled(Level level) noexcept;

// What this process has logged last, oldest first, as text: at most kRecentLinesMax lines of at
// most kRecentLineBytesMax bytes. For who shows a worker's last words. Any thread.
inline constexpr std::size_t kRecentLinesMax = 200;
inline constexpr std::size_t kRecentLineBytesMax = 400;
std::vector<std::string> recent();
void write(Level level, std::string_view text);

// `text` on one line and without control characters, at most `most` bytes: for what others have
// sent.
std::string safe(std::string_view text, std::size_t most = 200);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::debug)) write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::info)) write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::warn)) write(Level::warn, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::error)) write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace decnet::log
