#include "shell/process_table.h"

#include <algorithm>
#include <set>

#include "shell/host_processes.h"
#include "shell/machine_state.h"

namespace decnet::shell {
namespace {

std::string comm(const KernelProcess& process) {
  std::string_view name = process.path;
  if (const std::size_t slash = name.rfind('/'); slash != std::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  return std::string(name.substr(0, 15));
}

// What pam_systemd starts for a user: "systemd --user" and its "(sd-pam)".
void add_manager(const Login& login, std::vector<ProcessRow>& rows) {
  const auto there = [&](const ProcessRow& row) { return row.pid == login.manager_pid; };
  if (login.manager_pid == 0 || std::any_of(rows.begin(), rows.end(), there)) return;
  ProcessRow manager{.pid = login.manager_pid,
                     .parent = 1,
                     .group = login.manager_pid,
                     .session = login.manager_pid,
                     .uid = login.uid,
                     .gid = login.uid};
  manager.started = login.row.since;
  manager.cpu = Duration{60'000};
  manager.name = "systemd";
  manager.arguments = {"/lib/systemd/systemd", "--user"};
  manager.path = "/usr/lib/systemd/systemd";
  manager.virtual_kib = 18'996;
  manager.resident_kib = 10'604;
  ProcessRow helper = manager;
  helper.pid = login.manager_child_pid;
  helper.parent = manager.pid;
  helper.cpu = {};
  helper.name = "(sd-pam)";
  helper.arguments = {"(sd-pam)"};
  helper.virtual_kib = 169'036;
  helper.resident_kib = 4'312;
  rows.push_back(std::move(manager));
  rows.push_back(std::move(helper));
}

}  // namespace

ProcessRow KernelProcess::row() const {
  ProcessRow row{.pid = pid,
                 .parent = parent,
                 .group = group,
                 .session = session,
                 .uid = user.uid,
                 .gid = user.gid};
  if (login && login->terminal) {
    row.terminal = std::string(login->terminal->name());
    row.foreground = login->terminal->foreground == group;
  }
  row.started = started;
  row.cpu = std::chrono::duration_cast<Duration>(cpu_);
  row.state = life == Life::zombie ? 'Z' : stopped_ ? 'T' : blocked_ ? 'S' : 'R';
  row.name = comm(*this);
  row.arguments = arguments;
  row.path = path;
  row.directory = directory;
  row.virtual_kib = 7'200 + static_cast<std::uint64_t>(charged_) / 1024;
  row.resident_kib = 3'900 + static_cast<std::uint64_t>(charged_) / 1024;
  return row;
}

namespace {

// The sshd of each connection: its monitor, and its worker.
void append_login_daemons(Machine::State& state, std::vector<ProcessRow>& rows) {
  std::set<int> told;
  for (const auto& weak : state.logins) {
    const std::shared_ptr<Login> login = weak.lock();
    if (!login || login->row.daemon_pid == 0) continue;
    add_manager(*login, rows);
    if (!told.insert(login->row.daemon_pid).second) continue;  // Another channel of a connection.
    ProcessRow monitor{.pid = login->monitor_pid,
                       .parent = sshd_pid(state.daemons()),
                       .group = login->monitor_pid,
                       .session = login->monitor_pid};
    monitor.started = login->row.since;
    monitor.cpu = Duration{10'000};
    monitor.name = "sshd";
    monitor.arguments = {"sshd: " + login->row.user + " [priv]"};
    monitor.path = "/usr/sbin/sshd";
    monitor.virtual_kib = 17'972;
    monitor.resident_kib = 10'948;
    ProcessRow worker = monitor;
    if (login->row.user != "root") rows.push_back(monitor);
    worker.pid = login->row.daemon_pid;
    if (login->row.user != "root") worker.parent = login->monitor_pid;
    worker.arguments = login->daemon_title;
    rows.push_back(std::move(worker));
  }
}

}  // namespace

std::optional<ProcessRow> process_row(Machine& machine, int pid) {
  Machine::State& state = machine.state();
  for (const ProcessRow& row : state.daemons()) {
    if (row.pid == pid) return row;
  }
  std::vector<ProcessRow> daemons;
  append_login_daemons(state, daemons);
  for (ProcessRow& row : daemons) {
    if (row.pid == pid) return std::move(row);
  }
  const KernelProcess* process = state.find(pid);
  return process == nullptr ? std::nullopt : std::optional<ProcessRow>(process->row());
}

std::vector<ProcessRow> process_table(Machine& machine) {
  Machine::State& state = machine.state();
  std::vector<ProcessRow> rows = state.daemons();
  append_login_daemons(state, rows);
  for (const auto& [pid, process] : state.processes) rows.push_back(process->row());
  std::sort(rows.begin(), rows.end(),
            [](const ProcessRow& a, const ProcessRow& b) { return a.pid < b.pid; });
  return rows;
}

std::vector<LoginRow> login_table(Machine& machine) {
  std::vector<LoginRow> rows;
  for (const auto& weak : machine.state().logins) {
    const std::shared_ptr<Login> login = weak.lock();
    if (login && login->terminal) rows.push_back(login->row);
  }
  return rows;
}

int last_pid(Machine& machine) {
  return machine.state().last_pid;
}

}  // namespace decnet::shell
