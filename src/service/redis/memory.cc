#include "service/redis/memory.h"

#include <bit>

#include "service/redis/number.h"

namespace decnet::service::redis {

namespace {

constexpr std::uint64_t kObjectBytes = 16;
constexpr std::uint64_t kDictBytes = 56;
constexpr std::uint64_t kDictEntryBytes = 24;
constexpr std::size_t kSamples = 5;

std::uint64_t listpack_entry(std::string_view text) {
  if (const auto number = parse_integer(text)) {
    const std::int64_t value = *number;
    if (value >= 0 && value <= 127) return 2;
    if (value >= -4096 && value <= 4095) return 3;
    if (value >= -32768 && value <= 32767) return 4;
    if (value >= -8388608 && value <= 8388607) return 5;
    return value >= -2147483648LL && value <= 2147483647LL ? 6 : 10;
  }
  const std::uint64_t header = text.size() < 64 ? 1 : text.size() < 4096 ? 2 : 5;
  const std::uint64_t body = header + text.size();
  return body + (body < 128 ? 1 : body < 16384 ? 2 : body < 2097152 ? 3 : 4);
}

constexpr std::uint64_t kListpackEnds = 7;

std::uint64_t list_bytes(const List& list) {
  constexpr std::uint64_t kQuicklistBytes = 40;
  constexpr std::uint64_t kNodeBytes = 40;
  constexpr std::uint64_t kNodeContentMax = 8192;
  std::uint64_t sampled = 0;
  const std::size_t count = std::min<std::size_t>(list.size(), 512);
  for (std::size_t n = 0; n < count; ++n) sampled += listpack_entry(list.at(n));
  const std::uint64_t content = count == 0 ? 0 : sampled * list.size() / count;
  const std::uint64_t nodes = content / kNodeContentMax + 1;
  return kQuicklistBytes + nodes * (kNodeBytes + allocated(content / nodes + kListpackEnds));
}

std::uint64_t table_bytes(std::size_t size, std::uint64_t per_element) {
  return kDictBytes + std::bit_ceil(std::max<std::size_t>(size, 4)) * 8 +
         size * (kDictEntryBytes + per_element);
}

std::uint64_t set_bytes(const Set& set) {
  if (set.encoding() == Encoding::intset) {
    std::uint64_t width = 2;
    for (const std::string& member : set.members()) {
      const std::int64_t value = parse_integer(member).value_or(0);
      const std::uint64_t needed = value >= -32768 && value <= 32767                 ? 2
                                   : value >= -2147483648LL && value <= 2147483647LL ? 4
                                                                                     : 8;
      width = std::max(width, needed);
    }
    return allocated(8 + width * set.size());
  }
  std::uint64_t sampled = 0;
  for (std::size_t n = 0; n < kSamples; ++n)
    sampled += string_allocated(set.random(n * 0x100000001ULL).size());
  return table_bytes(set.size(), sampled / kSamples);
}

std::uint64_t hash_bytes(const Hash& hash) {
  if (hash.encoding() == Encoding::listpack) {
    std::uint64_t content = kListpackEnds;
    for (const auto& [field, value] : hash.pairs())
      content += listpack_entry(field) + listpack_entry(value);
    return allocated(content);
  }
  std::uint64_t sampled = 0;
  for (std::size_t n = 0; n < kSamples; ++n) {
    const auto [field, value] = hash.random(n * 0x100000001ULL);
    sampled += string_allocated(field.size()) + string_allocated(value.size());
  }
  return table_bytes(hash.size(), sampled / kSamples);
}

std::uint64_t zset_bytes(const SortedSet& zset) {
  constexpr std::uint64_t kSkiplistBytes = 32 + 16 + 24 + 32 * 16;
  constexpr std::uint64_t kSkiplistNodeBytes = 24 + 21;
  if (zset.encoding() == Encoding::listpack) {
    std::uint64_t content = kListpackEnds;
    for (const auto& entry : zset.range(0, zset.size())) {
      content += listpack_entry(entry.member) + listpack_entry(format_double(entry.score));
    }
    return allocated(content);
  }
  std::uint64_t sampled = 0;
  for (std::size_t n = 0; n < kSamples; ++n) {
    sampled += string_allocated(zset.random(n * zset.size() / kSamples).member.size());
  }
  return kSkiplistBytes + table_bytes(zset.size(), sampled / kSamples + kSkiplistNodeBytes);
}

}  // namespace

std::uint64_t allocated(std::uint64_t bytes) noexcept {
  if (bytes <= 8) return 8;
  if (bytes <= 128) return (bytes + 15) / 16 * 16;
  // Four classes between two powers of two.
  const std::uint64_t step = std::bit_ceil(bytes) / 8;
  return (bytes + step - 1) / step * step;
}

std::uint64_t string_allocated(std::size_t length) noexcept {
  const std::uint64_t header = length < 32 ? 1 : length < 256 ? 3 : length < 65536 ? 5 : 9;
  return allocated(header + length + 1);
}

std::uint64_t key_bytes(std::string_view key, const Object& object) {
  const std::uint64_t frame = string_allocated(key.size()) + kDictEntryBytes;
  if (object.type == Type::string) {
    const std::size_t size = object.string.size();
    if (object.string_encoding == Encoding::integer) return frame + kObjectBytes;
    if (object.string_encoding == Encoding::embstr)
      return frame + allocated(kObjectBytes + 3 + size + 1);
    const std::uint64_t header = size < 256 ? 3 : size < 65536 ? 5 : 9;
    return frame + kObjectBytes + allocated(header + size + 1);
  }
  std::uint64_t content = 0;
  switch (object.type) {
    case Type::list:
      content = list_bytes(object.list());
      break;
    case Type::set:
      content = set_bytes(object.set());
      break;
    case Type::hash:
      content = hash_bytes(object.hash());
      break;
    case Type::zset:
      content = zset_bytes(object.zset());
      break;
    default:
      content = object.container->bytes();
      break;
  }
  return frame + kObjectBytes + content;
}

}  // namespace decnet::service::redis
