#include "shell/cmd/system.h"

#include "shell/cmd/text.h"
#include "shell/machine.h"

namespace decnet::shell::cmd {
namespace {

const SystemView& system_of(const Io& io) {
  return io.process.machine().system();
}

}  // namespace

const persona::Persona& persona_of(const Io& io) {
  return system_of(io).persona();
}

const persona::HardwareFacts& hardware_of(const Io& io) {
  return system_of(io).hardware();
}

std::string hostname_of(const Io& io) {
  std::string name = io.files.read_file("/etc/hostname", Credentials{}).value_or("");
  while (name.ends_with("\n")) name.pop_back();
  return name.empty() ? persona_of(io).hostname : name;
}

MemoryView memory_of(const Io& io) {
  return system_of(io).memory();
}

CpuView cpu_of(const Io& io) {
  return system_of(io).cpu();
}

LoadView load_of(const Io& io) {
  return system_of(io).load();
}

std::vector<DiskView> disks_of(const Io& io) {
  return system_of(io).disks();
}

std::vector<InterfaceView> interfaces_of(const Io& io) {
  return system_of(io).interfaces();
}

std::vector<NeighbourView> neighbours_of(const Io& io) {
  return system_of(io).neighbours();
}

std::string gateway_of(const Io& io) {
  return io.process.machine().facts().gateway;
}

std::string broadcast_of(const Io& io) {
  const std::string& address = io.process.machine().facts().address;  // Of a /24.
  const std::size_t dot = address.rfind('.');
  return dot == std::string::npos ? std::string() : address.substr(0, dot) + ".255";
}

std::vector<ProcessRow> processes_of(const Io& io) {
  return process_table(io.process.machine());
}

std::vector<LoginRow> logins_of(const Io& io) {
  return login_table(io.process.machine());
}

std::vector<SocketView> sockets_of(const Io& io) {
  return system_of(io).sockets();
}

Duration uptime_of(const Io& io) {
  return system_of(io).uptime();
}

std::string uptime_line(const Io& io) {
  const auto up = std::chrono::duration_cast<std::chrono::minutes>(uptime_of(io)).count();
  const auto days = up / 1440;
  const auto hours = up / 60 % 24;
  std::string line = " " + date_text(io.now(), "%H:%M:%S") + " up ";
  if (days > 0)
    line += text_of("%lld %s, ", static_cast<long long>(days), days > 1 ? "days" : "day");
  line += hours > 0 ? text_of("%2lld:%02lld, ", static_cast<long long>(hours),
                              static_cast<long long>(up % 60))
                    : text_of("%lld min, ", static_cast<long long>(up % 60));
  const std::size_t users = logins_of(io).size();
  const LoadView load = load_of(io);
  return line + text_of("%2zu %s,  load average: %.2f, %.2f, %.2f", users,
                        users == 1 ? "user" : "users", load.average[0], load.average[1],
                        load.average[2]);
}

}  // namespace decnet::shell::cmd
