// Where workers live: in which process, and who starts it.
#pragma once

#include <string_view>
#include <vector>

#include "base/config.h"

namespace decnet::app {

// Values of workers.host.
inline constexpr std::string_view kHostCore = "core";
inline constexpr std::string_view kHostEach = "each";
inline constexpr std::string_view kHostUnits = "units";

// How often the supervisor has started this process again; told through the environment.
inline constexpr const char* kRestartsVariable = "DECNET_PROCESS_RESTARTS";

// Errors: invalid_argument (workers.host is none of these).
Result<void> check_worker_host(const Config& config);

bool is_worker(std::string_view name);
std::vector<std::string> worker_names();
// Everything that says that it lives on the bus: the workers, the broker, the API.
std::vector<std::string> registry_names();

}  // namespace decnet::app
