#include <array>
#include <filesystem>

#include <fmt/core.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include "app/commands/doctor.h"
#include "app/data_lock.h"
#include "fleet/catalog.h"
#include "net/listener.h"

namespace decnet::app {
namespace {

// Owner's and root's matter alone: keys, the first password, the database.
constexpr std::array kPrivateFiles = {"secret.key", "initial-password"};

Finding check_permissions(const Config& config) {
  constexpr const char* kWhat = "the data folder is this user's alone";
  struct stat found {};
  if (::stat(config.data_dir.c_str(), &found) != 0)
    return {kWhat, "kept", "there is none yet; the first start makes it"};
  if (::access(config.data_dir.c_str(), R_OK | W_OK | X_OK) != 0)
    return {kWhat, "absent",
            fmt::format("{} cannot be written by this user: chown it, or run as its owner (uid {})",
                        config.data_dir, found.st_uid)};
  if ((found.st_mode & S_IWOTH) != 0)
    return {kWhat, "weaker",
            fmt::format("everybody may write {}: chmod o-w {}", config.data_dir, config.data_dir)};
  for (const char* name : kPrivateFiles) {
    const std::string path = config.data_dir + "/" + name;
    if (::stat(path.c_str(), &found) == 0 && (found.st_mode & 077) != 0)
      return {kWhat, "weaker", fmt::format("others may read {0}: chmod 600 {0}", path)};
  }
  return {kWhat, "kept", config.data_dir};
}

Finding check_sockets(const Config& config) {
  constexpr const char* kWhat = "the sockets of a running decnet";
  constexpr std::size_t kPathBytesMax = 107;  // unix(7)
  const std::array paths = {config.api_socket(), config.bus_socket(), config.collector_socket()};
  for (const auto& path : paths) {
    if (path.size() > kPathBytesMax)
      return {kWhat, "absent",
              fmt::format("{} is longer than {} bytes: set run_dir to a shorter one", path,
                          kPathBytesMax)};
  }
  if (lock_holder(config.data_dir) == 0 && config.workers.host != "units")
    return {kWhat, "kept", "decnet does not run on this data folder"};
  for (const auto& path : paths) {
    if (::access(path.c_str(), F_OK) != 0)
      return {kWhat, "absent",
              path + " is missing: its process does not run; `decnet status` says which"};
    if (::access(path.c_str(), R_OK | W_OK) != 0)
      return {kWhat, "weaker",
              fmt::format("{} is not for this user: become a member of the group {}", path,
                          config.bus.group)};
  }
  return {kWhat, "kept", "in " + config.run_folder()};
}

Finding check_sandbox() {
  constexpr const char* kWhat = "kernel features of the sandbox";
  const bool has_seccomp = ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
  const auto landlock =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (has_seccomp && landlock > 0)
    return {kWhat, "kept", fmt::format("seccomp, Landlock {}", landlock)};
  std::string missing = has_seccomp ? "" : "seccomp (CONFIG_SECCOMP_FILTER) ";
  if (landlock <= 0) missing += "Landlock (boot with lsm=landlock,…)";
  return {kWhat, "weaker", "the kernel lacks " + missing};
}

// Services whose port this host holds on every address: they answer on port + 10000.
Finding check_taken_ports(const Config& config) {
  constexpr const char* kWhat = "ports of services are free";
  if (lock_holder(config.data_dir) != 0)
    return {kWhat, "kept", "decnet runs; it says at its start which service moved"};
  const auto network = net::Prefix::parse(config.fleet.network);
  if (!network) return {kWhat, "absent", "fleet.network is no network: write 127.66.0.0/16"};
  std::string taken;
  for (const auto& service : fleet::catalogue()) {
    for (const auto& [port, transport] : service.ports) {
      if (transport != fleet::Transport::tcp) continue;
      const net::Endpoint on{network->ip, port};
      const auto listening = net::listen_tcp(on);
      if (!listening && listening.error().code == Errc::conflict)
        taken += fmt::format("{}{} ({})", taken.empty() ? "" : ", ", port, service.name);
    }
  }
  if (taken.empty()) return {kWhat, "kept", "none is held by this host"};
  return {kWhat, "weaker",
          taken +
              ": held by this host, so these answer on port + 10000; bind the host's own "
              "services to one address"};
}

Finding check_clock() {
  constexpr const char* kWhat = "a clock that is right";
  constexpr TimePoint kBuilt{std::chrono::seconds{1'767'225'600}};  // 2026
  if (Clock::system().now() < kBuilt)
    return {kWhat, "absent", format_time(Clock::system().now()) + " cannot be: set the clock"};
  timex asked{};
  const int state = ::adjtimex(&asked);
  if (state >= 0 && state != TIME_ERROR && (asked.status & STA_UNSYNC) == 0)
    return {kWhat, "kept", "synchronised"};
  return {kWhat, "weaker",
          "it is not synchronised, so times of several sensors will not fit: run "
          "systemd-timesyncd or chrony"};
}

}  // namespace

std::vector<Finding> check_host(const Config& config) {
  return {check_permissions(config), check_sockets(config), check_sandbox(),
          check_taken_ports(config), check_clock()};
}

}  // namespace decnet::app
