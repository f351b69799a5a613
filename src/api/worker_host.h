// WorkerHost: whoever starts workers on this machine: the supervisor, or systemd.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet::api {

struct WorkerPlace {
  bool is_installed = false;   // A unit of systemd: decnet-<name>.service.
  bool is_supervised = false;  // A child of `decnet up`, or in one of its processes.
};

enum class WorkerStart : std::uint8_t { started, already_running };

// Any thread. Calls block.
class WorkerHost {
 public:
  virtual ~WorkerHost() = default;
  virtual WorkerPlace place(std::string_view worker) = 0;
  // Errors: unsupported (nobody here starts that one), unavailable and timeout (whoever starts it
  // does not answer), io (it was tried and failed: the detail is for people).
  virtual Result<WorkerStart> start(const std::string& worker) = 0;
};

}  // namespace decnet::api
