// A process's line to the supervisor: the one it was handed, or, for a unit of systemd, one that it
// opens itself to <run>/supervisor.sock, again and again where the supervisor is away.
#pragma once

#include <memory>
#include <string>

#include "base/config.h"
#include "control/links.h"

namespace decnet::app {

inline constexpr Duration kAttachEvery = std::chrono::seconds{1};

class SupervisorLine {
 public:
  SupervisorLine(const net::Executor& executor, const Config& config, std::string process);

  // Whether the supervisor has started this process.
  bool was_handed() const noexcept { return handed_; }

  // Until the task is cancelled; a line that was handed over also until the supervisor is gone.
  net::Task<void> follow(control::LinkHandlers handlers);

  // Lost where there is no line.
  void say(const control::Message& message);

 private:
  net::Executor executor_;
  std::string path_, process_;
  bool handed_;
  std::shared_ptr<control::Channel> channel_;
};

}  // namespace decnet::app
