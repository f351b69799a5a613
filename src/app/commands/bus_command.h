// What the commands of `decnet bus` share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "bus/bus.h"
#include "net/task.h"

namespace decnet::app {

// Where the broker of a command is: --socket, else bus.socket (DECNET_BUS_SOCKET), else that of the
// decnet which runs on the data folder, else the first place of docs/service-bus.md.
Result<std::string> broker_socket(const Invocation& invocation, const std::string& flag);

// Connects, or says what to do. Errors: unavailable.
net::Task<Result<std::unique_ptr<bus::Bus>>> connect_bus(std::string socket, std::string name);

struct BusSubOptions {
  std::vector<std::string> patterns;
  std::uint64_t count = 0;  // 0: until it is ended.
};
int bus_sub(const Invocation& invocation, const std::string& socket, const BusSubOptions& options);

struct BusPubOptions {
  std::string topic;
  std::string payload;  // "-": standard input
  std::string type;
};
int bus_pub(const Invocation& invocation, const std::string& socket, const BusPubOptions& options);

struct BusStatOptions {
  bool watch = false;
  double interval_s = 1;
};
int bus_stat(const Invocation& invocation, const std::string& socket,
             const BusStatOptions& options);

struct BusBenchOptions {
  double seconds = 3;
};
int bus_bench(const Invocation& invocation, const std::string& socket,
              const BusBenchOptions& options);

}  // namespace decnet::app
