// Talk: one telnet conversation without I/O; bytes go in and come out. Telnetd is Debian's, Ios a
// router's. What lies behind a login is a Host.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "session/session.h"
#include "shell/console.h"

namespace decnet::service::telnet {

class Shell {
 public:
  virtual ~Shell() = default;
  virtual void input(std::string_view bytes) = 0;
  virtual bool accepts_input() const = 0;
  virtual void resize(std::uint16_t columns, std::uint16_t rows) = 0;
  virtual std::string take_output(std::size_t count) = 0;
  virtual bool ended() const = 0;
  virtual bool run() = 0;  // True: call it again soon.
  virtual std::optional<TimePoint> wakes_at() const = 0;
};

class Host {
 public:
  virtual ~Host() = default;
  // Whether this login works, by the persona and by what this peer changed here. Records nothing.
  virtual bool works(std::string_view user, std::string_view password) = 0;
  // The pts that telnetd opens before login runs on it.
  virtual int terminal_number() = 0;
  // Null where the decky is full.
  virtual std::unique_ptr<Shell> open(shell::ConsoleRequest request) = 0;
};

class Talk {
 public:
  virtual ~Talk() = default;
  virtual void feed(std::string_view bytes) = 0;
  // Does what is due. True: call it again soon.
  virtual bool poll() = 0;
  virtual std::string take_output() = 0;
  virtual std::optional<TimePoint> wakes_at() const = 0;
  virtual bool accepts_input() const { return true; }
  virtual bool is_logged_in() const { return false; }
  virtual bool is_over() const = 0;
  virtual std::string_view end_reason() const = 0;  // Empty: the peer's.
};

std::unique_ptr<Talk> make_telnetd(session::Session& session, Host& host);
std::unique_ptr<Talk> make_ios(session::Session& session);

}  // namespace decnet::service::telnet
