// What a login leaves in the host's own records: auth.log, wtmp, utmp, lastlog.
//
//   LoginRecord record(machine, {.user = "root", .peer_ip = "192.0.2.7", .peer_port = 40007});
//   …  // Consoles of that connection
//   // its end: "Disconnected from user root 192.0.2.7 port 40007"
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shell/machine.h"

namespace decnet::shell {

struct LoginFacts {
  std::string user = {};
  std::string peer_ip = {};
  std::uint16_t peer_port = 0;
  std::string how = "password";  // As sshd names it: "publickey", "keyboard-interactive/pam".
  std::string key = {};          // "ED25519 SHA256:…"
};

// One connection by ssh, from its login to its end. The machine outlives it.
class LoginRecord {
 public:
  LoginRecord(Machine& machine, LoginFacts facts);
  ~LoginRecord();
  LoginRecord(const LoginRecord&) = delete;
  LoginRecord& operator=(const LoginRecord&) = delete;

 private:
  Machine& machine_;
  LoginFacts facts_;
};

struct LoginRow;  // process_table.h

// A terminal is given to somebody and taken back: wtmp, utmp and lastlog say so.
void record_terminal(Machine::State& state, const LoginRow& row, int pid);
void record_hang_up(Machine::State& state, const LoginRow& row, int pid);

struct SavedLogin {
  std::string from;
  TimePoint at{};
};
// The user's last login that the host knows of; none where lastlog was emptied.
std::optional<SavedLogin> last_login(const Machine::State& state, const std::string& user);

}  // namespace decnet::shell
