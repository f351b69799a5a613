#include <csignal>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "app/bus/stat_view.h"
#include "app/commands/bus_command.h"
#include "app/exit_codes.h"
#include "base/log.h"
#include "base/try.h"
#include "bus/inbox.h"
#include "bus/topic.h"
#include "net/loop.h"
#include "net/task_group.h"

namespace decnet::app {
namespace {

constexpr Duration kReportWait = std::chrono::seconds{5};
constexpr std::string_view kClearScreen = "\x1b[H\x1b[2J";

net::Task<Result<BusReport>> ask(bus::Bus& bus, bus::Inbox& inbox) {
  inbox.clear();
  bus.publish(bus::topic::system_bus_query());
  const auto event = co_await inbox.next(kReportWait);
  if (event) co_return parse_report(event->payload());
  if (event.error().code != Errc::timeout) co_return tl::unexpected(event.error());
  co_return fail(Errc::timeout,
                 "the broker gives no report: it is an older one, busy, or bus.allow forbids "
                 "system.bus.query or system.bus.report");
}

void show(const BusReport& report, const BusRates& rates, bool json, bool watch) {
  if (json)
    fmt::print("{}\n", report_json(report, rates));
  else if (watch && ::isatty(STDOUT_FILENO) == 1)
    fmt::print("{}", kClearScreen);
  if (!json) print_report(report, rates);
  std::fflush(stdout);
}

net::Task<Result<void>> report_again_and_again(std::string socket, BusStatOptions options,
                                               bool json) {
  DECNET_CO_TRY(const auto bus, co_await connect_bus(socket, "decnet-stat"));
  bus::Inbox inbox;
  const auto subscription = bus->subscribe(bus::topic::system_bus_report().text(), inbox);
  auto before = co_await ask(*bus, inbox);
  const auto interval =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.interval_s));
  while (before) {
    const auto slept = co_await net::sleep_for(interval);
    if (!slept) break;
    auto now = co_await ask(*bus, inbox);
    if (now) show(*now, rates_between(*before, *now), json, options.watch);
    before = std::move(now);
    if (!options.watch) break;
  }
  co_await bus->close();
  if (!before && before.error().code != Errc::cancelled) co_return tl::unexpected(before.error());
  co_return Result<void>{};
}

net::Task<void> until_signal(const net::Executor& executor, net::TaskGroup& work) {
  net::Signals signals(executor, {SIGINT, SIGTERM});
  const auto signal = co_await signals.next();
  if (signal) work.cancel();
}

net::Task<void> whole_life(net::Loop& loop, std::string socket, BusStatOptions options, bool json,
                           Result<void>& outcome) {
  net::TaskGroup work(loop.executor());
  net::TaskGroup signals(loop.executor());
  auto report = [](std::string on, BusStatOptions of, bool as_json,
                   Result<void>& out) -> net::Task<void> {
    out = co_await report_again_and_again(std::move(on), of, as_json);
  };
  work.spawn("stat", report(std::move(socket), options, json, outcome));
  signals.spawn("signals", until_signal(loop.executor(), work));
  co_await work.join();
  signals.cancel();
  co_await signals.join();
}

}  // namespace

int bus_stat(const Invocation& invocation, const std::string& socket,
             const BusStatOptions& options) {
  log::start("decnet", log::Level::warn, *log::parse_format(invocation.config.log.format));
  net::Loop loop;
  Result<void> outcome;
  loop.spawn(whole_life(loop, socket, options, invocation.json, outcome));
  loop.run();
  return outcome ? kExitOk : failed(outcome.error());
}

}  // namespace decnet::app
