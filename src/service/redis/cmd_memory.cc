// MEMORY.
#include <array>

#include "service/redis/call.h"
#include "service/redis/memory.h"
#include "service/redis/vitals.h"

namespace decnet::service::redis {

namespace {

void usage(Call& call) {
  for (std::size_t n = 3; n < call.size(); n += 2) {
    if (!call.is(n, "SAMPLES") || n + 1 >= call.size()) return call.syntax_error();
    const auto samples = call.integer(n + 1);
    if (!samples) return;
    if (*samples < 0) return call.syntax_error();
  }
  const Object* object = call.server.lookup(call.client.db, call.arg(2));
  if (object == nullptr) return call.out.null();
  if (object->container && !call.spend(object->container->size())) return;
  call.out.integer(static_cast<std::int64_t>(key_bytes(call.arg(2), *object)));
}

void doctor(Call& call) {
  call.server.texts.say(call.out, "memory doctor", [&] { call.out.verbatim(""); });
}

void malloc_stats(Call& call) {
  call.out.verbatim("___ Begin jemalloc statistics ___\n--- End jemalloc statistics ---\n");
}

void purge(Call& call) {
  call.out.ok();
}

void stats(Call& call) {
  const Vitals now = vitals_of(call.server);
  std::vector<int> databases;
  std::size_t keys = 0;
  for (int db = 0; db < kDatabases; ++db) {
    if (call.server.keyspace.size(db) == 0) continue;
    databases.push_back(db);
    keys += call.server.keyspace.size(db);
  }
  const auto number = [&](std::string_view name, std::uint64_t value) {
    call.out.bulk(name);
    call.out.integer(static_cast<std::int64_t>(value));
  };
  const auto real = [&](std::string_view name, double value) {
    call.out.bulk(name);
    call.out.real(static_cast<float>(value));
  };
  const auto ratio = [](std::uint64_t a, std::uint64_t b) {
    return static_cast<double>(a) / static_cast<double>(b);
  };
  call.out.map(27 + databases.size());
  number("peak.allocated", now.peak);
  number("total.allocated", now.used);
  number("startup.allocated", kStartupBytes);
  for (const std::string_view name :
       {"replication.backlog", "clients.slaves", "clients.normal", "cluster.links", "aof.buffer"}) {
    number(name, 0);
  }
  number("lua.caches", now.scripts);
  number("functions.caches", 200);
  for (const int db : databases) {
    call.out.bulk("db." + std::to_string(db));
    call.out.map(3);
    number("overhead.hashtable.main",
           call.server.keyspace.keys(db).table_size() * 8 + call.server.keyspace.size(db) * 40);
    number("overhead.hashtable.expires", call.server.keyspace.expiring(db) * 32);
    number("overhead.hashtable.slot-to-keys", 0);
  }
  const std::uint64_t dataset = now.used - now.overhead;
  number("overhead.total", now.overhead);
  number("keys.count", keys);
  number("keys.bytes-per-key", keys == 0 ? 0 : (now.used - kStartupBytes) / keys);
  number("dataset.bytes", dataset);
  real("dataset.percentage", ratio(dataset, now.used - kStartupBytes) * 100);
  real("peak.percentage", ratio(now.used, now.peak) * 100);
  number("allocator.allocated", now.allocated);
  number("allocator.active", now.active);
  number("allocator.resident", now.resident);
  real("allocator-fragmentation.ratio", ratio(now.active, now.allocated));
  number("allocator-fragmentation.bytes", now.active - now.allocated);
  real("allocator-rss.ratio", ratio(now.resident, now.active));
  number("allocator-rss.bytes", now.resident - now.active);
  real("rss-overhead.ratio", ratio(now.rss, now.resident));
  number("rss-overhead.bytes", now.rss - now.resident);
  real("fragmentation", ratio(now.rss, now.used - 40'000));
  number("fragmentation.bytes", now.rss - now.used + 40'000);
}

constexpr auto kCommands = std::to_array<Binding>({{"memory|doctor", doctor},
                                                   {"memory|malloc-stats", malloc_stats},
                                                   {"memory|purge", purge},
                                                   {"memory|stats", stats},
                                                   {"memory|usage", usage}});

}  // namespace

std::span<const Binding> memory_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
