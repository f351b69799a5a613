#include "shell/cmd/system.h"

#include "shell/cmd/text.h"
#include "shell/fs/system_model.h"
#include "shell/machine.h"

namespace decnet::shell::cmd {
namespace {

constexpr int kPrefix = 24;

std::string with_last(const std::string& address, std::string_view last) {
  const std::size_t dot = address.rfind('.');
  return dot == std::string::npos ? std::string() : address.substr(0, dot + 1) + std::string(last);
}

const MachineFacts& facts_of(const Io& io) {
  return io.process.machine().facts();
}

}  // namespace

const persona::Persona& persona_of(const Io& io) {
  return *facts_of(io).persona;
}

persona::HardwareFacts hardware_of(const Io& io) {
  return persona::make_hardware(persona_of(io));
}

std::string hostname_of(const Io& io) {
  std::string name = io.files.read_file("/etc/hostname", Credentials{}).value_or("");
  while (name.ends_with("\n")) name.pop_back();
  return name.empty() ? persona_of(io).hostname : name;
}

MemoryView memory_of(const Io& io) {
  return model_memory(persona_of(io), hardware_of(io), io.now(), 0);
}

CpuView cpu_of(const Io& io) {
  return model_cpu(persona_of(io), hardware_of(io), io.now(), Duration{});
}

LoadView load_of(const Io& io) {
  LoadView load = model_load(persona_of(io), hardware_of(io), io.now(), 1);
  load.last_pid = last_pid(io.process.machine());
  return load;
}

std::vector<DiskView> disks_of(const Io& io) {
  return model_disks(persona_of(io), hardware_of(io), io.now(), io.files.overlay_bytes() / 1024);
}

std::vector<InterfaceView> interfaces_of(const Io& io) {
  return model_interfaces(persona_of(io), hardware_of(io), io.now(), facts_of(io).address, kPrefix,
                          gateway_of(io));
}

std::string gateway_of(const Io& io) {
  return with_last(facts_of(io).address, "1");
}

std::string broadcast_of(const Io& io) {
  return with_last(facts_of(io).address, "255");
}

std::vector<ProcessRow> processes_of(const Io& io) {
  return process_table(io.process.machine());
}

std::vector<LoginRow> logins_of(const Io& io) {
  return login_table(io.process.machine());
}

std::vector<SocketView> sockets_of(const Io& io) {
  std::vector<SocketView> sockets;
  const std::vector<ProcessRow> rows = processes_of(io);
  const MachineFacts& facts = facts_of(io);
  const auto owner = [&](SocketView& socket, std::uint16_t port) {
    const std::string_view wanted = port == 22     ? "sshd"
                                    : port == 80   ? "nginx"
                                    : port == 443  ? "nginx"
                                    : port == 3306 ? "mysqld"
                                    : port == 6379 ? "redis-server"
                                    : port == 21   ? "vsftpd"
                                    : port == 25   ? "master"
                                                   : "";
    for (const ProcessRow& row : rows) {
      if (wanted.empty() || !row.name.starts_with(wanted)) continue;
      socket.pid = row.pid;
      socket.program = row.name;
      return;
    }
  };
  std::uint64_t inode = 15'000 + persona_of(io).seed % 5'000;
  for (const std::uint16_t port : facts.listening) {
    for (const char* protocol : {"tcp", "tcp6"}) {
      SocketView socket;
      socket.protocol = protocol;
      socket.local_ip = socket.protocol == "tcp" ? "0.0.0.0" : "::";
      socket.local_port = port;
      socket.inode = inode += 7;
      owner(socket, port);
      sockets.push_back(std::move(socket));
    }
  }
  for (const LoginRow& login : logins_of(io)) {
    SocketView socket;
    socket.local_ip = facts.address;
    socket.local_port = login.local_port;
    socket.peer_ip = login.from;
    socket.peer_port = login.peer_port;
    socket.state = SocketView::State::established;
    socket.inode = inode += 11;
    socket.pid = login.daemon_pid;
    socket.program = "sshd";
    sockets.push_back(std::move(socket));
  }
  return sockets;
}

Duration uptime_of(const Io& io) {
  return io.now() - persona_of(io).booted_at;
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
