// What each source address may take of an engine: new sessions a second, and sessions at a time.
#pragma once

#include <cstdint>
#include <map>

#include "base/clock.h"
#include "net/endpoint.h"
#include "session/limits.h"

namespace decnet::engine {

inline constexpr std::size_t kSourcesMax = 65'536;  // Then the one seen longest ago is forgotten.
inline constexpr std::uint32_t kSourceBurst = 10;   // Seconds of the rate that may come at once.

enum class Admission : std::uint8_t { admitted, rate, sessions, engine_full };

class Sources {
 public:
  explicit Sources(const session::Limits& limits) : limits_(limits) {}

  // Counts a new session of `source`; every `admitted` is followed by one leave().
  Admission enter(const net::IpAddress& source, std::chrono::nanoseconds now);
  void leave(const net::IpAddress& source);

  std::uint32_t open() const noexcept { return open_; }
  std::size_t known() const noexcept { return sources_.size(); }

 private:
  struct Source {
    double tokens = 0;
    std::chrono::nanoseconds filled_at{0};
    std::uint32_t open = 0;
  };
  void forget_one();

  const session::Limits& limits_;
  std::map<net::IpAddress, Source> sources_;
  std::uint32_t open_ = 0;
};

}  // namespace decnet::engine
