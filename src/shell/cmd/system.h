// The running system as the programs print it, from the same numbers that /proc shows.
#pragma once

#include <vector>

#include "persona/hardware.h"
#include "shell/cmd/io.h"
#include "shell/process_table.h"
#include "shell/system_view.h"

namespace decnet::shell::cmd {

const persona::Persona& persona_of(const Io& io);
const persona::HardwareFacts& hardware_of(const Io& io);
std::string hostname_of(const Io& io);
MemoryView memory_of(const Io& io);
CpuView cpu_of(const Io& io);
LoadView load_of(const Io& io);
std::vector<DiskView> disks_of(const Io& io);
std::vector<InterfaceView> interfaces_of(const Io& io);
std::vector<NeighbourView> neighbours_of(const Io& io);
std::vector<SocketView> sockets_of(const Io& io);
std::vector<ProcessRow> processes_of(const Io& io);
std::vector<LoginRow> logins_of(const Io& io);
Duration uptime_of(const Io& io);
std::string gateway_of(const Io& io);    // "192.0.2.1"
std::string broadcast_of(const Io& io);  // "192.0.2.255"
std::string uptime_line(const Io& io);   // As uptime and w print it.

// systemctl's verbs about unit files (units.cc); false: not one of them, or no such file.
bool unit_file_verb(Io& io, const std::string& verb, const std::string& unit);

}  // namespace decnet::shell::cmd
