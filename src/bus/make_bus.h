// Which bus a process has, and where its socket is.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bus/bus.h"

namespace decnet::bus {

// A variable of the environment, or nothing where it is not set. An empty one counts as not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment process_environment();

// The path of the broker's socket: `flag` (--socket), else DECNET_BUS_SOCKET, else
// /run/decnet/bus.sock where that folder is writable, else $XDG_RUNTIME_DIR/decnet/bus.sock, else
// ~/.decnet/bus.sock. Errors: not_found (not even HOME is set).
Result<std::string> socket_path(std::string_view flag = {},
                                const Environment& environment = process_environment(),
                                const std::string& system_folder = "/run/decnet");

struct BusOptions {
  bool enabled = true;
  std::string socket;       // As socket_path() says.
  std::string client_name;  // Shown in the broker's log and statistics: "core", "api".
  const Clock* clock = &Clock::system();
};

// Reads DECNET_BUS_ENABLED (false, 0, no, off: disabled; unset or anything else: enabled) and the
// socket's path. Errors: those of socket_path, only where the bus is enabled.
Result<BusOptions> bus_options(std::string_view client_name, std::string_view socket_flag = {},
                               const Environment& environment = process_environment());

// A UnixBus that connects in the background from now on, or a NullBus. Never waits and never fails:
// a broker that is down is connected to when it is back.
std::unique_ptr<Bus> make_bus(const net::Executor& executor, const BusOptions& options);

}  // namespace decnet::bus
