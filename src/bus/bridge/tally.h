// Tally: things that happen often are said once a second, with how many there were.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace decnet::bus::bridge {

inline constexpr Duration kWarnEvery = std::chrono::seconds{1};

// For one thread.
class Tally {
 public:
  // `total` is how many there have been so far. How many of them to speak of now, if any.
  std::optional<std::uint64_t> due(std::uint64_t total, std::chrono::nanoseconds now) {
    if (total == said_ || (spoken_ && now - at_ < kWarnEvery)) return std::nullopt;
    spoken_ = true;
    at_ = now;
    const auto out = total - said_;
    said_ = total;
    return out;
  }

 private:
  std::uint64_t said_ = 0;
  bool spoken_ = false;
  std::chrono::nanoseconds at_{0};
};

}  // namespace decnet::bus::bridge
