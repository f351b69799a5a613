#include "app/processes/child.h"

#include <csignal>

#include <openssl/crypto.h>
#include <sys/resource.h>

#include "app/exit_codes.h"
#include "base/log.h"
#include "net/task_group.h"

namespace decnet::app {

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
    if (stop) co_await stop();
    tasks.cancel();
    co_return;
  }
}

net::Task<void> whole_life(net::Loop& loop, net::Task<void> work,
                           std::function<net::Task<void>()> stop, std::function<void()> reload) {
  net::TaskGroup signals(loop.executor());
  net::TaskGroup tasks(loop.executor());
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
