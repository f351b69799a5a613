#include <memory>
#include <optional>

#include "app/exit_codes.h"
#include "app/process.h"
#include "app/processes/child.h"
#include "base/log.h"
#include "base/try.h"
#include "bus/bridge/bridge.h"
#include "bus/broker.h"

namespace decnet::app {
namespace {

int cannot_start(std::string_view what, const Error& why) {
  log::error("the {} cannot start: {}", what, why.detail);
  return exit_code(why.code);
}

Result<void> begin_bridge(bus::bridge::BridgeOptions options, bus::Broker& broker,
                          std::unique_ptr<bus::bridge::Bridge>& bridge) {
  auto local = DECNET_TRY(broker.attach());
  bridge = bus::bridge::Bridge::create(std::move(options), std::move(local));
  broker.show_in_health("bridge", [&bridge] { return bridge->health(); });
  return {};
}

}  // namespace

int run_bus(const Config& config) {
  begin_process("bus", config);
  net::Loop loop;
  bus::BrokerOptions options{.socket = config.bus_socket(), .group = config.bus.group};
  options.queue.bytes = config.bus.queue_bytes;
  options.queue.frames = config.bus.queue_frames;
  options.connections_max = config.bus.connections;
  options.patterns_max = config.bus.patterns;
  options.pattern_nodes_max = config.bus.pattern_nodes;
  options.frame_wait = config.bus.frame_wait;
  std::optional<bus::bridge::BridgeOptions> bridge_options;
  if (!config.bus.bridge.empty()) {
    auto read = bus::bridge::bridge_options(config);
    if (!read) return cannot_start("bridge", read.error());
    bridge_options = *std::move(read);
  }
  auto broker = bus::Broker::create(loop.executor(), std::move(options));
  if (!broker) return cannot_start("bus", broker.error());
  std::unique_ptr<bus::bridge::Bridge> bridge;
  if (bridge_options) {
    const auto begun = begin_bridge(*std::move(bridge_options), **broker, bridge);
    if (!begun) return cannot_start("bridge", begun.error());
  }
  auto serve = [](bus::Broker& running) -> net::Task<void> {
    const auto ended = co_await running.run();
    if (!ended && ended.error().code != Errc::cancelled)
      log::error("the bus failed: {}", ended.error().detail);
  };
  auto stop = [&broker]() -> net::Task<void> {
    (*broker)->stop();
    co_return;
  };
  return run_until_stopped(loop, serve(**broker), stop);
}

}  // namespace decnet::app
