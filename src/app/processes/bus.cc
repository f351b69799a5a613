#include <csignal>
#include <memory>
#include <optional>

#include <unistd.h>

#include "app/exit_codes.h"
#include "app/process.h"
#include "app/processes/child.h"
#include "base/log.h"
#include "base/try.h"
#include "bus/bridge/bridge.h"
#include "bus/broker.h"

namespace decnet::app {
namespace {

Result<std::unique_ptr<bus::bridge::Bridge>> begin_bridge(bus::bridge::BridgeOptions options,
                                                          bus::Broker& broker) {
  auto local = DECNET_TRY(broker.attach());
  return bus::bridge::Bridge::create(std::move(options), std::move(local));
}

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
  options.connections_max = config.bus.connections;
  options.patterns_max = config.bus.patterns;
  options.pattern_nodes_max = config.bus.pattern_nodes;
  options.frame_wait = config.bus.frame_wait;
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

int cannot_start(std::string_view what, const Error& why) {
  log::error("the {} cannot start: {}", what, why.detail);
  return exit_code(why.code);
}

}  // namespace

int run_bus(const Config& config, Terminal terminal) {
  begin_process("bus", config);
  if (terminal == Terminal::foreground) ::signal(SIGINT, [](int) { ::raise(SIGTERM); });
  net::Loop loop;
  std::optional<bus::bridge::BridgeOptions> bridge_options;
  if (!config.bus.bridge.empty()) {
    auto read = bus::bridge::bridge_options(config);
    if (!read) return cannot_start("bridge", read.error());
    bridge_options = *std::move(read);
  }
  auto broker = make_broker(config, loop);
  if (!broker) return cannot_start("bus", broker.error());
  std::unique_ptr<bus::bridge::Bridge> bridge;
  if (bridge_options) {
    auto begun = begin_bridge(*std::move(bridge_options), **broker);
    if (!begun) return cannot_start("bridge", begun.error());
    bridge = *std::move(begun);
    (*broker)->show_in_health("bridge", [&bridge] { return bridge->health(); });
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
