// How often somebody may fail to log in: a bucket for each account and one for each source. A
// failure takes a token out of both, a success fills both. Lives on one thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace decnet::api {

inline constexpr unsigned kAccountFailuresMax = 10;  // In a row, then one every …
inline constexpr Duration kAccountRefill = std::chrono::seconds{30};
inline constexpr unsigned kSourceFailuresMax = 30;
inline constexpr Duration kSourceRefill = std::chrono::seconds{10};
inline constexpr std::size_t kLoginKeysMax = 10'000;  // Buckets kept; the fullest go first.

class LoginLimits {
 public:
  explicit LoginLimits(const Clock& clock) : clock_(clock) {}

  // How long to wait before the next attempt; zero: now.
  Duration wait(std::string_view account, std::string_view source);
  void note_failure(std::string_view account, std::string_view source);
  void note_success(std::string_view account, std::string_view source);
  std::size_t size() const noexcept { return buckets_.size(); }

 private:
  // When the bucket will be full again: all there is to know about it.
  using Buckets = std::map<std::string, std::chrono::nanoseconds, std::less<>>;

  void take(std::string key, Duration refill, unsigned most);
  void make_room();

  const Clock& clock_;
  Buckets buckets_;
};

}  // namespace decnet::api
