// Claim: two brokers of one name are noticed. Each says on the NATS servers who it is; of two that
// bear one name the one that began earlier keeps it, the other stops exporting and says so.
//
// A hello is "<start, microseconds since 1970> <instance, hex>". Whose clock is wrong may win or
// lose wrongly, but both sides come to one answer.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace decnet::bus::bridge {

inline constexpr std::string_view kHelloRoot = "decnet-bridge";  // Subject: decnet-bridge.<host>
inline constexpr Duration kHelloEvery = std::chrono::seconds{10};
inline constexpr Duration kHelloAnswerEvery = std::chrono::seconds{1};
// The older one is gone when it was silent for so long.
inline constexpr Duration kClaimForgottenAfter = std::chrono::seconds{25};

enum class Heard : std::uint8_t {
  nothing,  // The own hello, or no hello at all.
  younger,  // Another one of this name, that must learn that it is taken.
  older,    // This one must give way.
};

// Any thread may call anything.
class Claim {
 public:
  Claim(TimePoint since, std::uint64_t instance) : since_(to_micros(since)), instance_(instance) {}

  std::string hello() const;
  Heard hear(std::string_view hello, std::chrono::nanoseconds now);
  bool is_taken(std::chrono::nanoseconds now) const;

 private:
  const std::int64_t since_;
  const std::uint64_t instance_;
  mutable std::mutex mutex_;
  bool older_heard_ = false;
  std::chrono::nanoseconds older_heard_at_{0};
};

}  // namespace decnet::bus::bridge
