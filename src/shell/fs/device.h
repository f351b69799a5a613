// What reading and writing a device node gives: /dev/null and its like, disks, memory.
#pragma once

#include <cstdint>
#include <string>

#include "shell/fs/node.h"

namespace decnet::shell::fs {

inline constexpr std::uint64_t kDeviceReadMax = 32U << 20;  // Of one call.

// Terminals are not here: a Process reads them itself (ENXIO).
Sys<std::string> read_device(const Stat& stat, std::uint64_t offset, std::size_t count);
Sys<void> write_device(const Stat& stat);

}  // namespace decnet::shell::fs
