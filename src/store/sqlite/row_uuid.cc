#include "store/sqlite/row_uuid.h"

#include "base/bytes.h"

namespace decnet::store::sqlite {

Uuid make_row_uuid(TimePoint at, std::int64_t id) {
  std::string bytes(Uuid::v7(at).bytes().substr(0, 10));
  ByteWriter{bytes}.u16(static_cast<std::uint16_t>(id >> 32)).u32(static_cast<std::uint32_t>(id));
  return Uuid::from_bytes(bytes);
}

std::int64_t row_of(const Uuid& uuid) noexcept {
  ByteReader reader(uuid.bytes().substr(10));
  const std::int64_t high = reader.u16();
  return high << 32 | reader.u32();
}

}  // namespace decnet::store::sqlite
