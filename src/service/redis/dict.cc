#include "service/redis/dict.h"

#include <bit>
#include <cstring>

namespace decnet::service::redis {

// SipHash-1-2 (Aumasson and Bernstein), the variant with the fewest rounds that redis takes as
// well.
std::uint64_t sip_hash(std::string_view bytes, HashSeed seed) noexcept {
  std::uint64_t v0 = 0x736f6d6570736575ULL ^ seed.a;
  std::uint64_t v1 = 0x646f72616e646f6dULL ^ seed.b;
  std::uint64_t v2 = 0x6c7967656e657261ULL ^ seed.a;
  std::uint64_t v3 = 0x7465646279746573ULL ^ seed.b;
  const auto round = [&] {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  };
  std::uint64_t last = static_cast<std::uint64_t>(bytes.size()) << 56;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    v3 ^= word;
    round();
    v0 ^= word;
  }
  std::uint64_t tail = 0;
  if (at < bytes.size()) std::memcpy(&tail, bytes.data() + at, bytes.size() - at);
  last |= tail;
  v3 ^= last;
  round();
  v0 ^= last;
  v2 ^= 0xff;
  round();
  round();
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace decnet::service::redis
