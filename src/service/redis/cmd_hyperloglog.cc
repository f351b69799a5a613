// PFADD, PFCOUNT, PFMERGE.
#include <array>

#include "service/redis/call.h"
#include "service/redis/hyperloglog.h"

namespace decnet::service::redis {

namespace {

constexpr std::string_view kNotOne = "WRONGTYPE Key is not a valid HyperLogLog string value.";
constexpr std::string_view kDamaged = "INVALIDOBJ Corrupted HLL object detected";
constexpr std::uint64_t kWork = HyperLogLog::kRegisters / 16;

std::size_t sparse_max(const Call& call) {
  return static_cast<std::size_t>(
      parse_integer(call.server.config.get("hll-sparse-max-bytes")).value_or(3000));
}

// The one at a key; refused: there is something else, which was said.
struct Loaded {
  std::optional<HyperLogLog> value;
  bool refused = false;
};

Loaded load(Call& call, const std::string& key) {
  const auto found = call.modify(key, Type::string);
  if (found.refused) return {{}, true};
  if (found.object == nullptr || !call.spend(kWork)) return {{}, call.client.closed};
  bool damaged = false;
  Loaded out{HyperLogLog::parse(found.object->string, damaged), false};
  if (!out.value) {
    call.out.error(damaged ? kDamaged : kNotOne);
    out.refused = true;
  }
  return out;
}

void store(Call& call, const std::string& key, const HyperLogLog& value,
           std::optional<std::uint64_t> count) {
  const Object* old = call.modify_any(key);
  const std::int64_t expires = old != nullptr ? old->expires_ms : kNoExpiry;
  call.put(key, Object::of_raw(value.text(sparse_max(call), count)));
  call.server.keyspace.set_expiry(call.client.db, key, expires);
}

void pfadd(Call& call) {
  const std::string& key = call.arg(1);
  auto loaded = load(call, key);
  if (loaded.refused) return;
  bool changed = !loaded.value.has_value();
  HyperLogLog value = loaded.value.value_or(HyperLogLog{});
  for (std::size_t n = 2; n < call.size(); ++n) changed = value.add(call.arg(n)) || changed;
  if (changed) {
    store(call, key, value, call.size() > 2 ? std::nullopt : std::optional<std::uint64_t>(0));
    call.changed(key, '$', "pfadd");
  }
  call.out.integer(changed ? 1 : 0);
}

void pfcount(Call& call) {
  HyperLogLog all;
  bool any = false;
  for (std::size_t n = 1; n < call.size(); ++n) {
    const auto loaded = load(call, call.arg(n));
    if (loaded.refused || call.stopped()) return;
    if (!loaded.value) continue;
    any = true;
    all.merge(*loaded.value);
  }
  if (!any) return call.out.integer(0);
  const std::uint64_t count = all.count();
  if (call.size() == 2) {  // The count is kept in the string.
    store(call, call.arg(1), all, count);
    call.server.modified(&call.client, call.client.db, call.arg(1));
  }
  call.out.integer(static_cast<std::int64_t>(count));
}

void pfmerge(Call& call) {
  HyperLogLog all;
  for (std::size_t n = 1; n < call.size(); ++n) {
    const auto loaded = load(call, call.arg(n));
    if (loaded.refused || call.stopped()) return;
    if (loaded.value) all.merge(*loaded.value);
  }
  store(call, call.arg(1), all, std::nullopt);
  call.changed(call.arg(1), '$', "pfadd");
  call.out.ok();
}

void pfdebug(Call& call) {
  const std::string& key = call.arg(2);
  auto loaded = load(call, key);
  if (loaded.refused) return;
  if (!loaded.value) return call.out.error("ERR The specified key does not exist");
  if (call.is(1, "ENCODING"))
    return call.out.simple(loaded.value->form() == HyperLogLog::Form::dense ? "dense" : "sparse");
  if (call.is(1, "TODENSE")) {
    const bool was_sparse = loaded.value->form() == HyperLogLog::Form::sparse;
    const auto count = HyperLogLog::cached_count(call.modify_any(key)->string);
    loaded.value->make_dense();
    if (was_sparse) store(call, key, *loaded.value, count);
    return call.out.integer(was_sparse ? 1 : 0);
  }
  call.out.error("ERR Unknown PFDEBUG subcommand '" + call.arg(1) + "'");
}

constexpr auto kCommands = std::to_array<Binding>(
    {{"pfadd", pfadd}, {"pfcount", pfcount}, {"pfdebug", pfdebug}, {"pfmerge", pfmerge}});

}  // namespace

std::span<const Binding> hyperloglog_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
