// Backoff: how long to wait before the next attempt to connect. Inside bus.
#pragma once

#include <algorithm>

#include "base/clock.h"

namespace decnet::bus {

inline constexpr Duration kBackoffFirst = std::chrono::milliseconds{100};
inline constexpr Duration kBackoffMax = std::chrono::seconds{2};

class Backoff {
 public:
  explicit Backoff(Duration first = kBackoffFirst) : first_(first), step_(first) {}

  // The step doubles each time. `chance`, in [0, 1), takes up to a quarter off, so that many
  // clients of one broker do not come at one moment.
  Duration next(double chance) {
    const auto out = std::chrono::duration_cast<Duration>(step_ * (1.0 - chance / 4));
    step_ = std::min(step_ * 2, kBackoffMax);
    return out;
  }
  void reset() { step_ = first_; }

 private:
  Duration first_;
  Duration step_;
};

}  // namespace decnet::bus
