// Which engine a decky lives in.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/hash.h"

namespace decnet::fleet {

// By the name's hash, so that everyone comes to the same answer. `shards` is at least 1.
inline std::uint32_t shard_of(std::string_view decky, std::uint32_t shards) noexcept {
  return static_cast<std::uint32_t>(stable_hash(decky) % shards);
}

}  // namespace decnet::fleet
