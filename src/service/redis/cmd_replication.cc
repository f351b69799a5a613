// Masters and replicas, from the side of a server that never calls anybody unless policy lets it.
#include <algorithm>
#include <array>
#include <limits>

#include "base/bytes.h"
#include "service/redis/call.h"
#include "service/redis/rdb.h"

namespace decnet::service::redis {

namespace {

constexpr std::int64_t kSignMs = 1000;
constexpr std::string_view kFailed = "IOERR error or timeout writing to target instance";

std::string new_id() {
  return to_hex(random_bytes(20));
}

void become_master(Server& server) {
  Replication& state = server.replication;
  if (state.master_host.empty()) return;
  state.master_host.clear();
  state.master_port = 0;
  state.link_up = false;
  // What it was is remembered, so that other replicas of the old master could go on with this one.
  state.id2 = state.id;
  state.second_offset = state.offset + 1;
  state.id = new_id();
  server.config.assign("replicaof", "");
}

void replicaof(Call& call) {
  Replication& state = call.server.replication;
  if (call.is(1, "no") && call.is(2, "one")) {
    become_master(call.server);
    return call.out.ok();
  }
  const auto port = call.integer_between(2, 0, 65535, "ERR Invalid master port");
  if (!port) return;
  if (equal_case(state.master_host, call.arg(1)) && state.master_port == *port) {
    return call.out.simple("OK Already connected to specified master");
  }
  constexpr std::size_t kHostBytesMax = 255;
  state.master_host = call.arg(1).substr(0, kHostBytesMax);
  state.master_port = static_cast<int>(*port);
  state.link_up = false;
  call.server.config.assign("replicaof",
                            state.master_host + " " + std::to_string(state.master_port));
  if (call.client.observer != nullptr)
    call.client.observer->replica_of(state.master_host, static_cast<std::uint16_t>(*port));
  call.out.ok();
}

void role(Call& call) {
  const Replication& state = call.server.replication;
  if (state.master_host.empty()) {
    call.out.array(3);
    call.out.bulk("master");
    call.out.integer(state.offset);
    return call.out.array(0);
  }
  call.out.array(5);
  call.out.bulk("slave");
  call.out.bulk(state.master_host);
  call.out.integer(state.master_port);
  call.out.bulk(state.link_up ? "connected" : "connect");
  call.out.integer(state.link_up ? state.offset : -1);
}

void replconf(Call& call) {
  if (call.size() % 2 == 0) return call.syntax_error();
  for (std::size_t n = 1; n < call.size(); n += 2) {
    if (call.is(n, "listening-port")) {
      const auto port = call.integer(n + 1);
      if (!port) return;
      call.client.replica.port = static_cast<int>(*port);
    } else if (call.is(n, "ip-address")) {
      constexpr std::size_t kAddressMax = 64;
      if (call.arg(n + 1).size() >= kAddressMax) {
        return call.out.error("ERR REPLCONF ip-address provided by replica instance is too long: " +
                              std::to_string(call.arg(n + 1).size()) + " bytes");
      }
    } else if (call.is(n, "capa")) {
      call.client.replica.takes_mark = call.client.replica.takes_mark || call.is(n + 1, "eof");
    } else if (call.is(n, "rdb-only")) {
      const auto on = call.integer_between(n + 1, 0, 1,
                                           "ERR value is out of range, value must between 0 and 1");
      if (!on) return;
      call.client.replica.copy_only = *on == 1;
    } else if (call.is(n, "rdb-filter-only")) {
      continue;
    } else if (call.is(n, "ack") || call.is(n, "getack")) {
      return;  // From a replica; it gets no answer.
    } else {
      return call.out.error("ERR Unrecognized REPLCONF option: " + call.arg(n));
    }
  }
  call.out.ok();
}

// A replica, or somebody who wants all keys at once: `redis-cli --rdb`.
void sync(Call& call) {
  if (call.client.is_replica) return;
  if (!call.server.replication.master_host.empty()) {
    return call.out.error("NOMASTERLINK Can't SYNC while not connected with my master");
  }
  if (call.command.name() == "psync") {
    const auto offset = call.integer(2);
    if (!offset) return;
    call.out.simple("FULLRESYNC " + call.server.replication.id + " " +
                    std::to_string(call.server.replication.offset));
  }
  // The file follows after repl-diskless-sync-delay.
  constexpr std::int64_t kDelayMs = 5000;
  call.client.is_replica = true;
  call.client.replica.copy_ms = call.now() + kDelayMs;
  call.client.replica.sign_ms = call.now() + kSignMs;
}

void failover(Call& call) {
  bool has_target = false, forces = false, has_timeout = false;
  if (call.size() == 2 && call.is(1, "ABORT"))
    return call.out.error("ERR No failover in progress.");
  for (std::size_t n = 1; n < call.size(); ++n) {
    const std::size_t left = call.size() - n - 1;
    if (call.is(n, "TIMEOUT") && left >= 1 && !has_timeout) {
      const auto timeout = call.integer(++n);
      if (!timeout) return;
      if (*timeout <= 0) return call.out.error("ERR FAILOVER timeout must be greater than 0");
      has_timeout = true;
    } else if (call.is(n, "TO") && left >= 2 && !has_target) {
      if (!call.integer(n + 2)) return;
      has_target = true;
      n += 2;
    } else if (call.is(n, "FORCE") && !forces) {
      forces = true;
    } else {
      return call.syntax_error();
    }
  }
  if (!call.server.replication.master_host.empty()) {
    return call.out.error("ERR FAILOVER is not valid when server is a replica.");
  }
  call.out.error("ERR FAILOVER requires connected replicas.");
}

void wait(Call& call) {
  if (!call.server.replication.master_host.empty()) {
    return call.out.error(
        "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if "
        "a "
        "replica is configured to be writable (which is not the default) writes to replicas are "
        "just "
        "local and are not propagated.");
  }
  const auto replicas = call.integer(1);
  if (!replicas) return;
  const auto until = call.deadline(2);
  if (!until) return;
  if (*replicas <= 0 || !call.may_block()) return call.out.integer(0);
  Blocked how;
  how.kind = Blocked::Kind::wait;
  how.until_ms = *until;
  how.time_out = [&client = call.client] { client.reply.integer(0); };
  call.server.block(call.client, std::move(how));
}

// MIGRATE host port key db timeout [COPY] [REPLACE] [AUTH …] [AUTH2 …] [KEYS …]: nobody can be
// reached.
void migrate(Call& call) {
  std::size_t first_key = 3;
  std::size_t keys = 1;
  for (std::size_t n = 6; n < call.size(); ++n) {
    const std::size_t left = call.size() - n - 1;
    if (call.is(n, "COPY") || call.is(n, "REPLACE")) continue;
    if (call.is(n, "AUTH") && left >= 1) {
      n += 1;
    } else if (call.is(n, "AUTH2") && left >= 2) {
      n += 2;
    } else if (call.is(n, "KEYS")) {
      if (!call.arg(3).empty()) {
        return call.out.error(
            "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string");
      }
      first_key = n + 1;
      keys = call.size() - n - 1;
      break;
    } else {
      return call.syntax_error();
    }
  }
  const auto timeout = call.integer(5);
  if (!timeout) return;
  if (!call.integer(4)) return;
  bool any = false;
  for (std::size_t n = 0; n < keys; ++n)
    any = call.read_any(call.arg(first_key + n)) != nullptr || any;
  if (!any) return call.out.simple("NOKEY");
  const bool refused_at_once =
      call.arg(1).starts_with("127.") || equal_case(call.arg(1), "localhost");
  if (refused_at_once || !call.may_block()) return call.out.error(kFailed);
  constexpr std::int64_t kDefaultMs = 1000;
  constexpr std::int64_t kLongestMs = 10'000;
  Blocked how;
  how.kind = Blocked::Kind::wait;
  how.until_ms = call.now() + std::min(*timeout <= 0 ? kDefaultMs : *timeout, kLongestMs);
  how.time_out = [&client = call.client] { client.reply.error(kFailed); };
  call.server.block(call.client, std::move(how));
}

constexpr auto kCommands = std::to_array<Binding>({
    {"failover", failover},
    {"migrate", migrate},
    {"psync", sync},
    {"replconf", replconf},
    {"replicaof", replicaof},
    {"role", role},
    {"slaveof", replicaof},
    {"sync", sync},
    {"wait", wait},
});

}  // namespace

void Server::feed_replica(Client& client) {
  Replica& replica = client.replica;
  const std::int64_t now = now_ms();
  if (replica.copy_ms == 0 || now < std::min(replica.copy_ms, replica.sign_ms)) return;
  if (now < replica.copy_ms) {
    client.reply.raw("\n");
    replica.sign_ms = now + kSignMs;
  } else {
    const std::string file = write_rdb(*this);
    const std::string mark = to_hex(random_bytes(20));
    client.reply.raw(replica.takes_mark ? "$EOF:" + mark + "\r\n"
                                        : "$" + std::to_string(file.size()) + "\r\n");
    client.reply.raw(file);
    if (replica.takes_mark) client.reply.raw(mark);
    replica.copy_ms = 0;
    client.closes_after_reply = replica.copy_only;
  }
  client.wake();
}

std::span<const Binding> replication_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
