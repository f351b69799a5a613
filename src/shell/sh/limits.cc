#include "shell/sh/limits.h"

#include <array>

namespace decnet::shell::sh {
namespace {

std::array<std::uint64_t, kLimits>& counters() noexcept {
  thread_local std::array<std::uint64_t, kLimits> all{};
  return all;
}

}  // namespace

void count(Limit limit) noexcept {
  ++counters()[static_cast<std::size_t>(limit)];
}

std::uint64_t reached(Limit limit) noexcept {
  return counters()[static_cast<std::size_t>(limit)];
}

}  // namespace decnet::shell::sh
