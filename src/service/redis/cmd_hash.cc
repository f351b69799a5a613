// Hashes.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

void hset(Call& call) {
  if (call.size() % 2 != 0) {
    return call.out.error("ERR wrong number of arguments for '" + std::string(call.command.name()) +
                          "' command");
  }
  const auto found = call.modify_or_create(call.arg(1), Type::hash);
  if (found.refused) return;
  std::int64_t made = 0;
  for (std::size_t n = 2; n < call.size(); n += 2) {
    made += found.object->hash().set(call.arg(n), call.arg(n + 1), call.server.config.encodings);
  }
  call.changed(call.arg(1), 'h', "hset");
  call.command.name() == "hset" ? call.out.integer(made) : call.out.ok();
}

void hsetnx(Call& call) {
  const auto found = call.modify(call.arg(1), Type::hash);
  if (found.refused) return;
  if (found.object != nullptr && found.object->hash().find(call.arg(2)) != nullptr)
    return call.out.integer(0);
  call.modify_or_create(call.arg(1), Type::hash)
      .object->hash()
      .set(call.arg(2), call.arg(3), call.server.config.encodings);
  call.changed(call.arg(1), 'h', "hset");
  call.out.integer(1);
}

void hget(Call& call) {
  const auto found = call.read(call.arg(1), Type::hash);
  if (found.refused) return;
  const std::string* value =
      found.object != nullptr ? found.object->hash().find(call.arg(2)) : nullptr;
  value != nullptr ? call.out.bulk(*value) : call.out.null();
}

void hmget(Call& call) {
  const auto found = call.read(call.arg(1), Type::hash);
  if (found.refused) return;
  call.out.array(call.size() - 2);
  for (std::size_t n = 2; n < call.size() && !call.stopped(); ++n) {
    const std::string* value =
        found.object != nullptr ? found.object->hash().find(call.arg(n)) : nullptr;
    value != nullptr ? call.out.bulk(*value) : call.out.null();
  }
}

void hdel(Call& call) {
  const auto found = call.modify(call.arg(1), Type::hash);
  if (found.refused) return;
  std::int64_t removed = 0;
  for (std::size_t n = 2; n < call.size() && found.object != nullptr; ++n) {
    removed += found.object->hash().erase(call.arg(n));
  }
  if (removed > 0) {
    call.notify(call.arg(1), 'h', "hdel");
    call.erase_if_empty(call.arg(1));
    call.server.modified(&call.client, call.client.db, call.arg(1));
  }
  call.out.integer(removed);
}

void hlen(Call& call) {
  const auto found = call.read(call.arg(1), Type::hash);
  if (found.refused) return;
  call.out.integer(found.object != nullptr ? static_cast<std::int64_t>(found.object->hash().size())
                                           : 0);
}

void hstrlen(Call& call) {
  const auto found = call.read(call.arg(1), Type::hash);
  if (found.refused) return;
  const std::string* value =
      found.object != nullptr ? found.object->hash().find(call.arg(2)) : nullptr;
  call.out.integer(value != nullptr ? static_cast<std::int64_t>(value->size()) : 0);
}

void hexists(Call& call) {
  const auto found = call.read(call.arg(1), Type::hash);
  if (found.refused) return;
  call.out.integer(
      found.object != nullptr && found.object->hash().find(call.arg(2)) != nullptr ? 1 : 0);
}

void hgetall(Call& call) {
  const std::string_view name = call.command.name();
  const auto found = call.read(call.arg(1), Type::hash);
  if (found.refused) return;
  const auto pairs =
      found.object != nullptr ? found.object->hash().pairs() : std::vector<Hash::Pair>{};
  if (!call.spend(pairs.size())) return;
  name == "hgetall" ? call.out.map(pairs.size()) : call.out.array(pairs.size());
  for (const auto& [field, value] : pairs) {
    if (call.stopped()) return;
    if (name != "hvals") call.out.bulk(field);
    if (name != "hkeys") call.out.bulk(value);
  }
}

void hincrby(Call& call) {
  const auto by = call.integer(3);
  if (!by) return;
  const auto found = call.modify(call.arg(1), Type::hash);
  if (found.refused) return;
  const std::string* old =
      found.object != nullptr ? found.object->hash().find(call.arg(2)) : nullptr;
  const auto number = old != nullptr ? parse_integer(*old) : std::int64_t{0};
  if (!number) return call.out.error("ERR hash value is not an integer");
  std::int64_t value = 0;
  if (__builtin_add_overflow(*number, *by, &value)) {
    return call.out.error("ERR increment or decrement would overflow");
  }
  call.modify_or_create(call.arg(1), Type::hash)
      .object->hash()
      .set(call.arg(2), std::to_string(value), call.server.config.encodings);
  call.changed(call.arg(1), 'h', "hincrby");
  call.out.integer(value);
}

void hincrbyfloat(Call& call) {
  const auto by = parse_long_double(call.arg(3));
  if (!by) return call.out.error(kNotFloat);
  if (std::isinf(*by)) return call.out.error("ERR value is NaN or Infinity");
  const auto found = call.modify(call.arg(1), Type::hash);
  if (found.refused) return;
  const std::string* old =
      found.object != nullptr ? found.object->hash().find(call.arg(2)) : nullptr;
  const auto number = old != nullptr ? parse_long_double(*old) : 0.0L;
  if (!number) return call.out.error("ERR hash value is not a float");
  const long double value = *number + *by;
  if (std::isnan(value) || std::isinf(value))
    return call.out.error("ERR increment would produce NaN or Infinity");
  const std::string text = format_human(value);
  call.modify_or_create(call.arg(1), Type::hash)
      .object->hash()
      .set(call.arg(2), text, call.server.config.encodings);
  call.changed(call.arg(1), 'h', "hincrbyfloat");
  call.out.bulk(text);
}

void say_pair(Call& call, const Hash::Pair& pair, bool with_values) {
  if (with_values && call.out.is_resp3()) call.out.array(2);
  call.out.bulk(pair.first);
  if (with_values) call.out.bulk(pair.second);
}

void random_fields(Call& call, std::int64_t count, bool with_values) {
  const auto found = call.read(call.arg(1), Type::hash);
  if (found.refused) return;
  if (found.object == nullptr || count == 0) return call.out.array(0);
  const Hash& hash = found.object->hash();
  const std::size_t width = with_values && !call.out.is_resp3() ? 2 : 1;
  if (count < 0) {
    const auto wanted = static_cast<std::uint64_t>(-count);
    if (!call.spend(wanted)) return;
    call.out.array(wanted * width);
    for (std::uint64_t n = 0; n < wanted && !call.stopped(); ++n)
      say_pair(call, hash.random(random_u64()), with_values);
    return;
  }
  auto pairs = hash.pairs();
  if (!call.spend(pairs.size())) return;
  const std::size_t wanted = std::min(pairs.size(), static_cast<std::size_t>(count));
  for (std::size_t n = 0; n < wanted && wanted < pairs.size(); ++n) {
    std::swap(pairs[n], pairs[n + static_cast<std::size_t>(random_below(pairs.size() - n))]);
  }
  call.out.array(wanted * width);
  for (std::size_t n = 0; n < wanted && !call.stopped(); ++n) say_pair(call, pairs[n], with_values);
}

void hrandfield(Call& call) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (call.size() == 2) {
    const auto found = call.read(call.arg(1), Type::hash);
    if (found.refused) return;
    return found.object != nullptr ? call.out.bulk(found.object->hash().random(random_u64()).first)
                                   : call.out.null();
  }
  const auto count = call.signed_count(2);
  if (!count) return;
  if (call.size() > 4 || (call.size() == 4 && !call.is(3, "WITHVALUES")))
    return call.syntax_error();
  const bool with_values = call.size() == 4;
  if (with_values && (*count < -kMax / 2 || *count > kMax / 2))
    return call.out.error("ERR value is out of range");
  random_fields(call, *count, with_values);
}

constexpr auto kCommands = std::to_array<Binding>({
    {"hdel", hdel},
    {"hexists", hexists},
    {"hget", hget},
    {"hgetall", hgetall},
    {"hincrby", hincrby},
    {"hincrbyfloat", hincrbyfloat},
    {"hkeys", hgetall},
    {"hlen", hlen},
    {"hmget", hmget},
    {"hmset", hset},
    {"hrandfield", hrandfield},
    {"hset", hset},
    {"hsetnx", hsetnx},
    {"hstrlen", hstrlen},
    {"hvals", hgetall},
});

}  // namespace

std::span<const Binding> hash_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
