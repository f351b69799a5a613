// A redis server without a network: bytes in, bytes out. All state of a decky that its attackers
// share.
//
//   Server server({.persona = &persona, .clock = &clock});
//   Client& client = server.connect("198.51.100.7:40007", "192.0.2.1:6379", observer);
//   server.receive(client, "PING\r\n");
//   send(client.output); client.output.clear();     // "+PONG\r\n"
//
// One thread. Handlers (cmd_*.cc) reach it through Call (call.h).
#pragma once

#include <list>
#include <map>
#include <memory>
#include <unordered_map>

#include "service/redis/client.h"
#include "service/redis/server_state.h"

namespace decnet::service::redis {

class Server : public ServerState {
 public:
  explicit Server(ServerOptions options);
  ~Server();

  // --- The outside ---
  Client* connect(std::string address, std::string local_address, bool is_loopback,
                  Observer* observer);
  void disconnect(Client& client);
  void receive(Client& client, std::string_view bytes);  // Parses and answers what is whole.
  bool resume(Client& client);  // Goes on after output was sent; true: call it again.
  void tick();                  // Time went by: expiry, time-outs.
  std::int64_t deadline_of(const Client& client) const;  // When tick() is due for it; 0: it is not.
  std::int64_t idle_limit_s(const Client& client) const;  // CONFIG SET timeout; 0: none.

  // --- For the handlers ---
  std::int64_t now_ms() const { return to_micros(options_.clock->now()) / 1000; }
  std::int64_t now_us() const { return to_micros(options_.clock->now()); }
  const ServerOptions& options() const { return options_; }

  // Null: absent, or expired just now.
  Object* lookup(int db, std::string_view key);
  Object& put(int db, std::string_view key, Object object);
  bool erase(int db, std::string_view key);
  void modified(
      Client* by, int db,
      const std::string& key);  // After a change: counts, WATCH, tracking, the dirty count.
  void notify(char event_class, std::string_view event, const std::string& key, int db);
  void signal_ready(int db, const std::string& key);
  void flush(Client* by, int db);  // -1: all
  std::uint64_t dataset_bytes() const { return keyspace.bytes(); }

  void call(Client& client, Command& command, const Request& argv);
  bool refuses(Client& client, const Command& command, const Request& argv, std::string& why);
  // The same for one between MULTI and EXEC, when its turn comes.
  bool refuses_queued(Client& client, const Command& command, const Request& argv,
                      std::string& why);
  void unknown_command(const Request& argv, std::string& why) const;
  void count_errors(Reply& reply);
  void log_acl(const Client& client, AclLogEntry entry);
  // A script that does not end: its caller waits, the others are not served (cmd_script.cc).
  void begin_endless(Client& client, const std::string& sha, bool has_written);
  void kill_script(Reply& out);
  bool refuses_now(Client& client, const Command& command,
                   std::string& why);  // The server's state does.
  void block(Client& client, Blocked how);
  void unblock(Client& client);
  bool unblock_now(Client& client, bool with_error);  // CLIENT UNBLOCK
  void unwatch(Client& client);
  void discard_transaction(Client& client);
  void reset_client(Client& client);  // RESET
  void close(Client& client, std::string_view reason);
  std::size_t publish(const std::string& channel, std::string_view message, bool sharded);
  void feed_monitors(const Client& from, const Request& argv);
  void invalidate(Client* by, const std::string& key);
  void invalidate_all();
  void forget_tracking(Client& client);
  void restart(bool keep_data);  // SHUTDOWN: systemd starts it again.
  // A later life of the same process (snapshot.h).
  void resume_life(std::uint64_t number, std::int64_t started_us, const std::string& run_id,
                   const Stats& counted);
  std::map<std::string, std::string> changed_settings() const;
  void restore_setting(const std::string& name, const std::string& value);
  void keep_saved();                                 // SAVE: what a restart comes back with.
  void feed_replica(Client& client);                 // After SYNC: what is due to it by now.
  std::string describe(const Client& client) const;  // A line of CLIENT LIST.
  std::string quote_peer(const Client& client) const;
  std::uint64_t used_memory() const;
  Client* find_client(std::uint64_t id);
  void each_client(const std::function<void(Client&)>& visit);
  std::size_t client_count() const { return clients_.size(); }
  std::size_t blocked_count() const;
  bool allows_guarded(const Client& client, std::string_view setting) const;
  bool spend(Client& client, std::uint64_t steps);  // False: too much, the connection is closed.

 private:
  void process(Client& client);
  void execute(Client& client, Request argv, bool oversized);
  void run(Client& client, Request argv, bool oversized);
  void queue(Client& client, Command& command, Request argv);
  bool postpone(Client& client, Command& command, const Request& argv);
  void reject(Client& client, Command* command, std::string_view why);
  bool is_busy(Client& client, const Command& command, const Request& argv);
  void after_command();
  void serve_blocked();
  void expire_some();
  void remember_keys(Client& client, const Command& command, const Request& argv);
  void send_invalidation(Client& client, const std::vector<std::string>* keys);
  void send_invalidations();
  void boot_up();
  std::string_view denial();
  Config configured() const;
  void account_slow(const Client& client, const Command& command, const Request& argv,
                    std::int64_t micros);
  void finish_unblocked(Client& client);
  void leave_all(Client& client);

  ServerOptions options_;
  std::map<std::uint64_t, std::unique_ptr<Client>> clients_;
  std::uint64_t next_client_id_ = 3;
  std::vector<std::pair<int, std::string>> ready_;
  bool serving_ = false;
  Client* executing_ = nullptr;
  std::vector<std::pair<std::uint64_t, std::string>> invalid_;  // Whom to tell after the command.
  std::uint64_t next_wait_ = 0;
  std::int64_t expired_at_ms_ = 0;
  std::uint64_t work_ = 0;  // Of the command under way.
  std::uint64_t turn_work_ = 0;
  struct Endless {
    std::uint64_t client = 0;  // 0: none
    std::int64_t since_ms = 0;
    std::string sha;
    bool has_written = false;
  } endless_;
  std::string saved_;  // The key space as it was last saved (state.h).
};

}  // namespace decnet::service::redis
