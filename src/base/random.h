// Two kinds of chance: the kernel's, for secrets and for what must never repeat; and a seeded one,
// for what a decky *is*.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace decnet {

// From the kernel (getrandom). Never fails once the machine has booted.
std::string random_bytes(std::size_t count);
std::uint64_t random_u64();
std::uint64_t random_below(std::uint64_t bound);  // 0 … bound-1, evenly; bound 0 gives 0.

// A stream of numbers that depends on nothing but its seed: the same on every machine and in every
// release.
//   SeededRandom names(seed, "hostname");     // one stream a purpose, so that a new purpose moves
//   no old one
class SeededRandom {
 public:
  SeededRandom(std::uint64_t seed, std::string_view purpose) noexcept;

  std::uint64_t next() noexcept;
  std::uint64_t below(std::uint64_t bound) noexcept;  // 0 … bound-1; bound 0 gives 0.
  std::int64_t between(std::int64_t low, std::int64_t high) noexcept;  // low … high, both included.
  bool chance(double probability) noexcept { return unit() < probability; }
  double unit() noexcept;  // [0, 1)
  template <class Container>
  const auto& pick(const Container& from) noexcept {
    return from[static_cast<std::size_t>(below(from.size()))];
  }
  std::string bytes(std::size_t count);

 private:
  std::uint64_t state_;
};

}  // namespace decnet
