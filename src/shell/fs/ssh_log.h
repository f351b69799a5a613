// What sshd and systemd-logind of Debian 12 write into auth.log about a login.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace decnet::shell {

struct SshLogin {
  int pid = 0;        // Of the sshd that answers …
  int child_pid = 0;  // … and of the one with the user's rights; the same for root.
  int logind_pid = 0;
  int session = 1;  // As systemd-logind counts.
  std::string user = {};
  std::uint32_t uid = 0;
  std::string from = {};
  std::uint16_t port = 0;
  std::string how = "password";  // "publickey", "keyboard-interactive/pam"
  std::string key = {};          // "ED25519 SHA256:…"
};

// "sshd[412]: Accepted password for root from …", each with the time after the login.
using LogLines = std::vector<std::pair<Duration, std::string>>;
LogLines ssh_login_lines(const SshLogin& login);
LogLines ssh_logout_lines(const SshLogin& login);  // After the end.

// "2026-11-28T08:24:08.123456+00:00 web-03 sshd[412]: …\n", as rsyslogd of Debian 12 writes it.
std::string log_line(TimePoint time, const std::string& host, const std::string& text);

}  // namespace decnet::shell
