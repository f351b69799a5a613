#include "app/spawn.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/try.h"
#include "control/links.h"
#include "net/packet_channel.h"

namespace decnet::app {
namespace {

// Between fork and exec: only calls that are safe there.
[[noreturn]] void become_child(char* const* arguments, char* const* environment, int channel,
                               pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (channel >= 0 && ::dup2(channel, control::kSupervisorFd) < 0) ::_exit(1);
  ::execve("/proc/self/exe", arguments, environment);
  ::_exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

Result<Spawned> spawn(const SpawnOptions& options) {
  Spawned out;
  UniqueFd theirs;
  if (options.with_channel) {
    auto ends = DECNET_TRY(net::packet_pair());
    out.channel = std::move(ends.first);
    // Never the number itself: dup2() onto itself would leave the descriptor to be closed by exec.
    theirs.reset(::fcntl(ends.second.get(), F_DUPFD_CLOEXEC, control::kSupervisorFd + 1));
  }
  std::vector<std::string> arguments = {"decnet"};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> environment;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view pair = *at;
    if (!options.environment.contains(std::string(pair.substr(0, pair.find('=')))))
      environment.emplace_back(pair);
  }
  for (const auto& [name, value] : options.environment) environment.push_back(name + "=" + value);
  const auto argument_list = pointers(arguments);
  const auto environment_list = pointers(environment);
  const pid_t parent = ::getpid();
  out.pid = ::fork();
  if (out.pid < 0) return fail_errno(errno, "fork");
  if (out.pid == 0)
    become_child(argument_list.data(), environment_list.data(), theirs ? theirs.get() : -1, parent);
  return out;
}

}  // namespace decnet::app
