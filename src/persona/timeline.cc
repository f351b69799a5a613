#include "persona/timeline.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace decnet::persona {
namespace {

using std::chrono::days;
using std::chrono::hours;

Duration between(SeededRandom& random, Duration low, Duration high) {
  return Duration{random.between(low.count(), std::max(low, high).count())};
}

// Most machines were started some weeks ago, some have run for half a year.
Duration make_uptime(SeededRandom& random) {
  const double days_up = std::exp(std::log(2.0) + random.unit() * std::log(210.0 / 2.0));
  return Duration{static_cast<std::int64_t>(days_up * 86'400e6)} +
         between(random, Duration{0}, hours{1});
}

// People install machines on weekdays between seven and six.
TimePoint in_office_hours(SeededRandom& random, TimePoint time) {
  auto day = std::chrono::floor<days>(time);
  const std::chrono::weekday weekday{day};
  if (weekday == std::chrono::Saturday) day -= days{1};
  if (weekday == std::chrono::Sunday) day -= days{2};
  return TimePoint{day} + between(random, hours{7}, hours{18});
}

}  // namespace

Timeline make_timeline(SeededRandom random, TimePoint not_before, TimePoint deployed_at) {
  const TimePoint latest = deployed_at - days{90};
  // A distribution is not rolled out on its first day.
  const TimePoint earliest =
      std::min(latest - days{30}, std::max(not_before + days{20}, deployed_at - days{4 * 365}));
  Timeline timeline;
  timeline.installed_at =
      in_office_hours(random, earliest + between(random, days{7}, latest - earliest));
  timeline.booted_at =
      std::max(deployed_at - make_uptime(random),
               timeline.installed_at + between(random, std::chrono::minutes{20}, hours{6}));
  const Duration lag = random.chance(0.55)
                           ? between(random, hours{6}, days{10})    // Upgraded by itself every day.
                           : between(random, days{10}, days{200});  // When somebody thinks of it.
  timeline.upgraded_at = std::max(deployed_at - lag, timeline.installed_at);
  return timeline;
}

}  // namespace decnet::persona
