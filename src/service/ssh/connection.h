// Connection: one client from its first byte to its last: waits, reads, hands on, writes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/reader.h"
#include "service/ssh/channels.h"
#include "service/ssh/login.h"
#include "service/ssh/transport.h"

namespace decnet::service::ssh {

class Connection {
 public:
  // All outlive it.
  // `logged_in` is called once, at the login.
  Connection(session::Session& session, const World& world, Host& host,
             std::function<void()> logged_in);
  ~Connection();

  net::Task<void> run();
  bool is_logged_in() const noexcept { return channels_ != nullptr; }

 private:
  net::Task<Result<void>> handle_all();
  net::Task<Result<void>> flush();
  void handle(const wire::Packet& packet);
  void enter();
  void tell_fingerprints();
  void run_programs();
  Duration next_wait();
  bool is_late() const;

  session::Session& session_;
  const World& world_;
  Host& host_;
  std::function<void()> logged_in_;
  Transport transport_;
  Login login_;
  std::shared_ptr<Userland> userland_;
  std::shared_ptr<void> record_;  // Of the login, on the host.
  std::unique_ptr<Channels> channels_;
  net::Reader reader_;
  std::string output_;
  TimePoint grace_ends_;
  TimePoint last_input_;
  TimePoint ends_at_;
  bool fingerprinted_ = false;
  bool busy_ = false;  // Programs have more to do at once.
};

}  // namespace decnet::service::ssh
