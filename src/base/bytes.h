// Byte strings and their usual spellings. A run of bytes is a std::string or std::string_view
// throughout decnet.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet {

std::string to_hex(std::string_view bytes);           // lower case
Result<std::string> from_hex(std::string_view text);  // either case; invalid_argument
std::string to_base64(std::string_view bytes);        // RFC 4648 section 4, padded
Result<std::string> from_base64(
    std::string_view text);  // strict; padding may be absent; invalid_argument
std::string to_base64url(std::string_view bytes);  // RFC 4648 section 5, not padded

// True if `bytes` is well-formed UTF-8 (no surrogates, no overlong forms; RFC 3629).
bool is_utf8(std::string_view bytes) noexcept;

// True if every byte is a printable ASCII character or a blank.
bool is_printable(std::string_view bytes) noexcept;

// Compares without a data-dependent branch: for secrets.
bool equal_secret(std::string_view a, std::string_view b) noexcept;

// Reads integers and byte runs off the front of a buffer. After a read beyond the end every further
// read gives zero or an empty view and ok() is false, so that a parser checks once at its end.
// Views point into the buffer given.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) noexcept : rest_(bytes) {}

  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(big(1)); }
  std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(big(2)); }  // big endian
  std::uint32_t u24() noexcept { return static_cast<std::uint32_t>(big(3)); }
  std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(big(4)); }
  std::uint64_t u64() noexcept { return big(8); }
  std::uint16_t u16_le() noexcept { return static_cast<std::uint16_t>(little(2)); }
  std::uint32_t u32_le() noexcept { return static_cast<std::uint32_t>(little(4)); }
  std::uint64_t u64_le() noexcept { return little(8); }
  std::string_view take(std::size_t count) noexcept;
  void skip(std::size_t count) noexcept { take(count); }

  std::string_view rest() const noexcept { return rest_; }
  bool empty() const noexcept { return rest_.empty(); }
  bool ok() const noexcept { return ok_; }

 private:
  std::uint64_t big(std::size_t count) noexcept;
  std::uint64_t little(std::size_t count) noexcept;

  std::string_view rest_;
  bool ok_ = true;
};

// Appends integers and byte runs to a string.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) noexcept : out_(out) {}

  ByteWriter& u8(std::uint8_t value) { return big(value, 1); }
  ByteWriter& u16(std::uint16_t value) { return big(value, 2); }
  ByteWriter& u24(std::uint32_t value) { return big(value, 3); }
  ByteWriter& u32(std::uint32_t value) { return big(value, 4); }
  ByteWriter& u64(std::uint64_t value) { return big(value, 8); }
  ByteWriter& u16_le(std::uint16_t value) { return little(value, 2); }
  ByteWriter& u32_le(std::uint32_t value) { return little(value, 4); }
  ByteWriter& u64_le(std::uint64_t value) { return little(value, 8); }
  ByteWriter& bytes(std::string_view value) {
    out_.append(value);
    return *this;
  }

 private:
  ByteWriter& big(std::uint64_t value, unsigned count);
  ByteWriter& little(std::uint64_t value, unsigned count);

  std::string& out_;
};

}  // namespace decnet
