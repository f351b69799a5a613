#include "service/redis/call.h"

#include <algorithm>
#include <limits>

namespace decnet::service::redis {

Object* Call::read_any(const std::string& key) {
  Object* object = server.lookup(client.db, key);
  if (object == nullptr) {
    ++server.stats.misses;
    server.notify('m', "keymiss", key, client.db);
    return nullptr;
  }
  ++server.stats.hits;
  object->accessed_ms = now();
  return object;
}

Object* Call::modify_any(const std::string& key) {
  Object* object = server.lookup(client.db, key);
  if (object != nullptr) object->accessed_ms = now();
  return object;
}

Call::Found Call::read(const std::string& key, Type type) {
  Object* object = read_any(key);
  if (object == nullptr || object->type == type) return {object, false};
  out.error(kWrongType);
  return {nullptr, true};
}

Call::Found Call::modify(const std::string& key, Type type) {
  Object* object = modify_any(key);
  if (object == nullptr || object->type == type) return {object, false};
  out.error(kWrongType);
  return {nullptr, true};
}

Call::Found Call::modify_or_create(const std::string& key, Type type) {
  Found found = modify(key, type);
  if (!found.refused && found.object == nullptr)
    found.object = &server.put(client.db, key, make(type));
  return found;
}

Object Call::make(Type type) const {
  const HashSeed seed = server.keyspace.seed();
  switch (type) {
    case Type::string:
      return Object::of_string("");
    case Type::list:
      return Object::of(type, std::make_unique<List>());
    case Type::set:
      return Object::of(type, std::make_unique<Set>(seed));
    case Type::zset:
      return Object::of(type, std::make_unique<SortedSet>(seed));
    case Type::hash:
      return Object::of(type, std::make_unique<Hash>(seed));
    case Type::stream:
      return Object::of(type, std::make_unique<Stream>());
  }
  return Object::of_string("");
}

void Call::changed(const std::string& key, char event_class, std::string_view event) {
  server.modified(&client, client.db, key);
  server.notify(event_class, event, key, client.db);
}

void Call::erase_if_empty(const std::string& key) {
  const Object* object = server.lookup(client.db, key);
  if (object == nullptr || !object->container || object->container->size() > 0) return;
  server.erase(client.db, key);
  notify(key, 'g', "del");
}

std::optional<std::int64_t> Call::integer(std::size_t index, std::string_view error) {
  const auto number = parse_integer(argv[index]);
  if (!number) out.error(error);
  return number;
}

std::optional<std::int64_t> Call::integer_between(std::size_t index, std::int64_t low,
                                                  std::int64_t high, std::string_view error) {
  const auto number = parse_integer(argv[index]);
  if (number && *number >= low && *number <= high) return number;
  out.error(error);
  return std::nullopt;
}

std::optional<std::int64_t> Call::deadline(std::size_t index) {
  const auto millis = integer(index, "ERR timeout is not an integer or out of range");
  if (!millis || *millis == 0) return millis;
  if (*millis < 0) {
    out.error("ERR timeout is negative");
    return std::nullopt;
  }
  // A time that no integer holds never comes in the genuine server either.
  return *millis <= std::numeric_limits<std::int64_t>::max() - now() ? *millis + now() : 0;
}

std::optional<std::int64_t> Call::signed_count(std::size_t index) {
  const auto number = integer(index);
  if (number != std::numeric_limits<std::int64_t>::min()) return number;
  out.error(
      "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");
  return std::nullopt;
}

std::optional<double> Call::real(std::size_t index, std::string_view error) {
  const auto number = parse_double(argv[index]);
  if (!number) out.error(error);
  return number;
}

void Call::unknown_subcommand() {
  out.error("ERR unknown subcommand or wrong number of arguments for '" + arg(1).substr(0, 128) +
            "'. Try " + upper(arg(0)) + " HELP.");
}

std::pair<std::size_t, std::size_t> clip_range(std::int64_t first, std::int64_t last,
                                               std::size_t size) {
  const auto count = static_cast<std::int64_t>(size);
  if (first < 0) first = std::max<std::int64_t>(first + count, 0);
  if (last < 0) last += count;
  if (first > last || first >= count) return {0, 0};
  last = std::min(last, count - 1);
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(last) + 1};
}

std::optional<std::int64_t> expiry_time(Call& call, std::size_t index, TimeUnit unit,
                                        TimeFrom from) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const auto number = call.integer(index);
  if (!number) return std::nullopt;
  const std::int64_t base = from == TimeFrom::now ? call.now() : 0;
  const bool too_large = (unit == TimeUnit::seconds && *number > kMax / 1000);
  std::int64_t when = *number;
  if (!too_large && unit == TimeUnit::seconds) when *= 1000;
  if (*number <= 0 || too_large || when > kMax - base) {
    const std::string name(call.command.name());
    call.out.error("ERR invalid expire time in '" + name + "' command");
    return std::nullopt;
  }
  return when + base;
}

}  // namespace decnet::service::redis
