#include "service/redis/hyperloglog.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace decnet::service::redis {

namespace {

constexpr unsigned kIndexBits = 14;
constexpr unsigned kValueBits = 64 - kIndexBits;
constexpr std::size_t kHeaderBytes = 16;
constexpr std::size_t kDenseBytes = kHeaderBytes + HyperLogLog::kRegisters * 6 / 8;
constexpr unsigned kSparseValueMax = 32;

// MurmurHash64A (Austin Appleby), with the seed that redis uses.
std::uint64_t murmur(std::string_view bytes) {
  constexpr std::uint64_t kSeed = 0xadc83b19ULL;
  constexpr std::uint64_t kMultiplier = 0xc6a4a7935bd1e995ULL;
  constexpr int kShift = 47;
  std::uint64_t hash = kSeed ^ (bytes.size() * kMultiplier);
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    word *= kMultiplier;
    word ^= word >> kShift;
    word *= kMultiplier;
    hash ^= word;
    hash *= kMultiplier;
  }
  if (at < bytes.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, bytes.size() - at);
    hash ^= word;
    hash *= kMultiplier;
  }
  hash ^= hash >> kShift;
  hash *= kMultiplier;
  hash ^= hash >> kShift;
  return hash;
}

double sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1;
  double z = x;
  double before = 0;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (before != z);
  return z;
}

double tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1;
  double z = 1 - x;
  double before = 0;
  do {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= std::pow(1 - x, 2) * y;
  } while (before != z);
  return z / 3;
}

// Reads the runs of a sparse string; false: they do not add up.
bool read_sparse(std::string_view runs,
                 std::array<std::uint8_t, HyperLogLog::kRegisters>& registers) {
  std::size_t at = 0;
  while (!runs.empty()) {
    const auto first = static_cast<unsigned char>(runs[0]);
    std::size_t length = 0;
    std::uint8_t value = 0;
    if ((first & 0xc0) == 0) {
      length = (first & 0x3fU) + 1;
      runs.remove_prefix(1);
    } else if ((first & 0xc0) == 0x40) {
      if (runs.size() < 2) return false;
      length = ((first & 0x3fU) << 8 | static_cast<unsigned char>(runs[1])) + 1;
      runs.remove_prefix(2);
    } else {
      value = static_cast<std::uint8_t>(((first >> 2) & 0x1f) + 1);
      length = (first & 3U) + 1;
      runs.remove_prefix(1);
    }
    if (at + length > registers.size()) return false;
    std::fill_n(registers.begin() + static_cast<std::ptrdiff_t>(at), length, value);
    at += length;
  }
  return at == registers.size();
}

}  // namespace

std::optional<HyperLogLog> HyperLogLog::parse(std::string_view text, bool& damaged) {
  damaged = false;
  if (text.size() < kHeaderBytes || text.substr(0, 4) != "HYLL" ||
      static_cast<unsigned char>(text[4]) > 1) {
    return std::nullopt;
  }
  HyperLogLog out;
  if (text[4] == 1) {
    damaged = !read_sparse(text.substr(kHeaderBytes), out.registers_);
    return damaged ? std::nullopt : std::optional(out);
  }
  if (text.size() != kDenseBytes) return std::nullopt;
  out.form_ = Form::dense;
  for (std::size_t n = 0; n < kRegisters; ++n) {
    const std::size_t bit = n * 6;
    const std::size_t byte = kHeaderBytes + bit / 8;
    unsigned pair = static_cast<unsigned char>(text[byte]);
    if (byte + 1 < text.size())
      pair |= static_cast<unsigned>(static_cast<unsigned char>(text[byte + 1])) << 8;
    out.registers_[n] = static_cast<std::uint8_t>((pair >> (bit % 8)) & 0x3f);
  }
  return out;
}

std::optional<std::uint64_t> HyperLogLog::cached_count(std::string_view text) {
  constexpr std::size_t kCountAt = 8;
  if (text.size() < kCountAt + 8) return std::nullopt;
  std::uint64_t count = 0;
  for (unsigned n = 0; n < 8; ++n)
    count |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[kCountAt + n])) << (8 * n);
  return count >> 63 == 0 ? std::optional(count) : std::nullopt;
}

bool HyperLogLog::add(std::string_view element) {
  std::uint64_t hash = murmur(element);
  const std::size_t index = hash & (kRegisters - 1);
  hash = hash >> kIndexBits | 1ULL << kValueBits;
  const auto count = static_cast<std::uint8_t>(__builtin_ctzll(hash) + 1);
  if (count <= registers_[index]) return false;
  registers_[index] = count;
  return true;
}

void HyperLogLog::merge(const HyperLogLog& other) {
  for (std::size_t n = 0; n < kRegisters; ++n)
    registers_[n] = std::max(registers_[n], other.registers_[n]);
  if (other.form_ == Form::dense) form_ = Form::dense;
}

std::uint64_t HyperLogLog::count() const {
  constexpr double kAlpha = 0.721347520444481703680;  // 0.5 / ln 2
  constexpr auto kAll = static_cast<double>(kRegisters);
  std::array<double, 64> histogram{};
  for (const std::uint8_t value : registers_) ++histogram[value];
  double z = kAll * tau((kAll - histogram[kValueBits + 1]) / kAll);
  for (unsigned n = kValueBits; n >= 1; --n) {
    z += histogram[n];
    z *= 0.5;
  }
  z += kAll * sigma(histogram[0] / kAll);
  return static_cast<std::uint64_t>(std::llround(kAlpha * kAll * kAll / z));
}

std::optional<std::string> HyperLogLog::sparse_text() const {
  constexpr std::size_t kShortZeros = 64;
  constexpr std::size_t kLongZeros = 16384;
  constexpr std::size_t kValuesMax = 4;
  std::string runs;
  for (std::size_t at = 0; at < kRegisters;) {
    const std::uint8_t value = registers_[at];
    if (value > kSparseValueMax) return std::nullopt;
    std::size_t length = 1;
    while (at + length < kRegisters && registers_[at + length] == value) ++length;
    length = std::min(length, value == 0 ? kLongZeros : kValuesMax);
    if (value != 0) {
      runs += static_cast<char>(0x80 | (value - 1) << 2 | static_cast<int>(length - 1));
    } else if (length <= kShortZeros) {
      runs += static_cast<char>(length - 1);
    } else {
      runs += static_cast<char>(0x40 | (length - 1) >> 8);
      runs += static_cast<char>(length - 1);
    }
    at += length;
  }
  return runs;
}

std::string HyperLogLog::text(std::size_t sparse_bytes_max,
                              std::optional<std::uint64_t> cached_count) const {
  std::string out = "HYLL";
  const auto runs = form_ == Form::sparse ? sparse_text() : std::nullopt;
  const bool sparse = runs && runs->size() + kHeaderBytes <= sparse_bytes_max;
  out += sparse ? '\x01' : '\x00';
  out.append(3, '\0');
  std::uint64_t cached = cached_count.value_or(0);
  if (!cached_count) cached |= 1ULL << 63;  // Not valid.
  for (unsigned n = 0; n < 8; ++n) out += static_cast<char>(cached >> (8 * n));
  if (sparse) return out + *runs;
  out.resize(kDenseBytes, '\0');
  for (std::size_t n = 0; n < kRegisters; ++n) {
    const std::size_t bit = n * 6;
    const std::size_t byte = kHeaderBytes + bit / 8;
    const unsigned shifted = static_cast<unsigned>(registers_[n]) << (bit % 8);
    out[byte] = static_cast<char>(static_cast<unsigned char>(out[byte]) | (shifted & 0xff));
    if (byte + 1 < out.size())
      out[byte + 1] = static_cast<char>(static_cast<unsigned char>(out[byte + 1]) | shifted >> 8);
  }
  return out;
}

}  // namespace decnet::service::redis
