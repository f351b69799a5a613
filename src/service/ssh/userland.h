// What lies behind a login, as the SSH service sees it: programs that run in channels, and the host
// that they run on. The real one is the shell's Machine (machine_host.cc); tests have a small one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "session/session.h"
#include "shell/console.h"
#include "shell/filesystem.h"
#include "shell/login_record.h"

namespace decnet::service::ssh {

// What runs in a session channel: a shell, a command, the sftp server.
class Program {
 public:
  virtual ~Program() = default;
  virtual void input(std::string_view bytes) = 0;
  virtual void input_end() = 0;
  virtual bool accepts_input() const = 0;
  virtual std::string take_output(std::size_t count) = 0;
  virtual std::string take_error(std::size_t) { return {}; }
  virtual bool ended() const = 0;  // And all output was taken.
  virtual int exit_status() const = 0;
  virtual int exit_signal() const { return 0; }
  virtual void resize(std::uint16_t, std::uint16_t) {}
  virtual void send_signal(int) {}
};

// One attacker's view of the decky.
class Userland {
 public:
  virtual ~Userland() = default;
  virtual bool run() = 0;  // True: call it again soon.
  // The host writes down that this connection has logged in, and its end once what this gives goes.
  virtual std::shared_ptr<void> record(shell::LoginFacts) { return nullptr; }
  virtual std::optional<TimePoint> wakes_at() const = 0;
  virtual std::unique_ptr<Program> open(shell::ConsoleRequest request) = 0;
  virtual shell::FileSystem& files() = 0;
  virtual std::optional<bool> password_works(std::string_view user,
                                             std::string_view password) const = 0;
  virtual bool key_works(std::string_view user, std::string_view type,
                         std::string_view base64) const = 0;
};

// A decky's userlands, one for each attacker's address.
class Host {
 public:
  virtual ~Host() = default;
  // Before the login: brings back who was here before. What it gives is held while they talk.
  virtual net::Task<std::shared_ptr<void>> visit(session::Session&) { co_return nullptr; }
  virtual std::shared_ptr<Userland> find(session::Session& session) = 0;  // Null: was never here.
  // Null where the host is full: the login then fails.
  virtual std::shared_ptr<Userland> enter(session::Session& session) = 0;
  virtual void keep(session::Session&) {}  // Remembers what has changed.
};

struct User {
  std::string name;
  shell::Credentials credentials;
  std::string home = "/";
};

// Whom /etc/passwd and /etc/group of that host know by this name.
std::optional<User> find_user(const shell::FileSystem& files, std::string_view name);

std::unique_ptr<Host> make_machine_host(const session::Place& place);

}  // namespace decnet::service::ssh
