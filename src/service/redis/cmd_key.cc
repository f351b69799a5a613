// Keys whatever they hold: existence, names, copies.
#include <algorithm>
#include <array>

#include "service/redis/call.h"
#include "service/redis/glob.h"

namespace decnet::service::redis {

namespace {

std::optional<int> database_index(Call& call, std::size_t index) {
  const auto number = call.integer(index);
  if (!number) return std::nullopt;
  if (*number >= 0 && *number < kDatabases) return static_cast<int>(*number);
  call.out.error("ERR DB index is out of range");
  return std::nullopt;
}

void del(Call& call) {
  std::int64_t removed = 0;
  for (std::size_t n = 1; n < call.size(); ++n) {
    if (call.modify_any(call.arg(n)) == nullptr) continue;
    call.server.erase(call.client.db, call.arg(n));
    call.changed(call.arg(n), 'g', "del");
    ++removed;
  }
  call.out.integer(removed);
}

void exists(Call& call) {
  std::int64_t found = 0;
  for (std::size_t n = 1; n < call.size(); ++n) found += call.read_any(call.arg(n)) != nullptr;
  call.out.integer(found);
}

void type(Call& call) {
  const Object* object = call.server.lookup(call.client.db, call.arg(1));
  call.out.simple(object != nullptr ? to_string(object->type) : "none");
}

void keys(Call& call) {
  const std::string& pattern = call.arg(1);
  const Dict<Object>& table = call.server.keyspace.keys(call.client.db);
  std::vector<const std::string*> matches;
  bool stopped = false;
  const std::int64_t now = call.now();
  table.each([&](const std::string& key, const Object& object) {
    if (stopped) return;
    stopped = !call.spend(1 + (pattern.size() > 1 ? (pattern.size() * key.size()) / 64 : 0));
    const bool expired = object.expires_ms != kNoExpiry && object.expires_ms < now;
    if (!expired && (pattern == "*" || glob_match(pattern, key))) matches.push_back(&key);
  });
  if (stopped) return;
  call.out.array(matches.size());
  for (const std::string* key : matches) {
    if (call.stopped()) return;
    call.out.bulk(*key);
  }
}

void randomkey(Call& call) {
  constexpr int kTries = 100;
  const Dict<Object>& table = call.server.keyspace.keys(call.client.db);
  for (int n = 0; n < kTries && !table.empty(); ++n) {
    const std::string key = table.pick(random_u64()).key;
    if (call.server.lookup(call.client.db, key) != nullptr) return call.out.bulk(key);
  }
  call.out.null();
}

void dbsize(Call& call) {
  call.out.integer(static_cast<std::int64_t>(call.server.keyspace.size(call.client.db)));
}

void rename(Call& call) {
  const bool if_absent = call.command.name() == "renamenx";
  const std::string& from = call.arg(1);
  const std::string& to = call.arg(2);
  Object* object = call.modify_any(from);
  if (object == nullptr) return call.out.error(kNoSuchKey);
  if (from == to) return if_absent ? call.out.integer(0) : call.out.ok();
  if (if_absent && call.modify_any(to) != nullptr) return call.out.integer(0);
  const std::int64_t expires = object->expires_ms;
  Object moved = std::move(*object);
  moved.expires_ms = kNoExpiry;
  object->container = nullptr;
  object->type = Type::string;
  call.server.erase(call.client.db, from);
  call.put(to, std::move(moved));
  call.server.keyspace.set_expiry(call.client.db, to, expires);
  call.server.modified(&call.client, call.client.db, from);
  call.server.modified(&call.client, call.client.db, to);
  call.notify(from, 'g', "rename_from");
  call.notify(to, 'g', "rename_to");
  if_absent ? call.out.integer(1) : call.out.ok();
}

void copy(Call& call) {
  int target_db = call.client.db;
  bool replaces = false;
  for (std::size_t n = 3; n < call.size(); ++n) {
    if (call.is(n, "REPLACE")) {
      replaces = true;
    } else if (call.is(n, "DB") && n + 1 < call.size()) {
      const auto db = database_index(call, ++n);
      if (!db) return;
      target_db = *db;
    } else {
      return call.syntax_error();
    }
  }
  const std::string& from = call.arg(1);
  const std::string& to = call.arg(2);
  if (target_db == call.client.db && from == to) {
    return call.out.error("ERR source and destination objects are the same");
  }
  const Object* object = call.read_any(from);
  if (object == nullptr) return call.out.integer(0);
  const bool exists_there = call.server.lookup(target_db, to) != nullptr;
  if (exists_there && !replaces) return call.out.integer(0);
  if (object->container && !call.spend(object->container->size())) return;
  const std::int64_t expires = object->expires_ms;
  call.server.put(target_db, to, object->clone());
  call.server.keyspace.set_expiry(target_db, to, expires);
  call.server.modified(&call.client, target_db, to);
  call.server.notify('g', "copy_to", to, target_db);
  call.out.integer(1);
}

void move(Call& call) {
  const auto db = database_index(call, 2);
  if (!db) return;
  if (*db == call.client.db)
    return call.out.error("ERR source and destination objects are the same");
  const std::string& key = call.arg(1);
  const Object* object = call.modify_any(key);
  if (object == nullptr || call.server.lookup(*db, key) != nullptr) return call.out.integer(0);
  if (object->container && !call.spend(object->container->size())) return;
  const std::int64_t expires = object->expires_ms;
  call.server.put(*db, key, object->clone());
  call.server.keyspace.set_expiry(*db, key, expires);
  call.server.erase(call.client.db, key);
  call.changed(key, 'g', "move_from");
  call.server.modified(&call.client, *db, key);
  call.server.notify('g', "move_to", key, *db);
  call.out.integer(1);
}

void swapdb(Call& call) {
  const auto first = call.integer(1, "ERR invalid first DB index");
  if (!first) return;
  const auto second = call.integer(2, "ERR invalid second DB index");
  if (!second) return;
  if (*first < 0 || *first >= kDatabases || *second < 0 || *second >= kDatabases) {
    return call.out.error("ERR DB index is out of range");
  }
  call.server.keyspace.swap(static_cast<int>(*first), static_cast<int>(*second));
  call.server.each_client([&](Client& client) {
    for (const auto& [db, key] : client.transaction.watched) {
      client.transaction.watched_changed |= db == *first || db == *second;
    }
    if (client.blocked && (client.blocked->db == *first || client.blocked->db == *second)) {
      for (const std::string& key : client.blocked->keys)
        call.server.signal_ready(client.blocked->db, key);
    }
  });
  call.out.ok();
}

void flush(Call& call) {
  if (call.size() > 2 || (call.size() == 2 && !call.is(1, "SYNC") && !call.is(1, "ASYNC")))
    return call.syntax_error();
  call.server.flush(&call.client, call.command.name() == "flushall" ? -1 : call.client.db);
  call.out.ok();
}

void select(Call& call) {
  const auto db = database_index(call, 1);
  if (!db) return;
  call.client.db = *db;
  call.out.ok();
}

// --- OBJECT ---

constexpr std::int64_t kSharedIntegers = 10'000;
constexpr std::int64_t kSharedReferences = 2147483647;

Object* inspected(Call& call) {
  Object* object = call.server.lookup(call.client.db, call.arg(2));
  if (object == nullptr) call.out.null();
  return object;
}

void object_encoding(Call& call) {
  if (const Object* object = inspected(call)) call.out.bulk(to_string(object->encoding()));
}

void object_refcount(Call& call) {
  const Object* object = inspected(call);
  if (object == nullptr) return;
  const auto number = parse_integer(object->string);
  const bool shared = object->type == Type::string &&
                      object->string_encoding == Encoding::integer && number && *number >= 0 &&
                      *number < kSharedIntegers && call.server.config.maxmemory == 0;
  call.out.integer(shared ? kSharedReferences : 1);
}

bool counts_frequency(const Call& call) {
  return call.server.config.get("maxmemory-policy").find("lfu") != std::string_view::npos;
}

void object_idletime(Call& call) {
  const Object* object = inspected(call);
  if (object == nullptr) return;
  if (counts_frequency(call)) {
    return call.out.error(
        "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when "
        "switching between policies at runtime LRU and LFU data will take some time to adjust.");
  }
  call.out.integer((call.now() - object->accessed_ms) / 1000);
}

void object_freq(Call& call) {
  constexpr std::int64_t kInitialFrequency = 5;
  if (inspected(call) == nullptr) return;
  if (counts_frequency(call)) return call.out.integer(kInitialFrequency);
  call.out.error(
      "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that "
      "when "
      "switching between policies at runtime LRU and LFU data will take some time to adjust.");
}

constexpr auto kCommands = std::to_array<Binding>({
    {"copy", copy},
    {"dbsize", dbsize},
    {"del", del},
    {"exists", exists},
    {"flushall", flush},
    {"flushdb", flush},
    {"keys", keys},
    {"move", move},
    {"object|encoding", object_encoding},
    {"object|freq", object_freq},
    {"object|idletime", object_idletime},
    {"object|refcount", object_refcount},
    {"randomkey", randomkey},
    {"rename", rename},
    {"renamenx", rename},
    {"select", select},
    {"swapdb", swapdb},
    {"touch", exists},
    {"type", type},
    {"unlink", del},
});

}  // namespace

std::span<const Binding> key_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
