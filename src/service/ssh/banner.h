// How long a host takes from a connection to its banner: sshd starts itself anew for each.
#pragma once

#include "base/clock.h"
#include "base/random.h"

namespace decnet::service::ssh {

// How a host's times differ from those of the host that was measured.
struct Pace {
  double speed = 1;   // All times, …
  double spread = 1;  // … and their distance from the middle one.
};

// Of a persona. Two hosts are never equally fast, and not equally busy.
Pace pace_of(std::uint64_t seed);

// One time. `draw` is evenly distributed in 0 … kBannerDraws - 1.
inline constexpr std::uint64_t kBannerDraws = 1'000'000;
Duration banner_delay(const Pace& pace, std::uint64_t draw);

}  // namespace decnet::service::ssh
