// DUMP and RESTORE.
#include <array>

#include "service/redis/call.h"
#include "service/redis/rdb.h"

namespace decnet::service::redis {

namespace {

void dump(Call& call) {
  const Object* object = call.read_any(call.arg(1));
  if (object == nullptr) return call.out.null();
  if (!call.spend(object->container ? object->container->size() * 2 : object->string.size() / 16))
    return;
  call.out.bulk(dump_object(*object));
}

struct RestoreOptions {
  bool replaces = false, absolute = false;
};

std::optional<RestoreOptions> parse_restore(Call& call) {
  RestoreOptions out;
  for (std::size_t n = 4; n < call.size(); ++n) {
    const bool has_next = n + 1 < call.size();
    if (call.is(n, "REPLACE")) {
      out.replaces = true;
    } else if (call.is(n, "ABSTTL")) {
      out.absolute = true;
    } else if (call.is(n, "IDLETIME") && has_next) {
      const auto idle = call.integer(++n);
      if (!idle) return std::nullopt;
      if (*idle < 0) {
        call.out.error("ERR Invalid IDLETIME value, must be >= 0");
        return std::nullopt;
      }
    } else if (call.is(n, "FREQ") && has_next) {
      const auto frequency = call.integer(++n);
      if (!frequency) return std::nullopt;
      if (*frequency < 0 || *frequency > 255) {
        call.out.error("ERR Invalid FREQ value, must be >= 0 and <= 255");
        return std::nullopt;
      }
    } else {
      call.syntax_error();
      return std::nullopt;
    }
  }
  return out;
}

void restore(Call& call) {
  const auto options = parse_restore(call);
  if (!options) return;
  const std::string& key = call.arg(1);
  if (!options->replaces && call.modify_any(key) != nullptr)
    return call.out.error("BUSYKEY Target key name already exists.");
  const auto ttl = call.integer(2);
  if (!ttl) return;
  if (*ttl < 0) return call.out.error("ERR Invalid TTL value, must be >= 0");
  if (!call.spend(call.arg(3).size() / 4)) return;
  Restored restored =
      restore_object(call.arg(3), call.server.keyspace.seed(), call.server.config.encodings);
  if (!restored.checked) return call.out.error("ERR DUMP payload version or checksum are wrong");
  if (!restored.object) return call.out.error("ERR Bad data format");
  call.server.erase(call.client.db, key);
  const std::int64_t expires = *ttl == 0 ? kNoExpiry : *ttl + (options->absolute ? 0 : call.now());
  if (expires != kNoExpiry && expires <= call.now()) {
    call.changed(key, 'g', "del");
    return call.out.ok();
  }
  call.put(key, *std::move(restored.object));
  call.server.keyspace.set_expiry(call.client.db, key, expires);
  call.changed(key, 'g', "restore");
  call.out.ok();
}

constexpr auto kCommands =
    std::to_array<Binding>({{"dump", dump}, {"restore", restore}, {"restore-asking", restore}});

}  // namespace

std::span<const Binding> dump_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
