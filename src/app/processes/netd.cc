#include "netd/netd.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "app/exit_codes.h"
#include "app/process.h"
#include "app/processes/child.h"
#include "base/log.h"
#include "netd/loopback.h"

namespace decnet::app {

namespace {

// Root has it; a unit is given it (CAP_NET_BIND_SERVICE).
bool may_bind_low_ports() {
  __user_cap_header_struct head{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[2]{};
  return ::syscall(SYS_capget, &head, data) == 0 &&
         (data[0].effective & (1U << CAP_NET_BIND_SERVICE)) != 0;
}

}  // namespace

int run_netd(const Config& config) {
  begin_process("netd", config);
  const auto network = net::Prefix::parse(config.fleet.network);
  if (!network || config.fleet.driver != "loopback") {
    log::error("fleet.network or fleet.driver is not what this build can do");
    return kExitUsage;
  }
  net::Loop loop;
  netd::Netd netd(loop.executor(),
                  std::make_unique<netd::LoopbackDriver>(*network, may_bind_low_ports()));
  control::Channel supervisor(loop.executor(), UniqueFd(control::kSupervisorFd));
  return run_until_stopped(loop, netd.run(supervisor), {});
}

}  // namespace decnet::app
