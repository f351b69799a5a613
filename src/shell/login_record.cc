#include "shell/login_record.h"

#include "shell/fs/ssh_log.h"
#include "shell/fs/utmp.h"
#include "shell/machine_state.h"
#include "shell/passwords.h"

namespace decnet::shell {
namespace {

constexpr std::string_view kAuthLog = "/var/log/auth.log";
constexpr std::string_view kWtmp = "/var/log/wtmp";
constexpr std::string_view kUtmp = "/run/utmp";
constexpr std::string_view kLastlog = "/var/log/lastlog";
const Credentials kSystem{};

std::uint32_t uid_of(const Machine::State& state, const std::string& user) {
  const std::optional<PasswdRow> row = passwd_row(*state.files, user);
  return row ? row->uid : 0;
}

SshLogin told(Machine::State& state, const LoginFacts& facts, const SshConnection& of) {
  SshLogin login;
  login.pid = of.monitor_pid;
  login.child_pid = of.child_pid;
  for (const ProcessRow& row : state.daemons()) {
    if (row.name == "systemd-logind") login.logind_pid = row.pid;
  }
  login.session = of.session;
  login.user = facts.user;
  login.uid = uid_of(state, facts.user);
  login.from = facts.peer_ip;
  login.port = facts.peer_port;
  login.how = facts.how;
  login.key = facts.key;
  return login;
}

// They stand there at once, some milliseconds of them ahead of the clock: nobody is that quick.
void write_lines(Machine::State& state, const LogLines& lines) {
  if (!state.facts.persona) return;
  std::string text;
  for (const auto& [after, line] : lines) {
    text += log_line(state.now() + after, state.facts.persona->hostname, line);
  }
  static_cast<void>(state.files->log(kAuthLog, text));  // It may have been removed.
}

// The entry of a line in utmp, which is used again.
void put_utmp(Machine::State& state, const UtmpEntry& entry) {
  const std::string file = state.files->read_file(kUtmp, kSystem).value_or("");
  std::size_t at = 0;
  for (; at + kUtmpBytes <= file.size(); at += kUtmpBytes) {
    const auto there = read_utmp(std::string_view(file).substr(at, kUtmpBytes));
    if (!there.empty() && there[0].line == entry.line) break;
  }
  static_cast<void>(state.files->write(kUtmp, at, write_utmp(entry), kSystem));
}

// Whoever writes it opens it anew each time: another file in its place is as good.
void append_record(Machine::State& state, std::string_view file, const UtmpEntry& entry) {
  const std::string record = write_utmp(entry);
  if (!state.files->log(file, record))
    static_cast<void>(state.files->append(file, record, kSystem));
}

UtmpEntry entry_of(const LoginRow& row, int pid, TimePoint time) {
  const std::size_t slash = row.terminal.rfind('/');
  std::string id = "ts/" + row.terminal.substr(slash == std::string::npos ? 0 : slash + 1);
  return {UtmpType::user, pid, row.terminal, std::move(id), row.user, row.from, time};
}

}  // namespace

LoginRecord::LoginRecord(Machine& machine, LoginFacts facts)
    : machine_(machine), facts_(std::move(facts)) {
  Machine::State& state = machine_.state();
  SshConnection connection;
  connection.monitor_pid = state.new_pid();
  connection.child_pid = uid_of(state, facts_.user) == 0 ? connection.monitor_pid : state.new_pid();
  connection.session = ++state.sessions;
  state.connections[facts_.peer_port] = connection;
  write_lines(state, ssh_login_lines(told(state, facts_, connection)));
}

LoginRecord::~LoginRecord() {
  Machine::State& state = machine_.state();
  const auto found = state.connections.find(facts_.peer_port);
  if (found == state.connections.end()) return;
  write_lines(state, ssh_logout_lines(told(state, facts_, found->second)));
  state.connections.erase(found);
}

void record_terminal(Machine::State& state, const LoginRow& row, int pid) {
  const std::optional<PasswdRow> who = passwd_row(*state.files, row.user);
  if (!who || !state.facts.persona) return;
  const UtmpEntry entry = entry_of(row, pid, row.since);
  append_record(state, kWtmp, entry);
  put_utmp(state, entry);
  const std::uint64_t at = std::uint64_t{who->uid} * kLastlogBytes;
  static_cast<void>(
      state.files->write(kLastlog, at, write_lastlog({row.since, row.terminal, row.from}), {}));
}

void record_hang_up(Machine::State& state, const LoginRow& row, int pid) {
  if (!state.facts.persona) return;
  UtmpEntry entry = entry_of(row, pid, state.now());
  entry.type = UtmpType::dead;
  entry.user.clear();
  entry.host.clear();
  put_utmp(state, entry);
  entry.id.clear();
  append_record(state, kWtmp, entry);
}

std::optional<SavedLogin> last_login(const Machine::State& state, const std::string& user) {
  const std::optional<PasswdRow> who = passwd_row(*state.files, user);
  const std::string file = state.files->read_file(kLastlog, kSystem).value_or("");
  if (!who || file.empty()) return std::nullopt;
  const LastlogEntry entry = read_lastlog(file, who->uid);
  SavedLogin found{entry.host, entry.time};
  const auto kept = state.last_logins.find(user);
  // The file may have been too large to be kept over a restart.
  if (kept != state.last_logins.end() && kept->second.at > found.at + std::chrono::seconds{1}) {
    const bool emptied = state.files->stat(kLastlog, kSystem)->modified > kept->second.at;
    if (!emptied) found = kept->second;
  }
  if (found.at == TimePoint{}) return std::nullopt;
  return found;
}

}  // namespace decnet::shell
