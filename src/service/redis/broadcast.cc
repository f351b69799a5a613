// What a server sends without being asked: messages of channels, MONITOR's lines, invalidations of
// tracked keys.
#include <algorithm>
#include <cstdio>

#include "service/redis/call.h"
#include "service/redis/glob.h"

namespace decnet::service::redis {

std::size_t Server::publish(const std::string& channel, std::string_view message, bool sharded) {
  std::size_t receivers = 0;
  const auto send = [&](std::uint64_t id, std::string_view kind, const std::string* pattern) {
    Client* client = find_client(id);
    if (client == nullptr || client->closed) return;
    client->reply.push(pattern != nullptr ? 4 : 3);
    client->reply.bulk(kind);
    if (pattern != nullptr) client->reply.bulk(*pattern);
    client->reply.bulk(channel);
    client->reply.bulk(message);
    ++receivers;
    if (client->reply.overflowed()) return close(*client, "output_limit");
    client->wake();
  };
  auto& table = sharded ? shard_channels : channels;
  if (const auto at = table.find(channel); at != table.end()) {
    for (const std::uint64_t id : std::set(at->second))
      send(id, sharded ? "smessage" : "message", nullptr);
  }
  if (sharded) return receivers;
  for (const auto& [pattern, subscribers] : patterns) {
    if (!glob_match(pattern, channel)) continue;
    for (const std::uint64_t id : std::set(subscribers)) send(id, "pmessage", &pattern);
  }
  return receivers;
}

std::string Server::quote_peer(const Client& client) const {
  return client.is_script ? "lua" : client.address;
}

void Server::feed_monitors(const Client& from, const Request& argv) {
  std::string line;
  for (const auto& [id, client] : clients_) {
    if (!client->is_monitor || client->closed) continue;
    if (line.empty()) {
      const std::int64_t now = now_us();
      char head[64];
      std::snprintf(head, sizeof head, "+%lld.%06lld [%d ", static_cast<long long>(now / 1'000'000),
                    static_cast<long long>(now % 1'000'000), from.db);
      line = head + quote_peer(from) + "]";
      const bool secret = equal_case(argv[0], "auth");
      for (std::size_t n = 0; n < argv.size(); ++n) {
        line += ' ';
        append_quoted(line,
                      secret && n > 0 ? std::string_view("(redacted)") : std::string_view(argv[n]));
      }
      line += "\r\n";
    }
    client->reply.raw(line);
    if (client->reply.overflowed()) {
      close(*client, "output_limit");
    } else {
      client->wake();
    }
  }
}

// --- Tracking ---

void Server::remember_keys(Client& client, const Command& command, const Request& argv) {
  Tracking& tracking = client.tracking;
  if (tracking.broadcast || (tracking.opt_in && !tracking.caching) ||
      (tracking.opt_out && tracking.caching))
    return;
  for (const KeyRef& key : keys_of(command, argv).keys) {
    if (tracked_keys.size() >= kTrackedKeysMax && !tracked_keys.contains(argv[key.index])) continue;
    tracked_keys[argv[key.index]].insert(client.id);
  }
}

void Server::forget_tracking(Client& client) {
  client.tracking = {};
  for (auto at = tracked_keys.begin(); at != tracked_keys.end();) {
    at->second.erase(client.id);
    at = at->second.empty() ? tracked_keys.erase(at) : std::next(at);
  }
}

void Server::invalidate(Client* by, const std::string& key) {
  constexpr std::size_t kWaitingMax = 64 * 1024;
  const auto tell = [&](std::uint64_t id) {
    const Client* client = find_client(id);
    if (client == nullptr || !client->tracking.on || (client->tracking.no_loop && client == by))
      return;
    if (invalid_.size() < kWaitingMax) invalid_.emplace_back(id, key);
  };
  if (const auto at = tracked_keys.find(key); at != tracked_keys.end()) {
    for (const std::uint64_t id : at->second) tell(id);
    tracked_keys.erase(at);
  }
  for (const auto& [id, client] : clients_) {
    const Tracking& tracking = client->tracking;
    if (!tracking.on || !tracking.broadcast) continue;
    const bool wanted =
        tracking.prefixes.empty() ||
        std::any_of(tracking.prefixes.begin(), tracking.prefixes.end(),
                    [&](const std::string& prefix) { return key.starts_with(prefix); });
    if (wanted) tell(id);
  }
}

void Server::invalidate_all() {
  for (const auto& [id, client] : clients_) {
    if (client->tracking.on) send_invalidation(*client, nullptr);
  }
  tracked_keys.clear();
}

void Server::send_invalidations() {
  for (const auto& [id, key] : std::exchange(invalid_, {})) {
    Client* client = find_client(id);
    const std::vector<std::string> keys{key};
    if (client != nullptr) send_invalidation(*client, &keys);
  }
}

void Server::send_invalidation(Client& client, const std::vector<std::string>* keys) {
  Client* to = &client;
  if (client.tracking.redirect != 0) {
    to = find_client(client.tracking.redirect);
    if (to == nullptr) {
      client.tracking.redirect_broken = true;
      if (client.reply.is_resp3()) {
        client.reply.push(2);
        client.reply.bulk("tracking-redir-broken");
        client.reply.integer(static_cast<std::int64_t>(client.tracking.redirect));
      }
      return;
    }
  }
  if (to->reply.is_resp3()) {
    to->reply.push(2);
    to->reply.bulk("invalidate");
  } else if (client.tracking.redirect != 0 && to->channels.contains("__redis__:invalidate")) {
    to->reply.push(3);
    to->reply.bulk("message");
    to->reply.bulk("__redis__:invalidate");
  } else {
    return;
  }
  if (keys == nullptr) {
    to->reply.null();
  } else {
    to->reply.array(keys->size());
    for (const std::string& key : *keys) to->reply.bulk(key);
  }
  to->wake();
}

// --- CLIENT LIST ---

std::string Server::describe(const Client& client) const {
  constexpr std::size_t kQueryBufferBytes = 20474;
  const std::int64_t now = now_ms();
  const bool asks = client.active_ms == now;
  std::string flags;
  if (client.is_monitor) flags += 'O';
  if (client.is_subscriber()) flags += 'P';
  if (client.transaction.active) flags += 'x';
  if (client.blocked) flags += 'b';
  if (client.tracking.on) flags += 't';
  if (client.tracking.redirect_broken) flags += 'R';
  if (client.tracking.broadcast) flags += 'B';
  if (client.transaction.watched_changed) flags += 'd';
  if (client.closes_after_reply) flags += 'c';
  if (client.no_evict) flags += 'e';
  if (flags.empty()) flags = "N";
  const std::size_t query = asks ? client.argv_bytes + 16 : 0;
  const std::size_t reply_buffer = now - client.connected_ms > 5000 ? 1024 : 16384;
  const std::size_t total = 784 + client.argv_bytes + reply_buffer + (asks ? 20480 : 0);
  const std::int64_t redirect =
      !client.tracking.on ? -1 : static_cast<std::int64_t>(client.tracking.redirect);
  std::string out = "id=" + std::to_string(client.id) + " addr=" + client.address +
                    " laddr=" + client.local_address;
  const auto add = [&out](std::string_view name, auto value) {
    out += " " + std::string(name) + "=";
    if constexpr (std::is_convertible_v<decltype(value), std::string_view>) {
      out += std::string_view(value);
    } else {
      out += std::to_string(value);
    }
  };
  add("fd", client.fd);
  add("name", std::string_view(client.name));
  add("age", (now - client.connected_ms) / 1000);
  add("idle", (now - client.active_ms) / 1000);
  add("flags", std::string_view(flags));
  add("db", client.db);
  add("sub", client.channels.size());
  add("psub", client.patterns.size());
  add("ssub", client.shard_channels.size());
  add("multi",
      client.transaction.active ? static_cast<std::int64_t>(client.transaction.queue.size()) : -1);
  add("qbuf", query);
  add("qbuf-free", asks ? kQueryBufferBytes - std::min(query, kQueryBufferBytes) : 0);
  add("argv-mem", asks ? client.argv_bytes : 0);
  add("multi-mem", client.transaction.bytes);
  add("rbs", reply_buffer);
  add("rbp", asks ? reply_buffer : 0);
  add("obl", 0);
  add("oll", 0);
  add("omem", 0);
  add("tot-mem", total);
  add("events", std::string_view("r"));
  add("cmd",
      client.last_command != nullptr ? client.last_command->name() : std::string_view("NULL"));
  add("user", client.user != nullptr ? std::string_view(client.user->name)
                                     : std::string_view("(superuser)"));
  add("redir", redirect);
  add("resp", client.reply.protocol());
  return out;
}

void Server::log_acl(const Client& client, AclLogEntry entry) {
  constexpr std::int64_t kSameMs = 60'000;
  entry.client_info = describe(client);
  for (AclLogEntry& one : acl_log) {
    if (one.reason == entry.reason && one.context == entry.context && one.object == entry.object &&
        one.user == entry.user && entry.created_ms - one.created_ms <= kSameMs) {
      ++one.count;
      one.created_ms = entry.created_ms;
      one.client_info = entry.client_info;
      return;
    }
  }
  acl_log.push_front(std::move(entry));
  if (acl_log.size() > kAclLogMax) acl_log.pop_back();
}

}  // namespace decnet::service::redis
