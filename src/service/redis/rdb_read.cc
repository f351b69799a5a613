#include <cmath>
#include <cstring>

#include "base/bytes.h"
#include "service/redis/limits.h"
#include "service/redis/number.h"
#include "service/redis/rdb.h"

namespace decnet::service::redis {

namespace {

constexpr std::uint64_t kVersionMax = 10;
constexpr std::size_t kFooterBytes = 10;
constexpr std::size_t kElementsMax = 1'000'000;

// Reads off a payload; after a mistake everything fails.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_ && bytes_.ok(); }
  bool at_end() const { return bytes_.empty(); }
  std::uint8_t byte() { return bytes_.u8(); }
  std::string_view take(std::size_t count) { return bytes_.take(count); }
  std::uint64_t little() { return static_cast<std::uint64_t>(bytes_.u64_le()); }
  void fail() { ok_ = false; }

  // A length; `special` is set where a special encoding of a string follows instead.
  std::uint64_t length(bool* special = nullptr) {
    const std::uint8_t first = bytes_.u8();
    switch (first >> 6) {
      case 0:
        return first & 0x3f;
      case 1:
        return static_cast<std::uint64_t>(first & 0x3f) << 8 | bytes_.u8();
      case 2:
        if (first == 0x80) return bytes_.u32();
        if (first == 0x81) return bytes_.u64();
        fail();
        return 0;
      default:
        if (special == nullptr) fail();
        if (special != nullptr) *special = true;
        return first & 0x3f;
    }
  }

  // How many elements follow; each takes `least` bytes of what is left.
  std::size_t count(std::size_t least) {
    const std::uint64_t number = length();
    if (number > kElementsMax || number * least > bytes_.rest().size()) {
      fail();
      return 0;
    }
    return static_cast<std::size_t>(number);
  }

  std::string string() {
    bool special = false;
    const std::uint64_t number = length(&special);
    if (!special) {
      if (number > bytes_.rest().size()) {
        fail();
        return {};
      }
      return std::string(bytes_.take(static_cast<std::size_t>(number)));
    }
    switch (number) {
      case 0:
        return std::to_string(static_cast<std::int8_t>(bytes_.u8()));
      case 1:
        return std::to_string(static_cast<std::int16_t>(bytes_.u16_le()));
      case 2:
        return std::to_string(static_cast<std::int32_t>(bytes_.u32_le()));
      case 3: {
        const std::uint64_t packed = length();
        const std::uint64_t size = length();
        expanded_ += size;
        if (packed <= bytes_.rest().size() && size <= kRequestBytesMax &&
            expanded_ <= kRequestBytesMax) {
          if (auto text = lzf_expand(bytes_.take(static_cast<std::size_t>(packed)),
                                     static_cast<std::size_t>(size))) {
            return *std::move(text);
          }
        }
        break;
      }
      default:
        break;
    }
    fail();
    return {};
  }

  StreamId id() { return {bytes_.u64(), bytes_.u64()}; }

 private:
  ByteReader bytes_;
  std::uint64_t expanded_ = 0;  // A small payload must not become a large value.
  bool ok_ = true;
};

using Made = std::optional<Object>;

Made read_list(Reader& reader) {
  auto list = std::make_unique<List>();
  const std::size_t nodes = reader.count(2);
  for (std::size_t n = 0; n < nodes && reader.ok(); ++n) {
    const std::uint64_t kind = reader.length();
    std::string content = reader.string();
    if (kind == 1) {
      list->push_back(std::move(content));
      continue;
    }
    auto entries = kind == 2 ? unpack_list(content) : std::nullopt;
    if (!entries) return std::nullopt;
    for (std::string& entry : *entries) list->push_back(std::move(entry));
  }
  return Object::of(Type::list, std::move(list));
}

Made read_plain_list(Reader& reader) {
  auto list = std::make_unique<List>();
  const std::size_t count = reader.count(1);
  for (std::size_t n = 0; n < count && reader.ok(); ++n) list->push_back(reader.string());
  return Object::of(Type::list, std::move(list));
}

Made read_set(Reader& reader, HashSeed seed, const EncodingLimits& limits, bool packed) {
  auto set = std::make_unique<Set>(seed);
  if (packed) {
    const std::string content = reader.string();
    ByteReader bytes(content);
    const std::uint32_t width = bytes.u32_le();
    const std::uint32_t count = bytes.u32_le();
    if ((width != 2 && width != 4 && width != 8) ||
        bytes.rest().size() != static_cast<std::size_t>(width) * count) {
      return std::nullopt;
    }
    for (std::uint32_t n = 0; n < count; ++n) {
      const std::int64_t number = width == 2   ? static_cast<std::int16_t>(bytes.u16_le())
                                  : width == 4 ? static_cast<std::int32_t>(bytes.u32_le())
                                               : static_cast<std::int64_t>(bytes.u64_le());
      set->add(std::to_string(number), limits);
    }
    return Object::of(Type::set, std::move(set));
  }
  const std::size_t count = reader.count(1);
  for (std::size_t n = 0; n < count && reader.ok(); ++n) set->add(reader.string(), limits);
  return Object::of(Type::set, std::move(set));
}

Made read_hash(Reader& reader, HashSeed seed, const EncodingLimits& limits, bool packed) {
  auto hash = std::make_unique<Hash>(seed);
  if (packed) {
    const auto entries = unpack_list(reader.string());
    if (!entries || entries->size() % 2 != 0) return std::nullopt;
    for (std::size_t n = 0; n < entries->size(); n += 2)
      hash->set((*entries)[n], (*entries)[n + 1], limits);
    return Object::of(Type::hash, std::move(hash));
  }
  const std::size_t count = reader.count(2);
  for (std::size_t n = 0; n < count && reader.ok(); ++n) {
    const std::string field = reader.string();
    hash->set(field, reader.string(), limits);
  }
  return Object::of(Type::hash, std::move(hash));
}

Made read_zset(Reader& reader, HashSeed seed, const EncodingLimits& limits, bool packed) {
  auto zset = std::make_unique<SortedSet>(seed);
  if (packed) {
    const auto entries = unpack_list(reader.string());
    if (!entries || entries->size() % 2 != 0) return std::nullopt;
    for (std::size_t n = 0; n < entries->size(); n += 2) {
      const auto score = parse_double((*entries)[n + 1]);
      if (!score) return std::nullopt;
      zset->set((*entries)[n], *score, limits);
    }
    return Object::of(Type::zset, std::move(zset));
  }
  const std::size_t count = reader.count(9);
  for (std::size_t n = 0; n < count && reader.ok(); ++n) {
    const std::string member = reader.string();
    const std::uint64_t bits = reader.little();
    double score = 0;
    std::memcpy(&score, &bits, sizeof score);
    if (std::isnan(score)) return std::nullopt;
    zset->set(member, score, limits);
  }
  return Object::of(Type::zset, std::move(zset));
}

// Takes the entries of one packed node; false: malformed.
bool read_node(const std::vector<std::string>& words, StreamId base,
               std::map<StreamId, Stream::Fields>& entries) {
  std::size_t at = 0;
  bool ok = true;
  const auto number = [&]() -> std::int64_t {
    const auto value = at < words.size() ? parse_integer(words[at]) : std::nullopt;
    ++at;
    ok = ok && value.has_value();
    return value.value_or(0);
  };
  const auto word = [&]() -> std::string {
    ok = ok && at < words.size();
    return ok ? words[at++] : std::string{};
  };
  const std::int64_t count = number();
  const std::int64_t deleted = number();
  const std::int64_t fields = number();
  const auto sane = [&](std::int64_t value) {
    return value >= 0 && value <= static_cast<std::int64_t>(words.size());
  };
  if (!ok || !sane(count) || !sane(deleted) || !sane(fields)) return false;
  std::vector<std::string> names;
  for (std::int64_t n = 0; n < fields; ++n) names.push_back(word());
  number();
  for (std::int64_t n = 0; n < count + deleted && ok; ++n) {
    const std::int64_t flags = number();
    const auto ms = static_cast<std::uint64_t>(number());
    const auto seq = static_cast<std::uint64_t>(number());
    const StreamId id{base.ms + ms, base.seq + seq};
    const bool same = (flags & 2) != 0;
    const std::int64_t own = same ? fields : number();
    if (!ok || !sane(own)) return false;
    Stream::Fields content;
    for (std::int64_t m = 0; m < own; ++m) {
      content.push_back(same ? names[static_cast<std::size_t>(m)] : word());
      content.push_back(word());
    }
    number();
    if ((flags & 1) == 0) entries.emplace(id, std::move(content));
  }
  return ok && at == words.size();
}

bool read_groups(Reader& reader, Stream& stream) {
  const std::size_t groups = reader.count(4);
  for (std::size_t n = 0; n < groups && reader.ok(); ++n) {
    const auto [made, is_new] = stream.groups.try_emplace(reader.string());
    if (!is_new) return false;
    Stream::Group& group = made->second;
    group.last_id.ms = reader.length();
    group.last_id.seq = reader.length();
    group.entries_read = static_cast<std::int64_t>(reader.length());
    const std::size_t pending = reader.count(25);
    for (std::size_t m = 0; m < pending && reader.ok(); ++m) {
      const StreamId id = reader.id();
      const auto delivered = static_cast<std::int64_t>(reader.little());
      if (group.pending.contains(id)) return false;
      group.pending[id] = {nullptr, delivered, reader.length()};
    }
    const std::size_t consumers = reader.count(10);
    for (std::size_t m = 0; m < consumers && reader.ok(); ++m) {
      const std::string name = reader.string();
      const auto seen = static_cast<std::int64_t>(reader.little());
      const auto [consumer_made, consumer_is_new] = group.consumer(name, seen);
      if (!consumer_is_new) return false;
      Stream::Consumer& consumer = *consumer_made;
      const std::size_t owned = reader.count(16);
      for (std::size_t k = 0; k < owned && reader.ok(); ++k) {
        const StreamId id = reader.id();
        const auto entry = group.pending.find(id);
        if (entry == group.pending.end() || entry->second.consumer != nullptr) return false;
        entry->second.consumer = &consumer;
        consumer.pending.insert(id);
      }
    }
    for (const auto& [id, entry] : group.pending) {
      if (entry.consumer == nullptr) return false;
    }
  }
  return reader.ok();
}

Made read_stream(Reader& reader) {
  std::map<StreamId, Stream::Fields> entries;
  const std::size_t nodes = reader.count(18);
  for (std::size_t n = 0; n < nodes && reader.ok(); ++n) {
    const std::string id = reader.string();
    ByteReader bytes(id);
    const StreamId base{bytes.u64(), bytes.u64()};
    const auto words = unpack_list(reader.string());
    if (id.size() != 16 || !words || !read_node(*words, base, entries)) return std::nullopt;
  }
  auto stream = std::make_unique<Stream>();
  for (auto& [id, fields] : entries) stream->append(id, std::move(fields));
  reader.length();
  stream->last_id = {reader.length(), reader.length()};
  reader.length();
  reader.length();
  stream->max_deleted_id = {reader.length(), reader.length()};
  stream->entries_added = reader.length();
  if (stream->size() > 0 && stream->entries().rbegin()->first > stream->last_id)
    return std::nullopt;
  if (!read_groups(reader, *stream)) return std::nullopt;
  return Object::of(Type::stream, std::move(stream));
}

Made read_value(std::uint8_t type, Reader& reader, HashSeed seed, const EncodingLimits& limits) {
  switch (type) {
    case 0:
      return Object::of_string(reader.string());
    case 1:
      return read_plain_list(reader);
    case 2:
      return read_set(reader, seed, limits, false);
    case 4:
      return read_hash(reader, seed, limits, false);
    case 5:
      return read_zset(reader, seed, limits, false);
    case 11:
      return read_set(reader, seed, limits, true);
    case 16:
      return read_hash(reader, seed, limits, true);
    case 17:
      return read_zset(reader, seed, limits, true);
    case 18:
      return read_list(reader);
    case 19:
      return read_stream(reader);
    default:
      return std::nullopt;
  }
}

}  // namespace

Restored restore_object(std::string_view payload, HashSeed seed, const EncodingLimits& limits) {
  Restored out;
  if (payload.size() < kFooterBytes) return out;
  ByteReader footer(payload.substr(payload.size() - kFooterBytes));
  const std::uint64_t version = footer.u16_le();
  const std::uint64_t sum = footer.u64_le();
  if (version > kVersionMax || sum != crc64(payload.substr(0, payload.size() - 8))) return out;
  out.checked = true;
  Reader reader(payload.substr(0, payload.size() - kFooterBytes));
  const std::uint8_t type = reader.byte();
  Made object = read_value(type, reader, seed, limits);
  const bool empty =
      object && object->container && object->type != Type::stream && object->container->size() == 0;
  if (reader.ok() && !empty) out.object = std::move(object);
  return out;
}

}  // namespace decnet::service::redis
