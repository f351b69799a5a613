#include "app/processes/child.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "app/exit_codes.h"
#include "base/crash_handler.h"
#include "base/crash_report.h"
#include "base/log.h"
#include "base/symbols.h"
#include "base/version.h"
#include "net/service_manager.h"
#include "net/task_group.h"

namespace decnet::app {

namespace {

bool is_pipe(int fd) {
  struct stat found {};
  return ::fstat(fd, &found) == 0 && S_ISFIFO(found.st_mode);
}

// Where a crash leaves its report: the supervisor's pipe, or, without a supervisor, a file. What
// the one before has left in it is kept now.
int open_crash_report(const std::string& name, const Config& config) {
  if (is_pipe(kCrashFd)) {
    ::fcntl(kCrashFd, F_SETFD, FD_CLOEXEC);
    return kCrashFd;
  }
  const std::string folder = config.crashes_folder();
  const std::string path = folder + "/.open-" + name;
  std::ifstream before(path);
  const std::string text(std::istreambuf_iterator<char>(before), {});
  if (!text.empty()) {
    const Symbols symbols;
    const auto symbol = [&symbols](std::uint64_t offset) { return symbols.name_at(offset); };
    const auto kept = keep_crash(folder, with_symbols(text, symbol));
    if (!kept) log::warn("a crash report is not kept: {}", kept.error().detail);
  }
  std::error_code ignored;
  std::filesystem::create_directory(folder, ignored);
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
}

}  // namespace

void begin_process(std::string_view name, const Config& config) {
  const auto level = log::parse_level(config.log.level);
  const auto format = log::parse_format(config.log.format);
  log::start(name, level ? *level : log::Level::info, format ? *format : log::Format::text);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGINT,
           SIG_IGN);  // Ctrl-C reaches the whole group; the supervisor stops its children in order.
  rlimit descriptors{};
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
    descriptors.rlim_cur = descriptors.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &descriptors);
  }
  install_crash_handler(name, kVersion, open_crash_report(std::string(name), config));
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::OPENSSL_init_crypto(
      OPENSSL_INIT_LOAD_CONFIG | OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_ADD_ALL_DIGESTS,
      nullptr);
}

namespace {

net::Task<void> obey_signals(net::Loop& loop, net::TaskGroup& tasks,
                             std::function<net::Task<void>()> stop, std::function<void()> reload) {
  net::Signals signals(loop.executor(), {SIGTERM, SIGHUP});
  for (;;) {
    const auto signal = co_await signals.next();
    if (!signal) co_return;
    if (*signal == SIGHUP) {
      if (reload) reload();
      continue;
    }
    net::notify_service_manager("STOPPING=1");
    if (stop) co_await stop();
    tasks.cancel();
    co_return;
  }
}

net::Task<void> whole_life(net::Loop& loop, net::Task<void> work,
                           std::function<net::Task<void>()> stop, std::function<void()> reload) {
  net::TaskGroup signals(loop.executor());
  net::TaskGroup tasks(loop.executor());
  signals.spawn("service manager", net::keep_service_manager_informed());
  // First, so that a signal finds its handler from the moment on that anybody is served.
  signals.spawn("signals", obey_signals(loop, tasks, std::move(stop), std::move(reload)));
  tasks.spawn("work", std::move(work));
  co_await tasks.join();
  signals.cancel();
  co_await signals.join();
  loop.stop();  // Timers of libraries may be left: nothing waits for them.
}

}  // namespace

int run_until_stopped(net::Loop& loop, net::Task<void> work, std::function<net::Task<void>()> stop,
                      std::function<void()> reload) {
  loop.spawn(whole_life(loop, std::move(work), std::move(stop), std::move(reload)));
  loop.run();
  return kExitOk;
}

}  // namespace decnet::app
