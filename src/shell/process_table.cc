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

std::vector<ProcessRow> process_table(Machine& machine) {
  Machine::State& state = machine.state();
  std::vector<ProcessRow> rows = state.daemons;
  std::set<int> told;
  for (const auto& weak : state.logins) {
    const std::shared_ptr<Login> login = weak.lock();
    if (!login || login->row.daemon_pid == 0) continue;
    if (!told.insert(login->row.daemon_pid).second) continue;  // Another channel of a connection.
    ProcessRow monitor{.pid = login->monitor_pid,
                       .parent = sshd_pid(state.daemons),
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
