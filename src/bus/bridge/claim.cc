#include "bus/bridge/claim.h"

#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace decnet::bus::bridge {
namespace {

template <class Number>
std::optional<Number> parse(std::string_view text, int base) {
  Number out{};
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, out, base);
  if (error != std::errc{} || at != end) return std::nullopt;
  return out;
}

}  // namespace

std::string Claim::hello() const {
  return fmt::format("{} {:016x}", since_, instance_);
}

Heard Claim::hear(std::string_view hello, std::chrono::nanoseconds now) {
  const auto blank = hello.find(' ');
  if (blank == hello.npos) return Heard::nothing;
  const auto since = parse<std::int64_t>(hello.substr(0, blank), 10);
  const auto instance = parse<std::uint64_t>(hello.substr(blank + 1), 16);
  if (!since || !instance || *instance == instance_) return Heard::nothing;
  if (std::pair(*since, *instance) > std::pair(since_, instance_)) return Heard::younger;
  const std::lock_guard lock(mutex_);
  older_heard_ = true;
  older_heard_at_ = now;
  return Heard::older;
}

bool Claim::is_taken(std::chrono::nanoseconds now) const {
  const std::lock_guard lock(mutex_);
  return older_heard_ && now - older_heard_at_ < kClaimForgottenAfter;
}

}  // namespace decnet::bus::bridge
