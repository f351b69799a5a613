#include "api/cursor.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"

namespace decnet::api {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kTagBytes = 8;

// A cursor gives no right that its bearer does not have: the tag only tells one that was made for
// another list.
std::string tag_of(std::string_view payload, std::string_view binding) {
  std::string text("decnet cursor\n");
  text.append(binding).append("\n").append(payload);
  return sha256(text).substr(0, kTagBytes);
}

Result<std::string> from_base64url(std::string_view text) {
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  return from_base64(standard);
}

// Cut so that the key still lies on the far side of its row.
std::string cut(std::string text, bool towards_larger) {
  if (text.size() <= kCursorTextBytesMax) return text;
  text.resize(kCursorTextBytesMax);
  if (towards_larger) text.push_back('\xff');
  return text;
}

tl::unexpected<Error> malformed() {
  return fail(Errc::invalid_argument, "the cursor is malformed, or is of another list");
}

}  // namespace

std::string write_cursor(const Cursor& cursor, std::string_view binding, store::Order order) {
  const bool towards_larger = (order == store::Order::ascending) != cursor.is_backwards;
  std::string payload;
  ByteWriter writer(payload);
  writer.u8(kVersion).u8(cursor.is_backwards ? 1 : 0);
  writer.u64(static_cast<std::uint64_t>(cursor.key.number));
  writer.u64(static_cast<std::uint64_t>(cursor.key.id));
  writer.bytes(cut(cursor.key.text, towards_larger));
  return to_base64url(tag_of(payload, binding) + payload);
}

Result<Cursor> read_cursor(std::string_view text, std::string_view binding) {
  const auto bytes = from_base64url(text);
  if (!bytes) return malformed();
  ByteReader reader(*bytes);
  const std::string_view tag = reader.take(kTagBytes);
  const std::string_view payload = reader.rest();
  const std::uint8_t version = reader.u8();
  Cursor cursor;
  cursor.is_backwards = reader.u8() != 0;
  cursor.key.number = static_cast<std::int64_t>(reader.u64());
  cursor.key.id = static_cast<std::int64_t>(reader.u64());
  cursor.key.text = reader.rest();
  if (!reader.ok() || version != kVersion || tag != tag_of(payload, binding)) return malformed();
  return cursor;
}

}  // namespace decnet::api
