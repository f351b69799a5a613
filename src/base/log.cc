#include "base/log.h"

#include <atomic>
#include <deque>
#include <mutex>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/clock.h"
#include "base/json.h"

namespace decnet::log {
namespace {

std::atomic<Level> g_level{Level::info};
std::atomic<Format> g_format{Format::text};
std::string& process_name() {
  static std::string name = "decnet";
  return name;
}

spdlog::logger& sink() {
  static const auto logger = [] {
    auto made = std::make_shared<spdlog::logger>("decnet",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

struct Recent {
  std::mutex mutex;
  std::deque<std::string> lines;
};
Recent& recent_lines() {
  static Recent lines;
  return lines;
}

void remember(std::string line) {
  if (line.size() > kRecentLineBytesMax) line.resize(kRecentLineBytesMax);
  Recent& all = recent_lines();
  const std::lock_guard lock(all.mutex);
  if (all.lines.size() >= kRecentLinesMax) all.lines.pop_front();
  all.lines.push_back(std::move(line));
}

constexpr std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      return "error";
  }
  return "error";
}

}  // namespace

void start(std::string_view process, Level level, Format format) {
  process_name() = process;
  g_level = level;
  g_format = format;
  sink();
}

Result<Level> parse_level(std::string_view text) {
  for (const Level level : {Level::debug, Level::info, Level::warn, Level::error}) {
    if (text == name_of(level)) return level;
  }
  return fail(Errc::invalid_argument, "the log level is one of debug, info, warn, error");
}

Result<Format> parse_format(std::string_view text) {
  if (text == "text") return Format::text;
  if (text == "json") return Format::json;
  return fail(Errc::invalid_argument, "the log format is text or json");
}

bool enabled(Level level) noexcept {
  return level >= g_level.load(std::memory_order_relaxed);
}

void write(Level level, std::string_view text) {
  const std::string time = format_time(Clock::system().now());
  remember(fmt::format("{} {:5} {}", time, name_of(level), text));
  if (g_format == Format::json) {
    JsonWriter line;
    line.begin_object()
        .field("time", time)
        .field("level", name_of(level))
        .field("process", process_name());
    line.field("message", text).end_object();
    sink().info("{}", line.text());
    return;
  }
  sink().info("{} {:5} {:9} {}", time, name_of(level), process_name(), text);
}

std::vector<std::string> recent() {
  Recent& all = recent_lines();
  const std::lock_guard lock(all.mutex);
  return {all.lines.begin(), all.lines.end()};
}

std::string safe(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f)
      out.push_back(c);
    else
      out += fmt::format("\\x{:02x}", byte);
  }
  if (text.size() > most) out += fmt::format("… ({} bytes)", text.size());
  return out;
}

}  // namespace decnet::log
