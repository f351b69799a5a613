// Parts of /proc. Private to fs/.
#pragma once

#include <span>

#include "shell/fs/table_mount.h"

namespace decnet::shell::fs {

// proc_hardware.cc, proc_memory.cc, proc_net.cc: what one function a file makes.
std::string proc_cpuinfo(const SystemView& view, std::string_view);
std::string proc_interrupts(const SystemView& view, std::string_view);
std::string proc_partitions(const SystemView& view, std::string_view);
std::string proc_diskstats(const SystemView& view, std::string_view);
std::string proc_stat(const SystemView& view, std::string_view);
std::string proc_meminfo(const SystemView& view, std::string_view);
std::string proc_vmstat(const SystemView& view, std::string_view);
std::string proc_swaps(const SystemView& view, std::string_view);
std::string proc_mounts(const SystemView& view, std::string_view);
std::string proc_net_dev(const SystemView& view, std::string_view);
std::string proc_net_route(const SystemView& view, std::string_view);
std::string proc_net_arp(const SystemView& view, std::string_view);
std::string proc_net_sockets(const SystemView& view, std::string_view protocol);
std::string proc_net_if_inet6(const SystemView& view, std::string_view);
std::string proc_net_sockstat(const SystemView& view, std::string_view);
std::string proc_net_unix(const SystemView& view, std::string_view);

std::span<const Row> proc_rows();  // Sorted.

// proc_process.cc: one file of one process; ENOENT, EACCES.
std::span<const Row> process_rows();  // Names, modes and kinds only.
Sys<std::string> process_text(const SystemView& view, const ProcessView& process,
                              std::string_view name);

}  // namespace decnet::shell::fs
