#include "service/redis/server.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/counters.h"
#include "base/random.h"
#include "service/redis/call.h"
#include "service/redis/snapshot.h"

namespace decnet::service::redis {

namespace {

constexpr std::int64_t kExpiryCycleMs = 100;  // hz 10
constexpr std::size_t kExpiredPerCycle = 2000;

}  // namespace

ServerState::ServerState()
    : keyspace([] {
        const std::string seed = random_bytes(16);
        ByteReader reader(seed);
        return HashSeed{reader.u64(), reader.u64()};
      }()),
      acl(commands) {}

Server::Server(ServerOptions options) : options_(std::move(options)) {
  texts = Texts(options_.texts);
  boot_up();
}

Server::~Server() = default;

// Debian's redis.conf with what an administrator changed to have it reached.
Config Server::configured() const {
  Config out;
  out.assign("protected-mode", options_.protected_mode ? "yes" : "no");
  out.assign("bind", "0.0.0.0");
  out.assign("port", std::to_string(options_.port));
  out.assign("supervised", "systemd");
  out.assign("enable-protected-configs", options_.protected_configs);
  out.assign("enable-debug-command", options_.debug_command);
  out.assign("enable-module-command", options_.module_command);
  out.assign("requirepass", options_.password);
  return out;
}

std::map<std::string, std::string> Server::changed_settings() const {
  std::map<std::string, std::string> out;
  const Config fresh = configured();
  for (const std::string& name : config.names()) {
    if (Config::resolve(name) == name && config.get(name) != fresh.get(name))
      out.emplace(name, config.get(name));
  }
  return out;
}

void Server::restore_setting(const std::string& name, const std::string& value) {
  config.assign(name, value);
  if (name == "requirepass") acl.set_default_password(value);
  if (name == "dir") persistence.folder = value;
}

void Server::resume_life(std::uint64_t number, std::int64_t started_us, const std::string& run_id,
                         const Stats& counted) {
  boot.number = number;
  boot_up();
  boot.started_us = started_us;
  boot.run_id = run_id;
  stats = counted;
}

// What a start of the process sets. The first one was with the host, a little after it came up.
void Server::boot_up() {
  const persona::Persona& persona = *options_.persona;
  SeededRandom random =
      persona.stream("redis.boot." + std::to_string(to_micros(persona.booted_at)) + "." +
                     std::to_string(boot.number));
  if (boot.number == 0) {
    boot.started_us = to_micros(persona.booted_at) + random.between(6'000'000, 15'000'000);
  } else {
    boot.started_us = now_us();
  }
  boot.run_id = to_hex(random.bytes(20));
  boot.process_id = static_cast<int>(boot.number == 0 ? random.between(480, 980)
                                                      : random.between(20'000, 400'000));
  replication = {};
  replication.id = to_hex(random.bytes(20));
  persistence = {};
  persistence.last_save_s = boot.started_us / 1'000'000;
  config = configured();
  acl.set_default_password(options_.password);
}

// What protected mode tells who comes from elsewhere.
std::string_view Server::denial() {
  const std::string_view said = texts.find("denied").value_or("");
  constexpr std::string_view kEnd = "\r\n";
  if (!said.starts_with('-') || !said.ends_with(kEnd)) return "DENIED";
  return said.substr(1, said.size() - 1 - kEnd.size());
}

Client* Server::connect(std::string address, std::string local_address, bool is_loopback,
                        Observer* observer) {
  ++stats.connections;
  const std::uint64_t id = next_client_id_++;
  auto client = std::make_unique<Client>(id, observer);
  client->address = std::move(address);
  client->local_address = std::move(local_address);
  client->is_loopback = is_loopback;
  client->fd = static_cast<int>(7 + clients_.size());
  client->connected_ms = client->active_ms = now_ms();
  client->user = acl.default_user();
  client->authenticated = client->user->no_password && client->user->enabled;
  Client* raw = clients_.emplace(id, std::move(client)).first->second.get();
  const auto limit = static_cast<std::size_t>(parse_integer(config.get("maxclients")).value_or(0));
  if (clients_.size() > std::min(limit, kClientsMax)) {
    ++stats.rejected_connections;
    raw->reply.error("ERR max number of clients reached");
    raw->closes_after_reply = true;
  } else if (config.protected_mode && acl.default_user()->no_password && !is_loopback) {
    ++stats.rejected_connections;
    raw->reply.error(denial());
    raw->closes_after_reply = true;
    raw->end_reason = "protected_mode";
  }
  return raw;
}

void Server::leave_all(Client& client) {
  unblock(client);
  discard_transaction(client);
  const auto leave = [&client](std::set<std::string>& own,
                               std::map<std::string, std::set<std::uint64_t>>& all) {
    for (const std::string& name : own) {
      const auto at = all.find(name);
      at->second.erase(client.id);
      if (at->second.empty()) all.erase(at);
    }
    own.clear();
  };
  leave(client.channels, channels);
  leave(client.patterns, patterns);
  leave(client.shard_channels, shard_channels);
  forget_tracking(client);
  client.is_monitor = client.no_evict = false;
}

void Server::reset_client(Client& client) {
  leave_all(client);
  client.db = 0;
  client.name.clear();
  client.reply_mode = ReplyMode::on;
  client.user = acl.default_user();
  client.authenticated = client.user->no_password && client.user->enabled;
}

void Server::disconnect(Client& client) {
  leave_all(client);
  clients_.erase(client.id);
}

void Server::close(Client& client, std::string_view reason) {
  client.closed = true;
  client.end_reason = reason;
  client.output.clear();
  client.wake();
}

void Server::receive(Client& client, std::string_view bytes) {
  stats.bytes_in += bytes.size();
  ++stats.reads;
  expire_some();
  if (client.closes_after_reply || client.closed) return;
  ProcessBytes::change(static_cast<std::int64_t>(bytes.size()));
  client.parser.feed(bytes);
  ProcessBytes::change(-static_cast<std::int64_t>(bytes.size()));
  resume(client);
}

bool Server::resume(Client& client) {
  turn_work_ = 0;
  process(client);
  return turn_work_ > kTurnWorkMax && !client.closed && !client.blocked &&
         client.parser.buffered() > 0;
}

Object* Server::lookup(int db, std::string_view key) {
  Object* object = keyspace.find(db, key, now_ms());
  if (object != nullptr || !keyspace.keys(db).contains(key) || !replication.master_host.empty())
    return object;
  const std::string name(key);
  keyspace.erase(db, name);
  ++stats.expired;
  notify('x', "expired", name, db);
  modified(nullptr, db, name);
  return nullptr;
}

Object& Server::put(int db, std::string_view key, Object object) {
  const bool is_new = keyspace.find(db, key, now_ms()) == nullptr;
  const bool may_wake =
      object.type == Type::list || object.type == Type::zset || object.type == Type::stream;
  object.accessed_ms = now_ms();
  Object& slot = keyspace.put(db, key, std::move(object));
  if (is_new) notify('n', "new", std::string(key), db);
  if (may_wake) signal_ready(db, std::string(key));
  return slot;
}

bool Server::erase(int db, std::string_view key) {
  const Object* object = keyspace.keys(db).find(key);
  // Who waits for a stream must learn that it is gone.
  if (object != nullptr && object->type == Type::stream) signal_ready(db, std::string(key));
  return keyspace.erase(db, key);
}

void Server::modified(Client* by, int db, const std::string& key) {
  keyspace.recount(db, key);
  ++stats.dirty;
  ++persistence.changes;
  for (const auto& [id, client] : clients_) {
    if (!client->transaction.watched.empty() && client->transaction.watched.contains({db, key})) {
      client->transaction.watched_changed = true;
    }
  }
  invalidate(by, key);
}

void Server::notify(char event_class, std::string_view event, const std::string& key, int db) {
  const std::uint32_t bits = config.notify;
  if ((bits & Config::notify_bit(event_class)) == 0) return;
  const std::string at = "@" + std::to_string(db) + "__:";
  if ((bits & Config::notify_bit('K')) != 0) publish("__keyspace" + at + key, event, false);
  if ((bits & Config::notify_bit('E')) != 0)
    publish("__keyevent" + at + std::string(event), key, false);
}

void Server::flush(Client* by, int db) {
  for (int n = db < 0 ? 0 : db; n < (db < 0 ? kDatabases : db + 1); ++n) {
    for (const auto& [id, client] : clients_) {
      for (const auto& [watched_db, key] : client->transaction.watched) {
        if (watched_db == n && keyspace.keys(n).contains(key))
          client->transaction.watched_changed = true;
      }
      if (!client->blocked || client->blocked->db != n) continue;
      for (const std::string& key : client->blocked->keys) {
        if (keyspace.keys(n).contains(key)) signal_ready(n, key);
      }
    }
    persistence.changes += keyspace.size(n);
    keyspace.clear(n);
  }
  ++stats.dirty;
  static_cast<void>(by);
  invalidate_all();
}

void Server::after_command() {
  send_invalidations();
  serve_blocked();
  if (std::exchange(pause_ended, false)) tick();
  expire_some();
  stats.peak_memory = std::max(stats.peak_memory, used_memory());
}

void Server::count_errors(Reply& reply) {
  constexpr std::size_t kErrorCodesMax = 128;
  for (std::string& code : reply.take_errors()) {
    ++stats.error_replies;
    if (stats.errors.size() < kErrorCodesMax || stats.errors.contains(code))
      ++stats.errors[std::move(code)];
  }
}

void Server::expire_some() {
  const std::int64_t now = now_ms();
  if (now - expired_at_ms_ < kExpiryCycleMs || !replication.master_host.empty()) return;
  expired_at_ms_ = now;
  keyspace.expire(now, kExpiredPerCycle, [this](int db, const std::string& key) {
    ++stats.expired;
    notify('x', "expired", key, db);
    modified(nullptr, db, key);
  });
  stats.samples.emplace_back(now, stats.commands);
  while (stats.samples.size() > 16) stats.samples.pop_front();
}

void Server::account_slow(const Client& client, const Command& command, const Request& argv,
                          std::int64_t micros) {
  constexpr std::size_t kArgsShown = 32;
  constexpr std::size_t kArgBytesShown = 128;
  if (config.slowlog_micros < 0 || micros < config.slowlog_micros || !command.logged_when_slow)
    return;
  SlowEntry entry{next_slow_id++, now_ms() / 1000, micros, {}, client.address, client.name};
  for (std::size_t n = 0; n < argv.size() && n < kArgsShown; ++n) {
    if (n + 1 == kArgsShown && argv.size() > kArgsShown) {
      entry.argv.push_back("... (" + std::to_string(argv.size() - kArgsShown + 1) +
                           " more arguments)");
    } else if (argv[n].size() > kArgBytesShown) {
      entry.argv.push_back(argv[n].substr(0, kArgBytesShown) + "... (" +
                           std::to_string(argv[n].size() - kArgBytesShown) + " more bytes)");
    } else {
      entry.argv.push_back(argv[n]);
    }
  }
  slowlog.push_front(std::move(entry));
  while (slowlog.size() > config.slowlog_max) slowlog.pop_back();
}

Client* Server::find_client(std::uint64_t id) {
  const auto at = clients_.find(id);
  return at == clients_.end() ? nullptr : at->second.get();
}

void Server::each_client(const std::function<void(Client&)>& visit) {
  for (const auto& [id, client] : clients_) visit(*client);
}

bool Server::allows_guarded(const Client& client, std::string_view setting) const {
  const std::string_view value = config.get(setting);
  return value == "yes" || (value == "local" && client.is_loopback);
}

void Server::keep_saved() {
  saved_ = save_snapshot(*this);
}

// SHUTDOWN: everybody is cut off, and systemd starts the process again with what was saved.
void Server::restart(bool keep_data) {
  if (keep_data) keep_saved();
  for (const auto& [id, client] : clients_) close(*client, "shutdown");
  for (int db = 0; db < kDatabases; ++db) keyspace.clear(db);
  ++boot.number;
  stats = {};
  slowlog.clear();
  acl_log.clear();
  scripts = {};
  tracked_keys.clear();
  for (const auto& command : commands.all()) command->stats = {};
  boot_up();
  load_snapshot(*this, saved_);
}

}  // namespace decnet::service::redis
