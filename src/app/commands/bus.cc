#include <csignal>
#include <memory>

#include <fmt/format.h>
#include <sys/stat.h>

#include "app/commands/bus_command.h"
#include "app/process.h"
#include "base/log.h"
#include "bus/client.h"
#include "bus/make_bus.h"

namespace decnet::app {
namespace {

struct BusOptions {
  std::string socket, group, allow, bridge;  // Empty: as configured.
  BusSubOptions sub;
  BusPubOptions pub;
  BusStatOptions stat;
  BusBenchOptions bench;
};

int serve(const Invocation& invocation, const BusOptions& options) {
  Config config = invocation.config;
  auto socket = bus::socket_path(options.socket.empty() ? config.bus.socket : options.socket);
  if (!socket) return failed(socket.error());
  config.bus.socket = *std::move(socket);
  if (!options.group.empty()) config.bus.group = options.group;
  if (!options.allow.empty()) config.bus.allow = options.allow;
  if (!options.bridge.empty()) config.bus.bridge = options.bridge;
  // A process of a running decnet leaves Ctrl-C to the supervisor; here there is none.
  return run_bus(config, Terminal::foreground);
}

void add_serve_options(CLI::App* command, BusOptions& options) {
  command->add_option("--group", options.group, "the group that may use the bus");
  command->add_option("--allow", options.allow,
                      "file that says who may use the bus, and which topics");
  command->add_option("--bridge", options.bridge, "NATS servers to other hosts: nats://host:port");
}

void add_serve(CLI::App* bus, Invocation& invocation, const std::shared_ptr<BusOptions>& options) {
  add_serve_options(bus, *options);
  auto* command = bus->add_subcommand("serve", "run the broker alone, in the foreground");
  add_serve_options(command, *options);
  bus->callback([bus, &invocation, options] {  // After the callback of a subcommand.
    if (!bus->get_subcommands().empty() && bus->get_subcommands().front()->get_name() != "serve")
      return;
    invocation.action = [&invocation, options] { return serve(invocation, *options); };
  });
}

using Run = std::function<int(const std::string& socket)>;

// Leaves `run` to be done, with the broker's socket.
void set_action(CLI::App* command, Invocation& invocation,
                const std::shared_ptr<BusOptions>& options, Run run) {
  command->callback([&invocation, options, run = std::move(run)] {
    invocation.action = [&invocation, options, run] {
      const auto socket = broker_socket(invocation, options->socket);
      return socket ? run(*socket) : failed(socket.error());
    };
  });
}

void add_clients(CLI::App* bus, Invocation& invocation,
                 const std::shared_ptr<BusOptions>& options) {
  auto* pub = bus->add_subcommand("pub", "publish one event; ends when the broker has it");
  pub->add_option("topic", options->pub.topic, "attacker.observed")->required();
  pub->add_option("payload", options->pub.payload,
                  "a JSON object; without it, or as -, standard input is read");
  pub->add_option("--type", options->pub.type, "the event's type");
  set_action(pub, invocation, options, [&invocation, options](const std::string& socket) {
    return bus_pub(invocation, socket, options->pub);
  });

  auto* sub = bus->add_subcommand("sub", "print events as they come; Ctrl-C ends it");
  sub->add_option("pattern", options->sub.patterns,
                  "'attacker.>', 'decky.*.state'; several are one")
      ->required();
  sub->add_option("--count", options->sub.count, "end after so many events");
  set_action(sub, invocation, options, [&invocation, options](const std::string& socket) {
    return bus_sub(invocation, socket, options->sub);
  });

  auto* stat = bus->add_subcommand("stat", "connections, rates, drops, the slowest consumers");
  stat->add_flag("-w,--watch", options->stat.watch, "go on until Ctrl-C");
  stat->add_option("--interval", options->stat.interval_s, "seconds that rates are taken over")
      ->check(CLI::Range(0.1, 3600.0));
  set_action(stat, invocation, options, [&invocation, options](const std::string& socket) {
    return bus_stat(invocation, socket, options->stat);
  });

  auto* bench = bus->add_subcommand("bench", "load the broker that runs, and measure it");
  bench->add_option("--seconds", options->bench.seconds, "of each part")
      ->check(CLI::Range(0.1, 600.0));
  set_action(bench, invocation, options, [&invocation, options](const std::string& socket) {
    return bus_bench(invocation, socket, options->bench);
  });
}

}  // namespace

Result<std::string> broker_socket(const Invocation& invocation, const std::string& flag) {
  const Config& config = invocation.config;
  if (!flag.empty() || !config.bus.socket.empty())
    return bus::socket_path(flag.empty() ? config.bus.socket : flag);
  struct stat found {};
  if (::lstat(config.bus_socket().c_str(), &found) == 0 && S_ISSOCK(found.st_mode))
    return config.bus_socket();
  return bus::socket_path();
}

net::Task<Result<std::unique_ptr<bus::Bus>>> connect_bus(std::string socket, std::string name) {
  bus::ClientOptions options;
  options.socket = socket;
  options.name = std::move(name);
  auto bus = co_await bus::UnixBus::connect(std::move(options));
  if (!bus && bus.error().code == Errc::unavailable)
    co_return fail(Errc::unavailable,
                   fmt::format("no broker answers on {}: {}. `decnet up` or `decnet bus serve` "
                               "starts one, --socket names another one's socket; its group and "
                               "bus.allow say who may connect",
                               socket, bus.error().detail));
  co_return bus;
}

void add_bus(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<BusOptions>();
  auto* bus = app.add_subcommand("bus", "the service bus: serve, pub, sub, stat, bench");
  bus->require_subcommand(0, 1);
  bus->add_option("--socket", options->socket, "the broker's UNIX socket");
  add_serve(bus, invocation, options);
  add_clients(bus, invocation, options);
}

}  // namespace decnet::app
