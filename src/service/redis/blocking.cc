// Clients that wait: for a key, for a time, for CLIENT PAUSE to end.
#include <algorithm>

#include "service/redis/call.h"

namespace decnet::service::redis {

void Server::block(Client& client, Blocked how) {
  how.db = client.db;
  how.since = next_wait_++;
  client.blocked = std::move(how);
}

void Server::unblock(Client& client) {
  client.blocked.reset();
}

std::size_t Server::blocked_count() const {
  return static_cast<std::size_t>(
      std::count_if(clients_.begin(), clients_.end(), [](const auto& entry) {
        return entry.second->blocked && entry.second->blocked->kind != Blocked::Kind::pause;
      }));
}

void Server::signal_ready(int db, const std::string& key) {
  constexpr std::size_t kReadyMax = 64 * 1024;
  // Nobody waits, nothing to remember.
  const bool awaited = std::any_of(clients_.begin(), clients_.end(), [](const auto& entry) {
    return entry.second->blocked.has_value();
  });
  if (awaited && ready_.size() < kReadyMax) ready_.emplace_back(db, key);
}

// Answers those whose keys have come to hold something, in the order in which they began to wait.
void Server::serve_blocked() {
  if (serving_ || ready_.empty()) return;
  serving_ = true;
  while (!ready_.empty()) {
    const auto ready = std::exchange(ready_, {});
    for (const auto& [db, key] : ready) {
      std::vector<Client*> waiting;
      for (const auto& [id, client] : clients_) {
        const auto& blocked = client->blocked;
        if (!blocked || blocked->db != db || !blocked->serve) continue;
        if (std::find(blocked->keys.begin(), blocked->keys.end(), key) != blocked->keys.end()) {
          waiting.push_back(client.get());
        }
      }
      std::sort(waiting.begin(), waiting.end(), [](const Client* a, const Client* b) {
        return a->blocked->since < b->blocked->since;
      });
      for (Client* client : waiting) {
        if (!client->blocked || client->closed) continue;
        const auto serve = client->blocked->serve;  // It may end the waiting, and with it itself.
        if (serve(key)) finish_unblocked(*client);
      }
    }
  }
  serving_ = false;
}

void Server::finish_unblocked(Client& client) {
  unblock(client);
  count_errors(client.reply);
  process(client);  // What it sent meanwhile.
  client.wake();
}

bool Server::unblock_now(Client& client, bool with_error) {
  if (!client.blocked || client.blocked->kind == Blocked::Kind::pause) return false;
  const auto time_out = client.blocked->time_out;
  if (with_error) {
    client.reply.error("UNBLOCKED client unblocked via CLIENT UNBLOCK");
  } else {
    time_out();
  }
  finish_unblocked(client);
  return true;
}

std::int64_t Server::deadline_of(const Client& client) const {
  const std::int64_t wait = client.blocked ? client.blocked->until_ms : 0;
  const Replica& replica = client.replica;
  const std::int64_t copy = replica.copy_ms != 0 ? std::min(replica.copy_ms, replica.sign_ms) : 0;
  return wait == 0 || copy == 0 ? std::max(wait, copy) : std::min(wait, copy);
}

std::int64_t Server::idle_limit_s(const Client& client) const {
  const bool may_be_idle = client.blocked || client.is_replica || client.is_subscriber();
  return may_be_idle ? 0 : parse_integer(config.get("timeout")).value_or(0);
}

void Server::tick() {
  expire_some();
  const std::int64_t now = now_ms();
  std::vector<std::uint64_t> due;
  for (const auto& [id, client] : clients_) {
    feed_replica(*client);
    if (client->blocked && client->blocked->until_ms != 0 && client->blocked->until_ms <= now)
      due.push_back(id);
  }
  for (const std::uint64_t id : due) {
    Client* client = find_client(id);
    if (client == nullptr || !client->blocked) continue;
    const Blocked blocked = std::exchange(client->blocked, std::nullopt).value();
    work_ = 0;
    blocked.time_out();
    finish_unblocked(*client);
  }
  serve_blocked();
}

}  // namespace decnet::service::redis
