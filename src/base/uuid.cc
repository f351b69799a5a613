#include "base/uuid.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/random.h"

namespace decnet {
namespace {

void stamp(std::array<std::uint8_t, 16>& bytes, unsigned version) {
  bytes[6] = static_cast<std::uint8_t>(version << 4 | (bytes[6] & 0x0f));
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));
}

}  // namespace

Uuid Uuid::from_bytes(std::string_view sixteen) {
  Uuid out;
  if (sixteen.size() == out.bytes_.size())
    std::copy(sixteen.begin(), sixteen.end(), out.bytes_.begin());
  return out;
}

Uuid Uuid::v7(TimePoint now) {
  std::string bytes;
  const auto millis = static_cast<std::uint64_t>(to_micros(now) / 1000);
  ByteWriter{bytes}
      .u16(static_cast<std::uint16_t>(millis >> 32))
      .u32(static_cast<std::uint32_t>(millis));
  bytes += random_bytes(10);
  Uuid out = from_bytes(bytes);
  stamp(out.bytes_, 7);
  return out;
}

Uuid Uuid::v8(std::string_view name) {
  Uuid out = from_bytes(sha256(name).substr(0, 16));
  stamp(out.bytes_, 8);
  return out;
}

Result<Uuid> Uuid::parse(std::string_view text) {
  const auto refuse = [] { return fail(Errc::invalid_argument, "not a UUID"); };
  if (text.size() != 36) return refuse();
  std::string digits;
  for (std::size_t n = 0; n < text.size(); ++n) {
    const bool dash = n == 8 || n == 13 || n == 18 || n == 23;
    if (dash != (text[n] == '-')) return refuse();
    if (!dash) digits.push_back(text[n]);
  }
  const auto bytes = from_hex(digits);
  if (!bytes) return refuse();
  return from_bytes(*bytes);
}

std::string Uuid::text() const {
  std::string out = to_hex(bytes());
  for (const std::size_t at : {20U, 16U, 12U, 8U}) out.insert(at, 1, '-');
  return out;
}

}  // namespace decnet
