// Who starts workers for the API: the supervisor, over the API's line to it, or systemd.
#pragma once

#include <memory>

#include "api/worker_host.h"
#include "app/processes/supervisor_line.h"

namespace decnet::app {

inline constexpr std::chrono::seconds kStartTime{5};      // For the supervisor's answer.
inline constexpr std::chrono::seconds kUnitsAge{30};      // Of what systemctl said.
inline constexpr std::size_t kUnitsBytesMax = 64U << 10;  // Of what systemctl says.

// Lives as long as the line. `hear` is called on the loop with every StartOutcome that arrives.
class SupervisorHost final : public api::WorkerHost {
 public:
  SupervisorHost(const net::Executor& executor, SupervisorLine& line);
  ~SupervisorHost() override;
  api::WorkerPlace place(std::string_view worker) override;
  Result<api::WorkerStart> start(const std::string& worker) override;
  void hear(const control::StartOutcome& outcome);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

std::shared_ptr<api::WorkerHost> make_systemd_host();

}  // namespace decnet::app
