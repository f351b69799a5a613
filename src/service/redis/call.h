// What a handler works with: one request of one client, and what handlers need again and again.
//
//   void get(Call& call) {
//     const auto found = call.read(call.arg(1), Type::string);
//     if (found.refused) return;                       // -WRONGTYPE was said
//     if (found.object == nullptr) return call.out.null();
//     call.out.bulk(found.object->string);
//   }
#pragma once

#include <optional>

#include "service/redis/number.h"
#include "service/redis/server.h"

namespace decnet::service::redis {

inline constexpr std::string_view kSyntaxError = "ERR syntax error";
inline constexpr std::string_view kNotInteger = "ERR value is not an integer or out of range";
inline constexpr std::string_view kNotFloat = "ERR value is not a valid float";
inline constexpr std::string_view kWrongType =
    "WRONGTYPE Operation against a key holding the wrong kind of value";
inline constexpr std::string_view kNoSuchKey = "ERR no such key";
inline constexpr std::string_view kOutOfMemory =
    "OOM command not allowed when used memory > 'maxmemory'.";

struct Call {
  Server& server;
  Client& client;
  const Request& argv;
  Reply& out;
  Command& command;

  std::size_t size() const noexcept { return argv.size(); }
  const std::string& arg(std::size_t index) const { return argv[index]; }
  bool is(std::size_t index, std::string_view word) const { return equal_case(argv[index], word); }
  std::int64_t now() const { return server.now_ms(); }

  // The object at a key if it is of that type. refused: it is of another, which was said.
  struct Found {
    Object* object = nullptr;
    bool refused = false;
  };
  Found read(const std::string& key, Type type);  // Counts a hit or a miss.
  Found modify(const std::string& key, Type type);
  Object* read_any(const std::string& key);
  Object* modify_any(const std::string& key);
  // The same, made empty if there was none.
  Found modify_or_create(const std::string& key, Type type);
  Object make(Type type) const;  // An empty one.

  void put(const std::string& key, Object object) { server.put(client.db, key, std::move(object)); }
  // The key was changed: `event` ("lpush") of a class of notify-keyspace-events ('l') is told.
  void changed(const std::string& key, char event_class, std::string_view event);
  void notify(const std::string& key, char event_class, std::string_view event) {
    server.notify(event_class, event, key, client.db);
  }
  void erase_if_empty(const std::string& key);  // And tells "del".

  // Arguments as numbers; nothing after the error was said.
  std::optional<std::int64_t> integer(std::size_t index, std::string_view error = kNotInteger);
  std::optional<std::int64_t> integer_between(std::size_t index, std::int64_t low,
                                              std::int64_t high, std::string_view error);
  // Milliseconds to wait, as the time when they are over; 0 stays 0: for ever.
  std::optional<std::int64_t> deadline(std::size_t index);
  // How many; negative ones mean something else.
  std::optional<std::int64_t> signed_count(std::size_t index);
  std::optional<double> real(std::size_t index, std::string_view error = kNotFloat);

  void syntax_error() { out.error(kSyntaxError); }
  void unknown_subcommand();  // "unknown subcommand or wrong number of arguments for …"
  // False after too much work: the connection is closed; return at once.
  bool spend(std::uint64_t steps) { return server.spend(client, steps); }
  bool stopped() const { return client.closed || out.overflowed(); }
  bool may_block() const { return !client.is_script && !client.in_exec; }
};

// Negative indexes count from the end, both are clipped: [first, last) of `size`, empty if there is
// nothing.
std::pair<std::size_t, std::size_t> clip_range(std::int64_t first, std::int64_t last,
                                               std::size_t size);

// EX 10, PXAT …: when that is, in milliseconds. Nothing after "invalid expire time in 'set'
// command" was said.
enum class TimeUnit : std::uint8_t { seconds, milliseconds };
enum class TimeFrom : std::uint8_t { now, epoch };
std::optional<std::int64_t> expiry_time(Call& call, std::size_t index, TimeUnit unit,
                                        TimeFrom from);

}  // namespace decnet::service::redis
