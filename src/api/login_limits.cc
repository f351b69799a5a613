#include "api/login_limits.h"

#include <algorithm>
#include <vector>

#include "base/counters.h"

namespace decnet::api {
namespace {

std::string account_key(std::string_view account) {
  return "a" + std::string(account);
}
std::string source_key(std::string_view source) {
  return "s" + std::string(source);
}

Duration wait_for(std::chrono::nanoseconds full_at, std::chrono::nanoseconds now, Duration refill,
                  unsigned most) {
  // One token is there as soon as the bucket is at most (most - 1) refills from full.
  const auto ready = full_at - refill * (most - 1);
  return ready > now ? std::chrono::ceil<Duration>(ready - now) : Duration{0};
}

}  // namespace

Duration LoginLimits::wait(std::string_view account, std::string_view source) {
  static Counter& limited =
      counter("api_logins_limited_total", "Logins refused because of too many failures before");
  const auto now = clock_.monotonic();
  Duration longest{0};
  if (const auto at = buckets_.find(account_key(account)); at != buckets_.end()) {
    longest = wait_for(at->second, now, kAccountRefill, kAccountFailuresMax);
  }
  if (const auto at = buckets_.find(source_key(source)); at != buckets_.end()) {
    longest = std::max(longest, wait_for(at->second, now, kSourceRefill, kSourceFailuresMax));
  }
  if (longest > Duration{0}) limited.add();
  return longest;
}

void LoginLimits::take(std::string key, Duration refill, unsigned most) {
  const auto now = clock_.monotonic();
  if (buckets_.size() >= kLoginKeysMax) make_room();
  auto& full_at = buckets_[std::move(key)];
  full_at =
      std::min<std::chrono::nanoseconds>(std::max(full_at, now) + refill, now + refill * most);
}

void LoginLimits::note_failure(std::string_view account, std::string_view source) {
  take(account_key(account), kAccountRefill, kAccountFailuresMax);
  take(source_key(source), kSourceRefill, kSourceFailuresMax);
}

void LoginLimits::note_success(std::string_view account, std::string_view source) {
  buckets_.erase(account_key(account));
  buckets_.erase(source_key(source));
}

// Drops the buckets that are full; where that is not enough, the half that is nearest to it.
void LoginLimits::make_room() {
  const auto now = clock_.monotonic();
  std::erase_if(buckets_, [now](const auto& bucket) { return bucket.second <= now; });
  if (buckets_.size() < kLoginKeysMax) return;
  std::vector<std::chrono::nanoseconds> times;
  for (const auto& [key, full_at] : buckets_) times.push_back(full_at);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  const auto limit = *middle;
  std::erase_if(buckets_, [limit](const auto& bucket) { return bucket.second <= limit; });
}

}  // namespace decnet::api
