#include "app/spawn.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/crash_handler.h"
#include "base/try.h"
#include "control/links.h"
#include "net/packet_channel.h"

namespace decnet::app {
namespace {

// Between fork and exec: only calls that are safe there.
struct Inherited {
  int channel = -1;
  int crash = -1;
  bool keeps_capabilities = false;
};

[[noreturn]] void become_child(char* const* arguments, char* const* environment,
                               const Inherited& inherited, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (inherited.channel >= 0 && ::dup2(inherited.channel, control::kSupervisorFd) < 0) ::_exit(1);
  if (inherited.crash >= 0 && ::dup2(inherited.crash, kCrashFd) < 0) ::_exit(1);
  if (!inherited.keeps_capabilities) {
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  }
  ::execve("/proc/self/exe", arguments, environment);
  ::_exit(127);
}

// What systemd says to the process that it has started, and to no other.
bool is_of_systemd(std::string_view pair) {
  return pair.starts_with("NOTIFY_SOCKET=") || pair.starts_with("WATCHDOG_");
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
  UniqueFd theirs, their_crash;
  if (options.with_channel) {
    auto ends = DECNET_TRY(net::packet_pair());
    out.channel = std::move(ends.first);
    // Never the number itself: dup2() onto itself would leave the descriptor to be closed by exec.
    constexpr int kAbove = std::max(control::kSupervisorFd, kCrashFd) + 1;
    theirs.reset(::fcntl(ends.second.get(), F_DUPFD_CLOEXEC, kAbove));
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC | O_NONBLOCK) != 0) return fail_errno(errno, "pipe");
    out.crash.reset(pipe[0]);
    const UniqueFd writing(pipe[1]);
    their_crash.reset(::fcntl(writing.get(), F_DUPFD_CLOEXEC, kAbove));
  }
  std::vector<std::string> arguments = {"decnet"};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> environment;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view pair = *at;
    if (is_of_systemd(pair)) continue;
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
    become_child(argument_list.data(), environment_list.data(),
                 {theirs.get(), their_crash.get(), options.keeps_capabilities}, parent);
  return out;
}

}  // namespace decnet::app
