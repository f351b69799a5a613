// One connection as the server sees it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "service/redis/limits.h"
#include "service/redis/reply.h"
#include "service/redis/request.h"

namespace decnet::service::redis {

struct Command;
struct User;

// What the outside wants to know of a connection, and decides for it. Calls come from within
// Server's functions.
class Observer {
 public:
  virtual ~Observer() = default;
  // A request that was understood as one, before it is answered.
  virtual void command(const std::vector<std::string>& argv) = 0;
  virtual void login(std::string_view user, std::string_view password, bool accepted) = 0;
  virtual bool accepts(std::string_view user, std::string_view password) = 0;
  // One step of an attack: "replicaof" with its target "198.51.100.7:6379", for instance.
  virtual void attack(std::string_view kind, std::string_view verb, std::string_view target) = 0;
  // The server is now a replica of that one and will call it: who plays the network decides whether
  // it is reached.
  virtual void replica_of(std::string_view host, std::uint16_t port) = 0;
  virtual void captured(std::string_view name, std::string_view path, std::string_view bytes) = 0;
  virtual void named(std::string_view name) = 0;  // CLIENT SETNAME
  virtual void protocol_error(std::string_view error) = 0;
  // There is output, or the connection is to end, and it was not the connection's own doing.
  virtual void woken() = 0;
};

using Request = std::vector<std::string>;

// Waiting for a key, for time, or for others.
struct Blocked {
  enum class Kind : std::uint8_t { list, zset, stream, wait, pause } kind = Kind::list;
  std::vector<std::string> keys;
  int db = 0;
  std::int64_t until_ms = 0;  // 0: for ever
  std::uint64_t since = 0;    // Who began earlier is served first.
  // Tries to answer from `key`, which has just changed. True: answered.
  std::function<bool(const std::string& key)> serve;
  std::function<void()> time_out;  // Answers when the time is over.
};

struct Transaction {
  struct Queued {
    Command* command;
    Request argv;
  };
  bool active = false;
  bool queue_failed = false;     // EXECABORT
  bool watched_changed = false;  // EXEC answers nil
  bool has_write = false, has_denied_oom = false;
  std::size_t bytes = 0;
  std::vector<Queued> queue;
  std::set<std::pair<int, std::string>> watched;
};

struct Tracking {
  bool on = false, broadcast = false, opt_in = false, opt_out = false, no_loop = false;
  bool caching = false;        // CLIENT CACHING YES or NO was the last command.
  bool caching_fresh = false;  // It was this one.
  bool redirect_broken = false;
  std::uint64_t redirect = 0;
  std::set<std::string> prefixes;
};

// Who asked for a copy of the key space: a replica, or somebody who plays one.
struct Replica {
  bool takes_mark = false;   // REPLCONF capa eof: the copy may end with a mark.
  bool copy_only = false;    // REPLCONF rdb-only: the connection ends with the copy.
  std::int64_t copy_ms = 0;  // When it is sent; 0: it was.
  std::int64_t sign_ms = 0;  // Until then a sign of life each second.
  int port = 0;
};

enum class ReplyMode : std::uint8_t { on, off, skip, skip_next };

class Client {
 public:
  Client(std::uint64_t client_id, Observer* watcher)
      : id(client_id), observer(watcher), reply(output, 2, kReplyBytesMax) {}

  std::uint64_t id;
  Observer* observer;                  // Null for scripts.
  std::string address, local_address;  // "198.51.100.7:40007"
  int fd = 0;
  std::string name;
  std::int64_t connected_ms = 0, active_ms = 0;
  bool is_loopback = false;

  int db = 0;
  std::shared_ptr<User> user;
  bool authenticated = false;
  RequestParser parser;
  std::string output;  // Not sent yet.
  Reply reply;         // Writes to `output`.
  ReplyMode reply_mode = ReplyMode::on;
  const Command* last_command = nullptr;
  std::size_t argv_bytes = 0;  // Of the last request.
  std::uint64_t work = 0;      // Steps since somebody looked.

  Transaction transaction;
  std::optional<Blocked> blocked;
  std::set<std::string> channels, patterns, shard_channels;
  Tracking tracking;
  Replica replica;
  bool is_replica = false;  // From SYNC on: an answer is then an error and ends the connection.
  bool is_monitor = false, no_evict = false, is_script = false, in_exec = false;
  bool closes_after_reply = false;  // QUIT, a protocol error
  bool closed = false;              // Now, without sending what is left.
  std::string end_reason;

  std::size_t subscriptions() const noexcept { return channels.size() + patterns.size(); }
  bool is_subscriber() const noexcept { return subscriptions() + shard_channels.size() > 0; }
  void wake() {
    if (observer != nullptr) observer->woken();
  }
};

}  // namespace decnet::service::redis
