#include "app/exit_codes.h"
#include "app/process.h"
#include "app/processes/child.h"
#include "base/log.h"
#include "base/try.h"
#include "bus/bridge/bridge.h"
#include "bus/broker.h"

namespace decnet::app {
namespace {

Result<void> begin_bridge(const Config& config, bus::Broker& broker,
                          std::unique_ptr<bus::bridge::Bridge>& bridge) {
  auto options = DECNET_TRY(bus::bridge::bridge_options(config));
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
  auto broker = bus::Broker::create(loop.executor(), std::move(options));
  if (!broker) {
    log::error("the bus cannot start: {}", broker.error().detail);
    return exit_code(broker.error().code);
  }
  std::unique_ptr<bus::bridge::Bridge> bridge;
  if (!config.bus.bridge.empty()) {
    const auto begun = begin_bridge(config, **broker, bridge);
    if (!begun) {
      log::error("the bridge cannot start: {}", begun.error().detail);
      return exit_code(begun.error().code);
    }
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
