// When a host was set up, last upgraded and last started.
#pragma once

#include "base/clock.h"
#include "base/random.h"

namespace decnet::persona {

struct Timeline {
  TimePoint installed_at{};  // Three months to four years before the deployment.
  TimePoint booted_at{};     // Two days to seven months before it, after the installation.
  TimePoint upgraded_at{};   // The day whose versions it has; between installation and deployment.
};

// `not_before` is the day on which the host's distribution appeared: nothing is older, unless the
// deployment itself nearly is.
Timeline make_timeline(SeededRandom random, TimePoint not_before, TimePoint deployed_at);

}  // namespace decnet::persona
