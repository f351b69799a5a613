#include <csignal>
#include <optional>

#include <unistd.h>

#include "app/exit_codes.h"
#include "app/process.h"
#include "app/processes/child.h"
#include "base/log.h"
#include "bus/broker.h"

namespace decnet::app {
namespace {

Result<std::optional<bus::AllowList>> allow_list(const Config& config) {
  if (config.bus.allow.empty()) return std::optional<bus::AllowList>{};
  auto list = bus::AllowList::read(config.bus.allow, ::geteuid());
  if (!list) return tl::unexpected(list.error());
  return std::optional(*std::move(list));
}

Result<std::unique_ptr<bus::Broker>> make_broker(const Config& config, const net::Loop& loop) {
  bus::BrokerOptions options;
  options.socket = config.bus_socket();
  options.group = config.bus.group;
  options.queue.bytes = config.bus.queue_bytes;
  options.queue.frames = config.bus.queue_frames;
  options.allow = DECNET_TRY(allow_list(config));
  return bus::Broker::create(loop.executor(), std::move(options));
}

// The old list stays where the new one is no good: nobody gets in by a typing error.
void reload_allow_list(const Config& config, bus::Broker& broker) {
  auto list = allow_list(config);
  if (!list) return log::error("bus.allow stays as it was: {}", list.error().detail);
  if (!config.bus.allow.empty()) log::info("{} is read again", config.bus.allow);
  broker.allow(*std::move(list));
}

}  // namespace

int run_bus(const Config& config, Terminal terminal) {
  begin_process("bus", config);
  if (terminal == Terminal::foreground) ::signal(SIGINT, [](int) { ::raise(SIGTERM); });
  net::Loop loop;
  auto broker = make_broker(config, loop);
  if (!broker) {
    log::error("the bus cannot start: {}", broker.error().detail);
    return exit_code(broker.error().code);
  }
  give_back_startup_memory();
  auto serve = [](bus::Broker& running) -> net::Task<void> {
    const auto ended = co_await running.run();
    if (!ended && ended.error().code != Errc::cancelled)
      log::error("the bus failed: {}", ended.error().detail);
  };
  auto stop = [&broker]() -> net::Task<void> {
    (*broker)->stop();
    co_return;
  };
  auto reload = [&broker, &config] { reload_allow_list(config, **broker); };
  return run_until_stopped(loop, serve(**broker), stop, reload);
}

}  // namespace decnet::app
