#include "shell/fs/ssh_log.h"

#include <fmt/format.h>

namespace decnet::shell {

LogLines ssh_login_lines(const SshLogin& login) {
  const std::string sshd = fmt::format("sshd[{}]: ", login.pid);
  return {{Duration{0},
           fmt::format("{}Accepted {} for {} from {} port {} ssh2{}{}", sshd, login.how, login.user,
                       login.from, login.port, login.key.empty() ? "" : ": ", login.key)},
          {Duration{3'214},
           fmt::format("{}pam_unix(sshd:session): session opened for user {}(uid={}) by (uid=0)",
                       sshd, login.user, login.uid)},
          {Duration{14'870}, fmt::format("systemd-logind[{}]: New session {} of user {}.",
                                         login.logind_pid, login.session, login.user)},
          {Duration{31'022}, sshd + "pam_env(sshd:session): deprecated reading of user environment "
                                    "enabled"}};
}

LogLines ssh_logout_lines(const SshLogin& login) {
  const std::string child = fmt::format("sshd[{}]: ", login.child_pid);
  return {
      {Duration{0}, fmt::format("{}Received disconnect from {} port {}:11: disconnected by user",
                                child, login.from, login.port)},
      {Duration{311}, fmt::format("{}Disconnected from user {} {} port {}", child, login.user,
                                  login.from, login.port)},
      {Duration{1'900}, fmt::format("sshd[{}]: pam_unix(sshd:session): session closed for user {}",
                                    login.pid, login.user)},
      {Duration{8'800},
       fmt::format("systemd-logind[{}]: Session {} logged out. Waiting for processes to exit.",
                   login.logind_pid, login.session)},
      {Duration{9'900},
       fmt::format("systemd-logind[{}]: Removed session {}.", login.logind_pid, login.session)}};
}

std::string log_line(TimePoint time, const std::string& host, const std::string& text) {
  std::string stamp = format_time(time, TimeDigits::micros);
  stamp.replace(stamp.size() - 1, 1, "+00:00");
  return fmt::format("{} {} {}\n", stamp, host, text);
}

}  // namespace decnet::shell
