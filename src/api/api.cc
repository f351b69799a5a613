#include "api/api.h"

#include <cerrno>
#include <fstream>
#include <iterator>

#include <sodium.h>
#include <unistd.h>

#include "api/authenticator.h"
#include "api/bus_line.h"
#include "api/dispatcher.h"
#include "api/geo.h"
#include "api/health.h"
#include "api/http_server.h"
#include "api/login_limits.h"
#include "api/metrics.h"
#include "api/openapi.h"
#include "api/password.h"
#include "api/routes/nouns.h"
#include "api/services.h"
#include "api/stream_hub.h"
#include "api/tickets.h"
#include "api/workers.h"
#include "base/counters.h"
#include "base/json.h"
#include "base/log.h"
#include "base/uuid.h"
#include "bus/heartbeat.h"
#include "bus/topic.h"
#include "net/blocking.h"
#include "net/task_group.h"

namespace decnet::api {
namespace {

// After each of these the store has rows that the stream has not. `system.log` comes with every
// batch of events; the rest are families whose changes stand in the journal.
constexpr std::string_view kMoves[] = {"system.log",       "decky.>",           "topology.>",
                                       "identity.>",       "campaign.>",        "attacker.scored",
                                       "attacker.intel.>", "credential.reuse.>"};

// The collector's word to the ingester: the store has not moved yet.
constexpr std::string_view kLogGrew = "grew";

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, "cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Null where no certificate is configured.
Result<std::shared_ptr<const net::TlsContext>> make_tls(const Options& options) {
  if (options.certificate_file.empty()) return std::shared_ptr<const net::TlsContext>{};
  net::TlsSettings settings;
  settings.certificate_pem = DECNET_TRY(read_file(options.certificate_file));
  settings.private_key_pem = DECNET_TRY(read_file(options.key_file));
  settings.manner.alpn = "http/1.1";
  return net::TlsContext::create(settings);
}

const std::string& document() {
  static const std::string text = make_openapi(all_nouns());
  return text;
}

Router make_router() {
  Router router;
  for (const Noun& noun : all_nouns()) router.add(noun.routes);
  return router;
}

}  // namespace

struct Api::State {
  State(const Options& with, const net::Executor& on, store::Store& store, bus::LazyBus& over,
        const Clock& tells)
      : options(with),
        executor(on),
        bus(on, over),
        clock(tells),
        database("api-db", options.database_threads),
        login_limits(clock),
        tickets(clock),
        authenticator(store, database, options, clock),
        geo(options.country_database, options.network_database),
        workers(options.workers, clock),
        streams(on, store, authenticator, clock, options.stream_clients_max),
        health(options, store, bus, workers, streams, database, clock),
        services{options, clock,   store, bus,     database, authenticator, passwords, login_limits,
                 streams, tickets, geo,   workers, health,   latency,       document()},
        router(make_router()),
        files(web_files()),
        dispatcher(router, files, services),
        server(
            on, [this](Request& request) { return dispatcher.answer(request); }, clock) {}

  Options options;
  net::Executor executor;
  BusLine bus;
  const Clock& clock;
  net::BlockingPool database;
  PasswordQueue passwords;
  LoginLimits login_limits;
  Tickets tickets;
  Authenticator authenticator;
  Geo geo;
  Workers workers;
  StreamHub streams;
  Health health;
  Latency latency;
  Services services;
  Router router;
  StaticFiles files;
  Dispatcher dispatcher;
  HttpServer server;
  std::vector<net::Endpoint> endpoints;
  std::vector<bus::Subscription> subscriptions;
  const std::string started = Uuid::v7(clock.now()).text();

  // Most of what is published means that the store has moved; heartbeats say who lives.
  Result<void> listen(bus::Bus& on) {
    for (const std::string_view pattern : kMoves) {
      const auto wake = [this](const bus::Event& event) {
        if (event.type() != kLogGrew) streams.wake();
      };
      subscriptions.push_back(DECNET_TRY(on.subscribe(pattern, wake)));
    }
    const auto note = [this](const bus::Event& event) {
      workers.note(bus::token_of(event.topic(), 1), event.payload());
    };
    subscriptions.push_back(DECNET_TRY(on.subscribe(bus::pattern::kEveryHealth, note)));
    return {};
  }
  // Listens and beats as soon as there is a bus.
  net::Task<void> live_on_bus() {
    const auto found = co_await bus.first();
    if (!found) co_return;
    if (const auto done = listen(**found); !done)
      log::error("the API hears nothing of the bus: {}", done.error().detail);
    bus::HealthExtra extra = [this]() -> Result<std::string> { return beat(); };
    co_await bus::run_health_heartbeat(**found, "api", std::move(extra), options.heartbeat, clock);
  }
  // What the API says of itself.
  std::string beat() const {
    JsonWriter json;
    json.begin_object().field("version", options.version).field("pid", ::getpid());
    json.field("process", "api").field("uptime_s", uptime_s());
    json.field("every_s", std::chrono::duration<double>(options.heartbeat).count());
    json.field("started",
               started);  // Whoever hears a new one beats at once: this API knows nobody.
    json.key("counters").begin_object();
    for (const auto& counter : counter_values()) {
      if (counter.name.starts_with("api_")) json.field(counter.name, counter.value);
    }
    json.end_object().end_object();
    return std::move(json).take();
  }
  double uptime_s() const {
    return std::chrono::duration<double>(clock.now() - health.state().started_at).count();
  }
};

Api::Api(std::unique_ptr<State> state) : state_(std::move(state)) {}
Api::~Api() = default;

Result<std::unique_ptr<Api>> Api::create(const Options& options, const net::Executor& executor,
                                         store::Store& store, bus::LazyBus& bus,
                                         const Clock& clock) {
  if (::sodium_init() < 0) return fail(Errc::unsupported, "libsodium does not start");
  const auto tls = DECNET_TRY(make_tls(options));
  auto state = std::make_unique<State>(options, executor, store, bus, clock);
  for (const net::Endpoint& endpoint : options.listen) {
    if (tls == nullptr && !endpoint.ip.is_loopback()) {
      return fail(Errc::invalid_argument,
                  endpoint.text() + " is not loopback: it needs a certificate and a key");
    }
    // Plain HTTP on loopback also where there is a certificate: nobody can listen in there, and the
    // certificate would not name it.
    const auto with = endpoint.ip.is_loopback() ? nullptr : tls;
    state->endpoints.push_back(DECNET_TRY(state->server.listen(endpoint, with)));
  }
  if (!options.run_folder.empty()) {
    DECNET_TRY(
        state->server.listen_local(local_socket_path(options.run_folder), options.local_group));
  }
  return std::unique_ptr<Api>(new Api(std::move(state)));
}

net::Task<Result<void>> Api::run() {
  State& state = *state_;
  for (const net::Endpoint& endpoint : state.endpoints) {
    log::info("the API listens on {}", endpoint.text());
  }
  state.workers.note("api", state.beat());  // Its own row is true also where there is no bus.
  net::TaskGroup group(state.executor);
  group.spawn("api bus", state.live_on_bus());
  group.spawn("api health", state.health.run());
  group.spawn("api stream", state.streams.run());
  co_await state.server.run();
  group.cancel();
  co_await group.join();
  state.subscriptions.clear();
  co_await state.bus.close();
  co_return Result<void>{};
}

net::Task<Response> Api::answer(Request& request) {
  co_return co_await state_->dispatcher.answer(request);
}

Result<void> Api::reload() {
  if (auto tls = DECNET_TRY(make_tls(state_->options))) state_->server.replace_tls(std::move(tls));
  return {};
}

const std::vector<net::Endpoint>& Api::endpoints() const noexcept {
  return state_->endpoints;
}

std::string local_socket_path(std::string_view run_folder) {
  return std::string(run_folder) + "/api.sock";
}

std::string openapi_document() {
  return document();
}

}  // namespace decnet::api
