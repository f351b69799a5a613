#include "engine/sources.h"

#include <algorithm>

namespace decnet::engine {

Admission Sources::enter(const net::IpAddress& source, std::chrono::nanoseconds now) {
  if (open_ >= limits_.sessions_max) return Admission::engine_full;
  const double rate = limits_.source_rate_per_s;
  const double burst = rate * kSourceBurst;
  auto found = sources_.find(source);
  if (found == sources_.end()) {
    if (sources_.size() >= kSourcesMax) forget_one();
    found = sources_.emplace(source, Source{burst, now, 0}).first;
  }
  Source& entry = found->second;
  const double seconds = std::chrono::duration<double>(now - entry.filled_at).count();
  entry.tokens = std::min(burst, entry.tokens + seconds * rate);
  entry.filled_at = now;
  if (entry.open >= limits_.source_sessions_max) return Admission::sessions;
  if (entry.tokens < 1) return Admission::rate;
  entry.tokens -= 1;
  ++entry.open;
  ++open_;
  return Admission::admitted;
}

void Sources::leave(const net::IpAddress& source) {
  const auto found = sources_.find(source);
  if (found == sources_.end() || found->second.open == 0) return;
  --found->second.open;
  --open_;
}

// A full table means a flood of addresses: any idle one that was seen longest ago will do.
void Sources::forget_one() {
  auto oldest = sources_.end();
  for (auto at = sources_.begin(); at != sources_.end(); ++at) {
    if (at->second.open > 0) continue;
    if (oldest == sources_.end() || at->second.filled_at < oldest->second.filled_at) oldest = at;
  }
  if (oldest != sources_.end()) sources_.erase(oldest);
}

}  // namespace decnet::engine
