#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace decnet::store::sqlite {

// The column pairs.secret_key: the first eight bytes of a SHA-256.
inline std::int64_t secret_key(std::string_view sha256) noexcept {
  return static_cast<std::int64_t>(ByteReader(sha256).u64());
}

}  // namespace decnet::store::sqlite
