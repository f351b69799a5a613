// Strings as rows of bits.
#include <algorithm>
#include <array>
#include <bit>

#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

constexpr std::string_view kBadOffset = "ERR bit offset is not an integer or out of range";

std::optional<std::int64_t> bit_offset(Call& call, std::size_t index) {
  return call.integer_between(index, 0, call.server.config.bulk_bytes_max * 8 - 1, kBadOffset);
}

bool bit_at(std::string_view bytes, std::size_t bit) {
  const std::size_t byte = bit / 8;
  return byte < bytes.size() &&
         ((static_cast<unsigned char>(bytes[byte]) >> (7 - bit % 8)) & 1U) != 0;
}

void setbit(Call& call) {
  const std::string& key = call.arg(1);
  const auto offset = bit_offset(call, 2);
  if (!offset) return;
  const auto value = call.integer_between(3, 0, 1, "ERR bit is not an integer or out of range");
  if (!value) return;
  const auto found = call.modify(key, Type::string);
  if (found.refused) return;
  const auto bit = static_cast<std::size_t>(*offset);
  if (bit / 8 >= kRequestBytesMax) return call.out.error(kOutOfMemory);
  Object* object = found.object;
  if (object == nullptr) object = &call.server.put(call.client.db, key, Object::of_raw(""));
  object->string_encoding = Encoding::raw;
  if (object->string.size() <= bit / 8) object->string.resize(bit / 8 + 1, '\0');
  const bool old = bit_at(object->string, bit);
  auto byte = static_cast<unsigned char>(object->string[bit / 8]);
  const auto mask = static_cast<unsigned char>(1U << (7 - bit % 8));
  byte = static_cast<unsigned char>(*value != 0 ? byte | mask : byte & ~mask);
  object->string[bit / 8] = static_cast<char>(byte);
  call.changed(key, '$', "setbit");
  call.out.integer(old ? 1 : 0);
}

void getbit(Call& call) {
  const auto offset = bit_offset(call, 2);
  if (!offset) return;
  const auto found = call.read(call.arg(1), Type::string);
  if (found.refused) return;
  const bool value =
      found.object != nullptr && bit_at(found.object->string, static_cast<std::size_t>(*offset));
  call.out.integer(value ? 1 : 0);
}

// The bits [first, last) of a request's range; BYTE is the unit unless BIT is said.
struct BitRange {
  std::size_t first = 0, last = 0;
};

std::optional<BitRange> bit_range(Call& call, std::size_t index, std::size_t bytes, bool has_end) {
  const bool in_bits = index + 2 < call.size() && call.is(index + 2, "BIT");
  if (index + 2 < call.size() && !in_bits && !call.is(index + 2, "BYTE")) {
    call.syntax_error();
    return std::nullopt;
  }
  const auto first = call.integer(index);
  if (!first) return std::nullopt;
  std::int64_t end = -1;
  if (has_end) {
    const auto last = call.integer(index + 1);
    if (!last) return std::nullopt;
    end = *last;
  }
  const auto total = static_cast<std::int64_t>(in_bits ? bytes * 8 : bytes);
  if (*first < 0 && end < 0 && *first > end) return BitRange{};
  if (end < 0) end = std::max<std::int64_t>(end + total, 0);
  const auto [from, to] = clip_range(*first, end, static_cast<std::size_t>(total));
  return BitRange{in_bits ? from : from * 8, in_bits ? to : to * 8};
}

std::size_t count_bits(std::string_view bytes, BitRange range) {
  std::size_t count = 0;
  std::size_t bit = range.first;
  for (; bit < range.last && bit % 8 != 0; ++bit) count += bit_at(bytes, bit);
  for (; bit + 8 <= range.last; bit += 8) {
    count += static_cast<std::size_t>(std::popcount(static_cast<unsigned char>(bytes[bit / 8])));
  }
  for (; bit < range.last; ++bit) count += bit_at(bytes, bit);
  return count;
}

void bitcount(Call& call) {
  const auto found = call.read(call.arg(1), Type::string);
  if (found.refused) return;
  if (call.size() == 3 || call.size() > 5) return call.syntax_error();
  const std::string_view bytes =
      found.object != nullptr ? std::string_view(found.object->string) : "";
  BitRange range{0, bytes.size() * 8};
  if (call.size() > 3) {
    if (found.object == nullptr) return call.out.integer(0);
    const auto given = bit_range(call, 2, bytes.size(), true);
    if (!given) return;
    range = *given;
  }
  if (!call.spend(bytes.size() / 64)) return;
  call.out.integer(static_cast<std::int64_t>(count_bits(bytes, range)));
}

std::int64_t find_bit(std::string_view bytes, BitRange range, bool wanted) {
  const unsigned char nothing = wanted ? 0x00 : 0xff;
  std::size_t bit = range.first;
  while (bit < range.last) {
    if (bit % 8 == 0 && bit + 8 <= range.last &&
        static_cast<unsigned char>(bytes[bit / 8]) == nothing) {
      bit += 8;
      continue;
    }
    if (bit_at(bytes, bit) == wanted) return static_cast<std::int64_t>(bit);
    ++bit;
  }
  return -1;
}

void bitpos(Call& call) {
  const auto wanted = call.integer(2);
  if (!wanted) return;
  if (*wanted != 0 && *wanted != 1) return call.out.error("ERR The bit argument must be 1 or 0.");
  const auto found = call.read(call.arg(1), Type::string);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.integer(*wanted == 1 ? -1 : 0);
  if (call.size() > 6) return call.syntax_error();
  const std::string_view bytes = found.object->string;
  BitRange range{0, bytes.size() * 8};
  if (call.size() > 3) {
    const auto given = bit_range(call, 3, bytes.size(), call.size() > 4);
    if (!given) return;
    range = *given;
  }
  if (range.first >= range.last) return call.out.integer(-1);
  if (!call.spend(bytes.size() / 64)) return;
  std::int64_t position = find_bit(bytes, range, *wanted == 1);
  // Beyond the end of a string all bits are clear, unless the request said where to end.
  if (position < 0 && *wanted == 0 && call.size() <= 4)
    position = static_cast<std::int64_t>(bytes.size() * 8);
  call.out.integer(position);
}

void bitop(Call& call) {
  const std::string operation = upper(call.arg(1).substr(0, 8));
  if (operation != "AND" && operation != "OR" && operation != "XOR" && operation != "NOT")
    return call.syntax_error();
  if (operation == "NOT" && call.size() != 4) {
    return call.out.error("ERR BITOP NOT must be called with a single source key.");
  }
  std::vector<std::string_view> sources;
  std::size_t size = 0;
  for (std::size_t n = 3; n < call.size(); ++n) {
    const auto found = call.read(call.arg(n), Type::string);
    if (found.refused) return;
    sources.push_back(found.object != nullptr ? std::string_view(found.object->string)
                                              : std::string_view{});
    size = std::max(size, sources.back().size());
    if (!call.spend(sources.back().size() / 8 + 1)) return;
  }
  std::string result(size, '\0');
  for (std::size_t n = 0; n < sources.size(); ++n) {
    for (std::size_t at = 0; at < size; ++at) {
      const auto byte = static_cast<unsigned char>(at < sources[n].size() ? sources[n][at] : '\0');
      const auto old = static_cast<unsigned char>(result[at]);
      const unsigned value = operation == "NOT"   ? ~static_cast<unsigned>(byte)
                             : n == 0             ? byte
                             : operation == "AND" ? old & byte
                             : operation == "OR"  ? old | byte
                                                  : old ^ byte;
      result[at] = static_cast<char>(value);
    }
  }
  const std::string& key = call.arg(2);
  if (size == 0) {
    if (call.modify_any(key) != nullptr) {
      call.server.erase(call.client.db, key);
      call.changed(key, 'g', "del");
    }
  } else {
    call.put(key, Object::of_raw(std::move(result)));
    call.changed(key, '$', "set");
  }
  call.out.integer(static_cast<std::int64_t>(size));
}

constexpr auto kCommands = std::to_array<Binding>({{"bitcount", bitcount},
                                                   {"bitop", bitop},
                                                   {"bitpos", bitpos},
                                                   {"getbit", getbit},
                                                   {"setbit", setbit}});

}  // namespace

std::span<const Binding> bitmap_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
