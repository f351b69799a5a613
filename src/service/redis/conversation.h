// One session with the decky's Server: reads, answers, and sends what others cause (messages of a
// channel, a key that somebody waited for) as it comes.
#pragma once

#include <string>
#include <vector>

#include "net/wakeup.h"
#include "service/redis/client.h"
#include "session/session.h"

namespace decnet::service::redis {

class Server;

class Conversation final : private Observer {
 public:
  Conversation(session::Session& session, Server& server, const net::Executor& executor);
  ~Conversation() override;

  net::Task<void> run();

 private:
  enum class Writer : std::uint8_t { reader, pusher };

  net::Task<void> talk();
  net::Task<void> push();
  net::Task<void> flush(Writer who);
  net::Task<bool> write_turn();
  net::Task<bool> rest();
  void arm();
  bool is_over() const;
  TimePoint own_deadline() const;

  void command(const std::vector<std::string>& argv) override;
  void login(std::string_view user, std::string_view password, bool accepted) override;
  bool accepts(std::string_view user, std::string_view password) override;
  void attack(std::string_view kind, std::string_view verb, std::string_view target) override;
  void replica_of(std::string_view host, std::uint16_t port) override;
  void captured(std::string_view name, std::string_view path, std::string_view bytes) override;
  void named(std::string_view name) override;
  void protocol_error(std::string_view error) override;
  void woken() override { work_.wake(); }

  session::Session& session_;
  Server& server_;
  Client* client_ = nullptr;
  net::Executor executor_;
  net::Wakeup work_;          // For the pusher.
  net::Wakeup drained_;       // For the reader: the pusher's write is done.
  TimePoint worked_until_{};  // Its work is paid for when that time has come.
  bool is_writing_ = false;
  bool is_broken_ = false;  // A write failed.
};

// What a request looks like in a `command` event: as it is typed into redis-cli, bounded, without
// the secrets of AUTH and HELLO, which login.attempt has.
std::string command_text(const std::vector<std::string>& argv);

}  // namespace decnet::service::redis
