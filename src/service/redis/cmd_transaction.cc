// MULTI, EXEC, WATCH.
#include <array>

#include "service/redis/call.h"

namespace decnet::service::redis {

void Server::unwatch(Client& client) {
  client.transaction.watched.clear();
  client.transaction.watched_changed = false;
}

void Server::discard_transaction(Client& client) {
  client.transaction = {};
}

namespace {

void multi(Call& call) {
  Transaction& transaction = call.client.transaction;
  if (transaction.active) return call.out.error("ERR MULTI calls can not be nested");
  transaction.active = true;
  call.out.ok();
}

void discard(Call& call) {
  if (!call.client.transaction.active) return call.out.error("ERR DISCARD without MULTI");
  call.server.discard_transaction(call.client);
  call.out.ok();
}

void watch(Call& call) {
  Transaction& transaction = call.client.transaction;
  if (transaction.active) return call.out.error("ERR WATCH inside MULTI is not allowed");
  for (std::size_t n = 1; n < call.size(); ++n) {
    if (transaction.watched.size() >= kWatchedKeysMax) break;
    call.server.lookup(
        call.client.db,
        call.arg(n));  // A key whose time is over is not watched as if it were there.
    transaction.watched.emplace(call.client.db, call.arg(n));
  }
  call.out.ok();
}

void unwatch(Call& call) {
  call.server.unwatch(call.client);
  call.out.ok();
}

void exec(Call& call) {
  Client& client = call.client;
  Transaction& transaction = client.transaction;
  if (!transaction.active) return call.out.error("ERR EXEC without MULTI");
  for (const auto& [db, key] : transaction.watched) {
    // A watched key whose time came counts as changed.
    if (call.server.keyspace.keys(db).contains(key)) call.server.lookup(db, key);
  }
  if (transaction.queue_failed || transaction.watched_changed) {
    const bool failed = transaction.queue_failed;
    call.server.discard_transaction(client);
    return failed ? call.out.error("EXECABORT Transaction discarded because of previous errors.")
                  : call.out.null_array();
  }
  const auto queue = std::move(transaction.queue);
  call.server.discard_transaction(client);
  client.in_exec = true;
  call.out.array(queue.size());
  for (const auto& [command, argv] : queue) {
    if (call.stopped()) break;
    std::string why;
    if (call.server.refuses_queued(client, *command, argv, why)) {
      call.out.error(why);
    } else {
      call.server.call(client, *command, argv);
    }
  }
  client.in_exec = false;
}

constexpr auto kCommands = std::to_array<Binding>({{"discard", discard},
                                                   {"exec", exec},
                                                   {"multi", multi},
                                                   {"unwatch", unwatch},
                                                   {"watch", watch}});

}  // namespace

std::span<const Binding> transaction_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
