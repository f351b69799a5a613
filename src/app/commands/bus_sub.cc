#include <csignal>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/bus/event_line.h"
#include "app/commands/bus_command.h"
#include "app/exit_codes.h"
#include "base/log.h"
#include "bus/pattern.h"
#include "net/loop.h"
#include "net/task_group.h"
#include "net/wakeup.h"

namespace decnet::app {
namespace {

constexpr Duration kFlushWait = std::chrono::seconds{5};
constexpr Duration kForever = std::chrono::hours{24 * 365};

LineStyle style_of_stdout() {
  LineStyle style;
  winsize size{};
  if (::isatty(STDOUT_FILENO) != 1) return style;
  style.colour = std::getenv("NO_COLOR") == nullptr;
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) style.columns = size.ws_col;
  return style;
}

// What a running `bus sub` is made of. Lives on its loop's thread.
struct Follower {
  Follower(const net::Executor& on, const BusSubOptions& of, bool as_json)
      : executor(on), options(of), json(as_json), ended(on), unflushed(on) {}

  net::Executor executor;
  BusSubOptions options;
  bool json;
  LineStyle style = style_of_stdout();
  std::vector<bus::Pattern> patterns;
  std::uint64_t seen = 0;
  net::Wakeup ended;
  net::Wakeup unflushed;

  bool full() const { return options.count > 0 && seen >= options.count; }

  // The client library calls once for each pattern that matches; only the first of them prints.
  void take(std::size_t pattern, const bus::Event& event) {
    for (std::size_t n = 0; n < pattern; ++n)
      if (patterns[n].matches(event.topic())) return;
    if (full()) return;
    ++seen;
    const std::string line = json ? event_json(event) : event_line(event, style);
    fmt::print("{}\n", line);
    unflushed.wake();
    if (full()) ended.wake();
  }
};

// Many events that come at once are written at once.
net::Task<void> keep_flushing(Follower& follower) {
  for (;;) {
    const auto woken = co_await follower.unflushed.wait(kForever);
    if (!woken && woken.error().code == Errc::cancelled) co_return;
    std::fflush(stdout);
  }
}

net::Task<void> end_at_signal(Follower& follower) {
  net::Signals signals(follower.executor, {SIGINT, SIGTERM});
  const auto signal = co_await signals.next();
  if (signal) follower.ended.wake();
}

net::Task<Result<void>> follow(Follower& follower, std::string socket, log::Level level,
                               log::Format format) {
  net::TaskGroup tasks(follower.executor);
  tasks.spawn("signals", end_at_signal(follower));
  tasks.spawn("flush", keep_flushing(follower));
  auto bus = co_await connect_bus(std::move(socket), "decnet-sub");
  Result<void> outcome;
  std::vector<bus::Subscription> subscriptions;
  if (bus) {
    log::start("decnet", level, format);  // From now on a lost connection is worth a line.
    for (std::size_t n = 0; n < follower.patterns.size() && outcome; ++n) {
      bus::Handler handler = [&follower, n](const bus::Event& event) { follower.take(n, event); };
      auto made = (*bus)->subscribe(follower.patterns[n].text(), std::move(handler));
      if (made)
        subscriptions.push_back(*std::move(made));
      else
        outcome = tl::unexpected(made.error());
    }
    if (outcome) outcome = co_await (*bus)->flush(kFlushWait);
    if (outcome) fmt::print(stderr, "listening; Ctrl-C ends it\n");
    while (outcome && !follower.full()) {
      const auto woken = co_await follower.ended.wait(kForever);
      if (woken || woken.error().code == Errc::cancelled) break;
    }
    subscriptions.clear();
    co_await (*bus)->close();
  } else {
    outcome = tl::unexpected(bus.error());
  }
  tasks.cancel();
  co_await tasks.join();
  co_return outcome;
}

}  // namespace

int bus_sub(const Invocation& invocation, const std::string& socket, const BusSubOptions& options) {
  net::Loop loop;
  Follower follower(loop.executor(), options, invocation.json);
  for (const auto& text : options.patterns) {
    auto pattern = bus::Pattern::parse(text);
    if (!pattern) return failed({pattern.error().code, text + ": " + pattern.error().detail});
    follower.patterns.push_back(*std::move(pattern));
  }
  const auto level = log::parse_level(invocation.config.log.level);
  const auto format = log::parse_format(invocation.config.log.format);
  log::start("decnet", log::Level::warn, *format);
  const auto began = std::chrono::steady_clock::now();
  Result<void> outcome;
  auto work = [](Follower& of, std::string on, log::Level at, log::Format as,
                 Result<void>& out) -> net::Task<void> {
    out = co_await follow(of, std::move(on), at, as);
  };
  loop.spawn(work(follower, socket, *level, *format, outcome));
  loop.run();
  std::fflush(stdout);
  if (!outcome) return failed(outcome.error());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  fmt::print(stderr, "{} event{} in {:.1f} s\n", follower.seen, follower.seen == 1 ? "" : "s",
             took.count());
  return kExitOk;
}

}  // namespace decnet::app
