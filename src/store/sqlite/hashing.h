// Hashes of the maps that fold a batch. Not for what is stored. Seeded a process, so that a peer
// cannot choose names that collide.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string_view>

#include "base/random.h"

namespace decnet::store::sqlite {

inline const std::uint64_t kHashSeed = random_u64();

inline std::uint64_t mix(std::uint64_t hash, std::uint64_t value) noexcept {
  const auto wide = static_cast<unsigned __int128>(hash ^ value) * 0x9e3779b97f4a7c15ULL;
  return static_cast<std::uint64_t>(wide) ^ static_cast<std::uint64_t>(wide >> 64);
}

inline std::uint64_t hash_of(std::initializer_list<std::int64_t> numbers) noexcept {
  std::uint64_t hash = kHashSeed;
  for (const std::int64_t number : numbers) hash = mix(hash, static_cast<std::uint64_t>(number));
  return hash;
}

// Transparent: a map of strings is asked with views.
struct TextHash {
  using is_transparent = void;
  using is_avalanching = void;
  std::size_t operator()(std::string_view text) const noexcept {
    std::uint64_t hash = kHashSeed + text.size();
    while (text.size() >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data(), 8);
      hash = mix(hash, word);
      text.remove_prefix(8);
    }
    std::uint64_t rest = 0;
    std::memcpy(&rest, text.data(), text.size());
    return mix(hash ^ 0xa0761d6478bd642fULL, rest);
  }
};

}  // namespace decnet::store::sqlite
