// What `decnet doctor` looks at.
#pragma once

#include <string>
#include <vector>

#include "base/config.h"

namespace decnet::app {

// What decnet promises, and how far this machine lets it keep that.
struct Finding {
  std::string what;
  std::string state;   // kept, weaker, absent
  std::string detail;  // And what to do.
};

// Permissions, sockets, kernel features, ports that others hold, the clock.
std::vector<Finding> check_host(const Config& config);

}  // namespace decnet::app
