#include "netd/netd.h"

#include <unistd.h>

#include "app/exit_codes.h"
#include "app/process.h"
#include "app/processes/child.h"
#include "base/log.h"
#include "netd/loopback.h"

namespace decnet::app {

int run_netd(const Config& config) {
  begin_process("netd", config);
  const auto network = net::Prefix::parse(config.fleet.network);
  if (!network || config.fleet.driver != "loopback") {
    log::error("fleet.network or fleet.driver is not what this build can do");
    return kExitUsage;
  }
  net::Loop loop;
  netd::Netd netd(loop.executor(),
                  std::make_unique<netd::LoopbackDriver>(*network, ::geteuid() == 0));
  control::Channel supervisor(loop.executor(), UniqueFd(control::kSupervisorFd));
  return run_until_stopped(loop, netd.run(supervisor), {});
}

}  // namespace decnet::app
