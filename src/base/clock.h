// Time, always UTC. Everything that asks for the time asks a Clock, so that tests decide what time
// it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet {

using Duration = std::chrono::microseconds;
using TimePoint =
    std::chrono::sys_time<std::chrono::microseconds>;  // UTC, as stored and sent everywhere.

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;                       // What the wall says. May jump.
  virtual std::chrono::nanoseconds monotonic() const = 0;  // For intervals. Never goes back.

  static const Clock& system();
};

// A clock that stands still until it is told otherwise. For tests; not thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(TimePoint start = TimePoint{std::chrono::seconds{1'790'000'000}})
      : now_(start) {}
  TimePoint now() const override { return now_; }
  std::chrono::nanoseconds monotonic() const override { return monotonic_; }
  void advance(Duration by) {
    now_ += by;
    monotonic_ += by;
  }

 private:
  TimePoint now_;
  std::chrono::nanoseconds monotonic_{0};
};

constexpr std::int64_t to_micros(TimePoint time) {
  return time.time_since_epoch().count();
}
constexpr TimePoint from_micros(std::int64_t micros) {
  return TimePoint{Duration{micros}};
}

enum class TimeDigits : std::uint8_t { seconds = 0, millis = 3, micros = 6 };

// RFC 3339 in UTC: "2026-01-02T03:04:05.678901Z".
std::string format_time(TimePoint time, TimeDigits digits = TimeDigits::millis);
void append_time(std::string& out, TimePoint time, TimeDigits digits);

// Reads RFC 3339 with any offset and up to nine digits of a second (those beyond six are cut); a
// blank may stand for the 'T', and a missing offset means UTC, because other honeypots write so.
// Errors: invalid_argument.
Result<TimePoint> parse_time(std::string_view text);

}  // namespace decnet
