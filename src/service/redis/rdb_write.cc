#include <array>
#include <cstring>

#include "service/redis/number.h"
#include "service/redis/rdb.h"
#include "service/redis/server.h"

namespace decnet::service::redis {

namespace {

constexpr char kVersion = 10;

// Types, by encoding.
constexpr char kString = 0;
constexpr char kSet = 2;
constexpr char kHash = 4;
constexpr char kZset2 = 5;
constexpr char kIntset = 11;
constexpr char kHashListpack = 16;
constexpr char kZsetListpack = 17;
constexpr char kQuicklist2 = 18;
constexpr char kStream2 = 19;

void little(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t n = 0; n < bytes; ++n) out += static_cast<char>(value >> (8 * n));
}

void big(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t n = bytes; n-- > 0;) out += static_cast<char>(value >> (8 * n));
}

void length(std::string& out, std::uint64_t value) {
  if (value < 64) {
    out += static_cast<char>(value);
  } else if (value < 16384) {
    big(out, value | 0x4000, 2);
  } else if (value <= 0xffffffff) {
    out += '\x80';
    big(out, value, 4);
  } else {
    out += '\x81';
    big(out, value, 8);
  }
}

bool small_integer(std::string& out, std::string_view text) {
  const auto number = parse_integer(text);
  if (!number || text.size() > 11) return false;
  const auto bits = static_cast<std::uint64_t>(*number);
  if (*number >= -128 && *number <= 127) {
    out += '\xc0';
    little(out, bits, 1);
  } else if (*number >= -32768 && *number <= 32767) {
    out += '\xc1';
    little(out, bits, 2);
  } else if (*number >= -2147483648LL && *number <= 2147483647LL) {
    out += '\xc2';
    little(out, bits, 4);
  } else {
    return false;
  }
  return true;
}

void string(std::string& out, std::string_view text) {
  constexpr std::size_t kCompressedFrom = 21;
  if (small_integer(out, text)) return;
  if (text.size() >= kCompressedFrom) {
    const std::string packed = lzf_compress(text);
    if (!packed.empty()) {
      out += '\xc3';
      length(out, packed.size());
      length(out, text.size());
      out += packed;
      return;
    }
  }
  length(out, text.size());
  out += text;
}

void real(std::string& out, double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  little(out, bits, 8);
}

void list(std::string& out, const List& value) {
  constexpr std::size_t kNodeBytesMax = 8192;
  std::vector<std::vector<std::string>> nodes;
  std::size_t bytes = kNodeBytesMax;
  for (std::size_t n = 0; n < value.size(); ++n) {
    const std::size_t entry = value.at(n).size() + 11;
    if (bytes + entry > kNodeBytesMax) {
      nodes.emplace_back();
      bytes = 7;
    }
    bytes += entry;
    nodes.back().push_back(value.at(n));
  }
  length(out, nodes.size());
  for (const auto& node : nodes) {
    length(out, 2);  // packed
    string(out, pack_list(node));
  }
}

void intset(std::string& out, const std::vector<std::string>& members) {
  std::size_t width = 2;
  for (const std::string& member : members) {
    const std::int64_t value = *parse_integer(member);
    const std::size_t needed = value >= -32768 && value <= 32767                 ? 2
                               : value >= -2147483648LL && value <= 2147483647LL ? 4
                                                                                 : 8;
    width = std::max(width, needed);
  }
  std::string packed;
  little(packed, width, 4);
  little(packed, members.size(), 4);
  for (const std::string& member : members)
    little(packed, static_cast<std::uint64_t>(*parse_integer(member)), width);
  string(out, packed);
}

std::string id_bytes(StreamId id) {
  std::string out;
  big(out, id.ms, 8);
  big(out, id.seq, 8);
  return out;
}

// Entries of one node: the first one's field names are kept once, for those after it that have the
// same.
std::string stream_node(std::map<StreamId, Stream::Fields>::const_iterator first,
                        std::size_t count) {
  constexpr std::int64_t kSameFields = 2;
  const StreamId base = first->first;
  std::vector<std::string> entries{std::to_string(count), "0",
                                   std::to_string(first->second.size() / 2)};
  std::vector<std::string> names;
  for (std::size_t n = 0; n < first->second.size(); n += 2) names.push_back(first->second[n]);
  entries.insert(entries.end(), names.begin(), names.end());
  entries.emplace_back("0");
  for (std::size_t n = 0; n < count; ++n, ++first) {
    const auto& [id, fields] = *first;
    bool same = fields.size() == names.size() * 2;
    for (std::size_t m = 0; same && m < names.size(); ++m) same = fields[m * 2] == names[m];
    entries.push_back(std::to_string(same ? kSameFields : 0));
    entries.push_back(std::to_string(id.ms - base.ms));
    entries.push_back(std::to_string(static_cast<std::int64_t>(id.seq - base.seq)));
    if (!same) entries.push_back(std::to_string(fields.size() / 2));
    for (std::size_t m = 0; m < fields.size(); ++m) {
      if (!same || m % 2 == 1) entries.push_back(fields[m]);
    }
    entries.push_back(std::to_string(same ? fields.size() / 2 + 3 : fields.size() + 4));
  }
  return pack_list(entries);
}

void stream(std::string& out, const Stream& value) {
  constexpr std::size_t kNodeEntries = 100;
  length(out, (value.size() + kNodeEntries - 1) / kNodeEntries);
  std::size_t left = value.size();
  for (auto at = value.entries().begin(); at != value.entries().end();) {
    const std::size_t count = std::min(left, kNodeEntries);
    string(out, id_bytes(at->first));
    string(out, stream_node(at, count));
    std::advance(at, count);
    left -= count;
  }
  length(out, value.size());
  for (const StreamId id : {value.last_id, value.first_id(), value.max_deleted_id}) {
    length(out, id.ms);
    length(out, id.seq);
  }
  length(out, value.entries_added);
  length(out, value.groups.size());
  for (const auto& [name, group] : value.groups) {
    string(out, name);
    length(out, group.last_id.ms);
    length(out, group.last_id.seq);
    length(out, static_cast<std::uint64_t>(group.entries_read));
    length(out, group.pending.size());
    for (const auto& [id, entry] : group.pending) {
      out += id_bytes(id);
      little(out, static_cast<std::uint64_t>(entry.delivered_ms), 8);
      length(out, entry.deliveries);
    }
    length(out, group.consumers.size());
    for (const auto& [consumer_name, consumer] : group.consumers) {
      string(out, consumer_name);
      little(out, static_cast<std::uint64_t>(consumer->seen_ms), 8);
      length(out, consumer->pending.size());
      for (const StreamId id : consumer->pending) out += id_bytes(id);
    }
  }
}

// Type and value.
void object_bytes(std::string& type, std::string& out, const Object& object) {
  const Encoding encoding = object.encoding();
  switch (object.type) {
    case Type::string:
      type += kString;
      return string(out, object.string);
    case Type::list:
      type += kQuicklist2;
      return list(out, object.list());
    case Type::set: {
      type += encoding == Encoding::intset ? kIntset : kSet;
      const auto members = object.set().members();
      if (encoding == Encoding::intset) return intset(out, members);
      length(out, members.size());
      for (const std::string& member : members) string(out, member);
      return;
    }
    case Type::hash: {
      type += encoding == Encoding::listpack ? kHashListpack : kHash;
      std::vector<std::string> flat;
      for (auto& [field, value] : object.hash().pairs()) {
        flat.push_back(std::move(field));
        flat.push_back(std::move(value));
      }
      if (encoding == Encoding::listpack) return string(out, pack_list(flat));
      length(out, flat.size() / 2);
      for (const std::string& word : flat) string(out, word);
      return;
    }
    case Type::zset: {
      const auto entries = object.zset().range(0, object.zset().size());
      if (encoding == Encoding::listpack) {
        type += kZsetListpack;
        std::vector<std::string> flat;
        for (const auto& entry : entries) {
          flat.push_back(entry.member);
          flat.push_back(format_double(entry.score));
        }
        return string(out, pack_list(flat));
      }
      type += kZset2;
      length(out, entries.size());
      for (auto at = entries.rbegin(); at != entries.rend(); ++at) {
        string(out, at->member);
        real(out, at->score);
      }
      return;
    }
    case Type::stream:
      type += kStream2;
      return stream(out, object.stream());
  }
}

void auxiliary(std::string& out, std::string_view name, std::string_view value) {
  out += '\xfa';
  string(out, name);
  string(out, value);
}

}  // namespace

std::uint64_t crc64(std::string_view bytes, std::uint64_t seed) noexcept {
  static const auto kTable = [] {
    constexpr std::uint64_t kPolynomial =
        0x95ac9329ac4bc9b5ULL;  // 0xad93d23594c935a9 in reflected bits
    std::array<std::uint64_t, 256> table{};
    for (std::uint64_t n = 0; n < table.size(); ++n) {
      std::uint64_t value = n;
      for (int bit = 0; bit < 8; ++bit)
        value = (value & 1) != 0 ? value >> 1 ^ kPolynomial : value >> 1;
      table[n] = value;
    }
    return table;
  }();
  std::uint64_t value = seed;
  for (const char c : bytes)
    value = kTable[(value ^ static_cast<unsigned char>(c)) & 0xff] ^ value >> 8;
  return value;
}

std::string dump_object(const Object& object) {
  std::string type;
  std::string value;
  object_bytes(type, value, object);
  std::string out = type + value;
  little(out, static_cast<std::uint64_t>(kVersion), 2);
  little(out, crc64(out), 8);
  return out;
}

std::string write_rdb(const Server& server) {
  std::string out = "REDIS0010";
  auxiliary(out, "redis-ver", "7.0.15");
  auxiliary(out, "redis-bits", "64");
  auxiliary(out, "ctime", std::to_string(server.now_ms() / 1000));
  auxiliary(out, "used-mem", std::to_string(server.used_memory()));
  auxiliary(out, "aof-base", "0");
  for (int db = 0; db < kDatabases; ++db) {
    if (server.keyspace.size(db) == 0) continue;
    out += '\xfe';
    length(out, static_cast<std::uint64_t>(db));
    out += '\xfb';
    length(out, server.keyspace.size(db));
    length(out, server.keyspace.expiring(db));
    server.keyspace.keys(db).each([&](const std::string& key, const Object& object) {
      if (object.expires_ms != kNoExpiry) {
        out += '\xfc';
        little(out, static_cast<std::uint64_t>(object.expires_ms), 8);
      }
      std::string type;
      std::string value;
      object_bytes(type, value, object);
      out += type;
      string(out, key);
      out += value;
    });
  }
  out += '\xff';
  little(out, crc64(out), 8);
  return out;
}

}  // namespace decnet::service::redis
