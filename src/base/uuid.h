// UUIDs (RFC 9562). Version 7 names whatever decnet creates, because it sorts by time; version 8
// names what is derived from data, so that the same data gives the same name.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace decnet {

class Uuid {
 public:
  constexpr Uuid() = default;  // The nil UUID.

  static Uuid v7(TimePoint now);          // 48 bits of milliseconds, 74 random bits.
  static Uuid v8(std::string_view name);  // The first 122 bits of SHA-256 of `name`.
  static Result<Uuid> parse(
      std::string_view);  // "xxxxxxxx-xxxx-…", either case. Errors: invalid_argument.
  static Uuid from_bytes(std::string_view sixteen);  // Nil unless exactly 16 bytes are given.

  bool is_nil() const noexcept { return *this == Uuid{}; }
  std::string text() const;  // Lower case, 36 characters.
  std::string_view bytes() const noexcept {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }

  auto operator<=>(const Uuid&) const noexcept = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace decnet
