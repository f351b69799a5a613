#include "service/redis/snapshot.h"

#include <algorithm>

#include "base/bytes.h"
#include "service/redis/rdb.h"
#include "service/redis/server.h"

namespace decnet::service::redis {

namespace {

constexpr std::string_view kKeysMark = "redis-keys-1\n";
constexpr std::string_view kLifeMark = "redis-life-1\n";
constexpr std::size_t kLifeBytesMax = kStateBytesMax / 4;
constexpr std::size_t kRecordsMax = 100'000;

void text(std::string& out, std::string_view value) {
  ByteWriter(out).u32(static_cast<std::uint32_t>(value.size())).bytes(value);
}

std::string_view take_text(ByteReader& reader) {
  return reader.take(reader.u32());
}

std::string keys_within(const Server& server, std::size_t bytes_max) {
  std::vector<std::string> records;
  std::size_t total = 0;
  for (int db = 0; db < kDatabases; ++db) {
    server.keyspace.keys(db).each([&](const std::string& key, const Object& object) {
      // What is surely too large is not even packed.
      if (object.cost > bytes_max * 8 || total > bytes_max * 8 || records.size() >= kRecordsMax)
        return;
      std::string record;
      ByteWriter(record)
          .u8(static_cast<std::uint8_t>(db))
          .u64(static_cast<std::uint64_t>(object.expires_ms));
      text(record, key);
      text(record, dump_object(object));
      total += record.size();
      records.push_back(std::move(record));
    });
  }
  std::sort(records.begin(), records.end(),
            [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  std::string out(kKeysMark);
  for (const std::string& record : records) {
    if (out.size() + record.size() > bytes_max) break;
    out += record;
  }
  return out;
}

}  // namespace

std::string save_snapshot(const Server& server) {
  return keys_within(server, kStateBytesMax);
}

void load_snapshot(Server& server, std::string_view snapshot) {
  if (!snapshot.starts_with(kKeysMark)) return;
  ByteReader reader(snapshot.substr(kKeysMark.size()));
  while (!reader.empty() && reader.ok()) {
    const int db = reader.u8();
    const auto expires = static_cast<std::int64_t>(reader.u64());
    const std::string key(take_text(reader));
    const std::string_view payload = take_text(reader);
    if (!reader.ok() || db >= kDatabases || !server.keyspace.has_room()) return;
    Restored restored = restore_object(payload, server.keyspace.seed(), server.config.encodings);
    if (!restored.object || (expires != kNoExpiry && expires < server.now_ms())) continue;
    server.put(db, key, *std::move(restored.object));
    server.keyspace.set_expiry(db, key, expires);
    ++server.persistence.keys_loaded;
  }
}

std::string save_life(const Server& server) {
  std::string life(kLifeMark);
  ByteWriter writer(life);
  writer.u64(server.boot.number).u64(static_cast<std::uint64_t>(server.boot.started_us));
  const Stats& stats = server.stats;
  for (const std::uint64_t number :
       {stats.connections, stats.commands, stats.bytes_in, stats.bytes_out, stats.reads,
        stats.writes, stats.expired, stats.hits, stats.misses, stats.error_replies}) {
    writer.u64(number);
  }
  text(life, server.boot.run_id);
  text(life, server.replication.master_host);
  ByteWriter(life).u32(static_cast<std::uint32_t>(server.replication.master_port));
  const auto changed = server.changed_settings();
  ByteWriter(life).u16(static_cast<std::uint16_t>(changed.size()));
  for (const auto& [name, value] : changed) {
    text(life, name);
    text(life, value);
  }
  std::vector<std::pair<std::string, std::string>> users;
  for (const auto& [name, user] : server.acl.users()) {
    if (name != "default") users.emplace_back(name, server.acl.describe(*user));
  }
  ByteWriter(life).u16(static_cast<std::uint16_t>(users.size()));
  for (const auto& [name, rules] : users) {
    text(life, name);
    text(life, rules);
  }
  if (life.size() > kLifeBytesMax) life = std::string(kLifeMark);
  std::string out;
  text(out, life);
  return out + keys_within(server, kStateBytesMax - out.size());
}

void load_life(Server& server, std::string_view all) {
  ByteReader outer(all);
  std::string_view life = take_text(outer);
  if (!outer.ok() || !life.starts_with(kLifeMark)) return;
  ByteReader reader(life.substr(kLifeMark.size()));
  const std::uint64_t number = reader.u64();
  const auto started = static_cast<std::int64_t>(reader.u64());
  Stats stats;
  for (std::uint64_t* field :
       {&stats.connections, &stats.commands, &stats.bytes_in, &stats.bytes_out, &stats.reads,
        &stats.writes, &stats.expired, &stats.hits, &stats.misses, &stats.error_replies}) {
    *field = reader.u64();
  }
  const std::string run_id(take_text(reader));
  if (reader.ok() && run_id.size() == 40 && started <= server.now_us()) {
    server.resume_life(number, started, run_id, stats);
    server.replication.master_host = std::string(take_text(reader));
    server.replication.master_port = static_cast<int>(reader.u32());
    for (std::uint16_t left = reader.u16(); left > 0 && reader.ok(); --left) {
      const std::string name(take_text(reader));
      const std::string value(take_text(reader));
      if (reader.ok() && server.config.find(name) != nullptr) server.restore_setting(name, value);
    }
    for (std::uint16_t left = reader.u16(); left > 0 && reader.ok(); --left) {
      const std::string name(take_text(reader));
      std::string_view rules = take_text(reader);
      User user = server.acl.make_user(name);
      while (reader.ok() && !rules.empty()) {
        const std::size_t end = std::min(rules.find(' '), rules.size());
        static_cast<void>(server.acl.apply(user, rules.substr(0, end)));
        rules.remove_prefix(std::min(end + 1, rules.size()));
      }
      if (reader.ok() && server.acl.users().size() < kUsersMax)
        server.acl.put(name, std::move(user));
    }
  }
  for (int db = 0; db < kDatabases; ++db) server.keyspace.clear(db);
  load_snapshot(server, outer.rest());
}

}  // namespace decnet::service::redis
