#include "shell/login.h"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace decnet::shell {
namespace {

// "Linux web-03 6.1.0-28-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 (2024-11-22) x86_64"
std::string uname_line(Machine::State& state) {
  const std::string version = state.files->read_file("/proc/version", {}).value_or("");
  const std::size_t build = version.find(" #");
  std::string host = state.files->read_file("/proc/sys/kernel/hostname", {}).value_or("");
  if (host.empty()) host = state.facts.persona ? state.facts.persona->hostname : "debian";
  while (host.ends_with('\n')) host.pop_back();
  std::string text = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 (2024-11-22)";
  if (build != std::string::npos) text = version.substr(build + 1);
  while (text.ends_with('\n')) text.pop_back();
  return fmt::format("Linux {} {} {} x86_64\n", host,
                     state.facts.persona ? state.facts.persona->kernel : "6.1.0-28-amd64", text);
}

}  // namespace

std::string greeting(Machine::State& state, const ConsoleRequest& request) {
  std::string text;
  const bool quiet = [&] {
    const std::optional<PasswdRow> row = passwd_row(*state.files, request.user);
    return row && state.files->stat(row->home + "/.hushlogin", {}).has_value();
  }();
  const std::optional<SavedLogin> before = last_login(state, request.user);
  state.last_logins[request.user] = {request.peer_ip, state.now()};
  if (quiet) return {};
  text += uname_line(state);
  text += state.files->read_file("/etc/motd", {}).value_or("");
  if (!before) return text;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(before->at);
  const std::time_t at = seconds.time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&at, &parts);
  text += fmt::format("Last login: {:%a %b %e %H:%M:%S %Y} from {}\n", parts, before->from);
  return text;
}

Environment login_environment(const ConsoleRequest& request, const PasswdRow& who,
                              const std::string& address, const std::string& terminal,
                              int session) {
  Environment values;
  values["USER"] = who.name;
  values["LOGNAME"] = who.name;
  values["HOME"] = who.home;
  values["PATH"] = who.uid == 0 ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
                                : "/usr/local/bin:/usr/bin:/bin:/usr/games";
  values["SHELL"] = who.shell;
  values["LANG"] = "en_US.UTF-8";
  if (request.terminal) values["TERM"] = request.terminal_type;
  if (request.by_ssh) {
    values["SSH_CLIENT"] =
        fmt::format("{} {} {}", request.peer_ip, request.peer_port, request.local_port);
    values["SSH_CONNECTION"] =
        fmt::format("{} {} {} {}", request.peer_ip, request.peer_port, address, request.local_port);
    if (request.terminal) values["SSH_TTY"] = terminal;
    values["MOTD_SHOWN"] = "pam";
    values["XDG_SESSION_ID"] = std::to_string(session);
    values["XDG_SESSION_TYPE"] = "tty";
    values["XDG_SESSION_CLASS"] = "user";
    values["XDG_RUNTIME_DIR"] = fmt::format("/run/user/{}", who.uid);
    values["DBUS_SESSION_BUS_ADDRESS"] = fmt::format("unix:path=/run/user/{}/bus", who.uid);
  } else {
    values["MAIL"] = "/var/mail/" + who.name;
  }
  for (const auto& [name, value] : request.environment) values[name] = value;
  return values;
}

}  // namespace decnet::shell
