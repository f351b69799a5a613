#include "base/random.h"

#include <cstdlib>

#include <sys/random.h>

#include "base/hash.h"

namespace decnet {

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  for (std::size_t done = 0; done < count;) {
    const auto got = ::getrandom(out.data() + done, count - done, 0);
    if (got < 0)
      std::abort();  // A kernel without getrandom is not supported (doctor says so before).
    done += static_cast<std::size_t>(got);
  }
  return out;
}

std::uint64_t random_u64() {
  std::uint64_t value = 0;
  if (::getrandom(&value, sizeof value, 0) != sizeof value) std::abort();
  return value;
}

std::uint64_t random_below(std::uint64_t bound) {
  if (bound == 0) return 0;
  const std::uint64_t skip =
      (0 - bound) % bound;  // Values below this would make low results likelier.
  std::uint64_t value = random_u64();
  while (value < skip) value = random_u64();
  return value % bound;
}

SeededRandom::SeededRandom(std::uint64_t seed, std::string_view purpose) noexcept
    : state_(seed ^ stable_hash(purpose)) {}

std::uint64_t SeededRandom::next() noexcept {
  state_ += 0x9e3779b97f4a7c15;  // SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
                                 // number generators).
  std::uint64_t value = state_;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

std::uint64_t SeededRandom::below(std::uint64_t bound) noexcept {
  return static_cast<std::uint64_t>(static_cast<unsigned __int128>(next()) * bound >> 64);
}

std::int64_t SeededRandom::between(std::int64_t low, std::int64_t high) noexcept {
  return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
}

double SeededRandom::unit() noexcept {
  return static_cast<double>(next() >> 11) * 0x1p-53;
}

std::string SeededRandom::bytes(std::size_t count) {
  std::string out;
  while (out.size() < count) {
    const std::uint64_t value = next();
    for (int n = 0; n < 8 && out.size() < count; ++n)
      out.push_back(static_cast<char>(value >> (8 * n) & 0xff));
  }
  return out;
}

}  // namespace decnet
