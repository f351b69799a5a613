#include "shell/machine_view.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "shell/fs/system_model.h"
#include "shell/process_table.h"

namespace decnet::shell {
namespace {

constexpr int kPrefix = 24;  // What a decky believes of its network.
constexpr int kTerminalMajor = 136;

// Ports, and the programs that may be behind them.
constexpr std::pair<std::uint16_t, std::string_view> kOwners[] = {
    {22, "sshd"},       {80, "nginx"},      {80, "apache2"},       {443, "nginx"},
    {443, "apache2"},   {21, "vsftpd"},     {21, "proftpd"},       {25, "master"},
    {3306, "mariadbd"}, {5432, "postgres"}, {6379, "redis-server"}};

int terminal_number(std::string_view name) {  // "pts/3", "tty1"
  int number = 0;
  if (name == "tty1") return 4 << 8 | 1;
  if (!name.starts_with("pts/")) return 0;
  const auto [end, error] = std::from_chars(name.data() + 4, name.data() + name.size(), number);
  return error == std::errc{} ? kTerminalMajor << 8 | number : 0;
}

// Who lists its own descriptors has that directory open.
void own_listing(ProcessView& out) {
  int lowest = 0;
  const auto taken = [&](const auto& one) { return one.first == lowest; };
  while (std::any_of(out.descriptors.begin(), out.descriptors.end(), taken)) ++lowest;
  out.descriptors.emplace_back(lowest, fmt::format("/proc/{}/fd", out.pid));
}

}  // namespace

MachineView::MachineView(Machine::State& state)
    : state_(state), hardware_(persona::make_hardware(*state.facts.persona)) {}

ProcessView MachineView::view_of(const ProcessRow& row) const {
  ProcessView out;
  out.pid = row.pid;
  out.parent = row.parent;
  out.group = row.group;
  out.session = row.session;
  out.uid = row.uid;
  out.gid = row.gid;
  out.name = row.name;
  out.arguments = row.arguments;
  out.path = row.path;
  out.directory = row.directory;
  out.state = row.state;
  out.terminal = terminal_number(row.terminal);
  out.foreground_group = row.foreground ? row.group : -1;
  out.started = row.started;
  out.user_time = row.cpu * 2 / 3;
  out.system_time = row.cpu - out.user_time;
  out.virtual_kib = row.virtual_kib;
  out.resident_kib = row.resident_kib;
  out.shared_kib = row.resident_kib * 3 / 5;
  out.threads = static_cast<int>(row.threads);
  out.nice = row.nice;
  if (const KernelProcess* process = state_.find(row.pid)) {
    for (const auto& [name, value] : process->environment)
      out.environment.push_back(name + "=" + value);
    for (const auto& [descriptor, unused] : process->descriptors())
      out.descriptors.emplace_back(descriptor, process->descriptor_path(descriptor));
    if (process == state_.current) own_listing(out);
  }
  return out;
}

std::vector<ProcessView> MachineView::processes() const {
  std::vector<ProcessView> out;
  for (const ProcessRow& row : process_table(state_.machine)) out.push_back(view_of(row));
  return out;
}

std::optional<ProcessView> MachineView::process(int pid) const {
  const std::optional<ProcessRow> row = process_row(state_.machine, pid);
  return row ? std::optional<ProcessView>(view_of(*row)) : std::nullopt;
}

// The program that listens on a port, among those that run.
void MachineView::find_owner(SocketView& socket) const {
  for (const auto& [port, program] : kOwners) {
    if (port != socket.local_port) continue;
    for (const ProcessRow& row : state_.daemons()) {
      if (row.name != program) continue;
      socket.pid = row.pid;
      socket.program = row.name;
      return;
    }
  }
}

std::vector<SocketView> MachineView::sockets() const {
  std::vector<SocketView> out;
  std::uint64_t inode = 14'000 + persona().seed % 6'000;
  for (const std::uint16_t port : state_.facts.listening) {
    for (const std::string_view protocol : {"tcp", "tcp6"}) {
      SocketView socket;
      socket.protocol = protocol;
      socket.local_ip = protocol == "tcp" ? "0.0.0.0" : "::";
      socket.local_port = port;
      socket.inode = inode += 3 + port % 11;
      find_owner(socket);
      out.push_back(std::move(socket));
    }
  }
  for (const auto& weak : state_.logins) {
    const std::shared_ptr<Login> present = weak.lock();
    if (!present || (present->row.daemon_pid == 0 && !present->terminal)) continue;
    const LoginRow& login = present->row;
    SocketView socket;
    socket.local_ip = state_.facts.address;
    socket.local_port = login.local_port;
    socket.peer_ip = login.from;
    socket.peer_port = login.peer_port;
    socket.state = SocketView::State::established;
    socket.pid = login.daemon_pid;
    socket.program = "sshd";
    socket.inode = inode += 41 + login.peer_port % 97;
    out.push_back(std::move(socket));
  }
  return out;
}

std::vector<LoginView> MachineView::logins() const {
  std::vector<LoginView> out;
  for (const LoginRow& row : login_table(state_.machine)) {
    LoginView login;
    login.user = row.user;
    login.terminal = row.terminal;
    login.from = row.from;
    login.since = row.since;
    login.pid = row.pid;
    out.push_back(std::move(login));
  }
  return out;
}

std::vector<InterfaceView> MachineView::interfaces() const {
  return model_interfaces(persona(), hardware_, now(), state_.facts.address, kPrefix,
                          state_.facts.gateway);
}

std::vector<NeighbourView> MachineView::neighbours() const {
  if (state_.facts.gateway.empty()) return {};
  SeededRandom random(persona().seed >> 32, "gateway.mac");  // One for the whole site.
  std::string mac = "00:1b:21";
  for (int n = 0; n < 3; ++n) mac += fmt::format(":{:02x}", random.below(256));
  return {{state_.facts.gateway, mac, hardware_.interface}};
}

MemoryView MachineView::memory() const {
  const auto used = static_cast<std::uint64_t>(std::max<std::int64_t>(state_.bytes, 0)) / 1024;
  return model_memory(persona(), hardware_, now(), used);
}

CpuView MachineView::cpu() const {
  Duration busy{0};
  for (const auto& [pid, process] : state_.processes) busy += process->cpu_time();
  return model_cpu(persona(), hardware_, now(), busy);
}

LoadView MachineView::load() const {
  int running = 0;
  for (const auto& [pid, process] : state_.processes)
    running += process->row().state == 'R' ? 1 : 0;
  LoadView load = model_load(persona(), hardware_, now(), running);
  load.last_pid = std::max(load.last_pid, state_.last_pid);
  return load;
}

std::vector<DiskView> MachineView::disks() const {
  return model_disks(persona(), hardware_, now(), state_.files->overlay_bytes() / 1024);
}

}  // namespace decnet::shell
