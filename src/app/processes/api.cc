#include "api/api.h"

#include <algorithm>

#include <malloc.h>

#include "app/exit_codes.h"
#include "app/process.h"
#include "app/processes/child.h"
#include "app/processes/worker_hosts.h"
#include "app/worker_places.h"
#include "base/log.h"
#include "base/version.h"
#include "bus/lazy.h"
#include "bus/make_bus.h"
#include "net/task_group.h"
#include "store/store.h"

namespace decnet::app {
namespace {

Result<api::Options> api_options(const Config& config) {
  api::Options options;
  net::Endpoint on;
  on.ip = DECNET_TRY(net::IpAddress::parse(config.api.address));
  on.port = static_cast<std::uint16_t>(config.api.port);
  options.listen = {on};
  options.certificate_file = config.api.tls_certificate;
  options.key_file = config.api.tls_key;
  options.run_folder = config.run_folder();
  options.local_group = config.bus.group;
  options.data_folder = config.data_dir;
  options.disk = {config.ingest.disk_low_bytes, config.ingest.disk_critical_bytes};
  options.country_database = config.geo.country_database;
  options.network_database = config.geo.asn_database;
  options.version = kVersion;
  options.enterprise_number = static_cast<std::uint32_t>(config.ingest.enterprise_number);
  options.database_threads = 2;
  options.workers = registry_names();
  options.heartbeat = std::max<Duration>(config.workers.heartbeat, kHeartbeatMin);
  options.crashes_folder = config.crashes_folder();
  return options;
}

net::Task<void> hear_supervisor(SupervisorLine& line, SupervisorHost& host) {
  control::LinkHandlers handlers;
  handlers.link = [](std::string_view, std::string_view, UniqueFd) {};
  handlers.other = [&host](control::Received received) {
    if (const auto* outcome = std::get_if<control::StartOutcome>(&received.message))
      host.hear(*outcome);
  };
  co_await line.follow(std::move(handlers));
}

}  // namespace

int run_api(const Config& config) {
  begin_process("api", config);
  ::mallopt(M_ARENA_MAX, 2);
  auto store = store::open_store({.url = config.store_url(), .migrate = false});
  if (!store) {
    log::error("the store cannot be opened: {}", store.error().detail);
    return exit_code(store.error().code);
  }
  net::Loop loop;
  bus::LazyBus bus(loop.executor(), bus::lazy_connect({.enabled = config.bus.enabled,
                                                       .socket = config.bus_socket(),
                                                       .client_name = "api"}));
  SupervisorLine line(loop.executor(), config, "api");
  const auto supervisor = std::make_shared<SupervisorHost>(loop.executor(), line);
  auto options = api_options(config);
  if (options) {
    options->worker_host = supervisor;
    if (!line.was_handed()) options->worker_host = make_systemd_host();
  }
  auto api = options ? api::Api::create(*options, loop.executor(), **store, bus)
                     : Result<std::unique_ptr<api::Api>>(tl::unexpected(options.error()));
  if (!api) {
    log::error("the API cannot start: {}", api.error().detail);
    return exit_code(api.error().code);
  }
  auto serve = [&line, &supervisor](net::Loop& on, api::Api& running) -> net::Task<void> {
    net::TaskGroup hearing(on.executor());
    if (line.was_handed()) hearing.spawn("supervisor", hear_supervisor(line, *supervisor));
    const auto ended = co_await running.run();
    if (!ended && ended.error().code != Errc::cancelled)
      log::error("the API failed: {}", ended.error().detail);
    hearing.cancel();
    co_await hearing.join();
  };
  auto reload = [&api] {
    if (const auto done = (*api)->reload(); !done)
      log::error("the certificate stays as it was: {}", done.error().detail);
  };
  return run_until_stopped(loop, serve(loop, **api), {}, reload);
}

}  // namespace decnet::app
