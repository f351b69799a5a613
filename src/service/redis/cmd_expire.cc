// When keys end.
#include <array>
#include <limits>

#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

struct Conditions {
  bool if_none = false, if_some = false, if_greater = false, if_less = false;
};

std::optional<Conditions> parse_conditions(Call& call) {
  Conditions out;
  for (std::size_t n = 3; n < call.size(); ++n) {
    if (call.is(n, "NX")) {
      out.if_none = true;
    } else if (call.is(n, "XX")) {
      out.if_some = true;
    } else if (call.is(n, "GT")) {
      out.if_greater = true;
    } else if (call.is(n, "LT")) {
      out.if_less = true;
    } else {
      call.out.error("ERR Unsupported option " + call.arg(n));
      return std::nullopt;
    }
  }
  if (out.if_none && (out.if_some || out.if_greater || out.if_less)) {
    call.out.error("ERR NX and XX, GT or LT options at the same time are not compatible");
    return std::nullopt;
  }
  if (out.if_greater && out.if_less) {
    call.out.error("ERR GT and LT options at the same time are not compatible");
    return std::nullopt;
  }
  return out;
}

// The moment that the request names, in milliseconds.
std::optional<std::int64_t> moment(Call& call) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  const std::string_view name = call.command.name();
  const auto number = call.integer(2);
  if (!number) return std::nullopt;
  const bool in_seconds = name[0] != 'p';
  const std::int64_t base = name.ends_with("at") ? 0 : call.now();
  std::int64_t when = *number;
  if (!(in_seconds && (when > kMax / 1000 || when < kMin / 1000))) {
    if (in_seconds) when *= 1000;
    if (when <= kMax - base) return when + base;
  }
  call.out.error("ERR invalid expire time in '" + std::string(name) + "' command");
  return std::nullopt;
}

void expire(Call& call) {
  const auto conditions = parse_conditions(call);
  if (!conditions) return;
  const auto when = moment(call);
  if (!when) return;
  const std::string& key = call.arg(1);
  const Object* object = call.modify_any(key);
  if (object == nullptr) return call.out.integer(0);
  const std::int64_t old = object->expires_ms;
  if ((conditions->if_none && old != kNoExpiry) || (conditions->if_some && old == kNoExpiry) ||
      (conditions->if_greater && (old == kNoExpiry || *when <= old)) ||
      (conditions->if_less && old != kNoExpiry && *when >= old)) {
    return call.out.integer(0);
  }
  if (*when <= call.now() && call.server.replication.master_host.empty()) {
    call.server.erase(call.client.db, key);
    call.changed(key, 'g', "del");
  } else {
    call.server.keyspace.set_expiry(call.client.db, key, *when);
    call.changed(key, 'g', "expire");
  }
  call.out.integer(1);
}

void ttl(Call& call) {
  const std::string_view name = call.command.name();
  const Object* object = call.server.lookup(call.client.db, call.arg(1));
  if (object == nullptr) return call.out.integer(-2);
  if (object->expires_ms == kNoExpiry) return call.out.integer(-1);
  const std::int64_t left = object->expires_ms - (name.ends_with("expiretime") ? 0 : call.now());
  const std::int64_t value = left < 0 ? 0 : left;
  call.out.integer(name[0] == 'p' ? value : (value + 500) / 1000);
}

void persist(Call& call) {
  const Object* object = call.modify_any(call.arg(1));
  if (object == nullptr || object->expires_ms == kNoExpiry) return call.out.integer(0);
  call.server.keyspace.set_expiry(call.client.db, call.arg(1), kNoExpiry);
  call.changed(call.arg(1), 'g', "persist");
  call.out.integer(1);
}

constexpr auto kCommands = std::to_array<Binding>({
    {"expire", expire},
    {"expireat", expire},
    {"expiretime", ttl},
    {"persist", persist},
    {"pexpire", expire},
    {"pexpireat", expire},
    {"pexpiretime", ttl},
    {"pttl", ttl},
    {"ttl", ttl},
});

}  // namespace

std::span<const Binding> expire_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
