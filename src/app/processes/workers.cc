// Processes that host workers: core has them all, `decnet collector` one.
#include <algorithm>
#include <csignal>
#include <cstdlib>

#include <malloc.h>

#include "app/exit_codes.h"
#include "app/process.h"
#include "app/processes/child.h"
#include "app/processes/supervisor_line.h"
#include "app/worker_places.h"
#include "base/log.h"
#include "bus/make_bus.h"
#include "bus/publish.h"
#include "worker/runtime/runtime.h"

namespace decnet::app {
namespace {

constexpr std::size_t kPoolThreads =
    3;  // The ingester's commit, the ingest log's fsync, everything else.
constexpr std::string_view kCollector = "collector", kIngester = "ingester";
constexpr std::string_view kGrew = "grew";  // The type of the event that carries log_grew over.
constexpr Duration kGrewEvery = std::chrono::milliseconds{10};  // At most so often.

std::uint64_t restarts_before() {
  const char* text = std::getenv(kRestartsVariable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 0;
}

// What a process that hosts workers consists of.
struct Host {
  Host(const Config& config, std::string of, store::Store& store)
      : name(std::move(of)),
        pool(name, kPoolThreads),
        bus(bus::make_bus(
            loop.executor(),
            {.enabled = config.bus.enabled, .socket = config.bus_socket(), .client_name = name})),
        senders(loop.executor()),
        controls(loop.executor()),
        log_grew(loop.executor()),
        context{loop.executor(), Clock::system(), config,  store, pool, *bus,
                senders,         controls,        log_grew},
        line(loop.executor(), config, name),
        runtime(context, options(config)),
        tasks(loop.executor()) {}

  worker::RuntimeOptions options(const Config& config) {
    worker::RuntimeOptions out;
    out.process = name;
    out.restarts = restarts_before();
    out.beat_every = std::max<Duration>(config.workers.heartbeat, kHeartbeatMin);
    out.want_lines = [this](std::string_view worker) {
      line.say(control::WantLines{std::string(worker)});
    };
    // A process of one worker ends with it, cleanly, as by SIGTERM.
    out.on_stopped = [this](std::string_view) {
      if (is_alone && runtime.idle()) ::raise(SIGTERM);
    };
    return out;
  }

  std::string name;
  bool is_alone = false;
  net::Loop loop;
  net::BlockingPool pool;
  std::unique_ptr<bus::Bus> bus;
  worker::LineInbox senders, controls;
  net::Wakeup log_grew;
  worker::Context context;
  SupervisorLine line;
  worker::Runtime runtime;
  net::TaskGroup tasks;
};

void start_worker(Host& host, const control::StartWorker& asked) {
  control::StartOutcome outcome{.id = asked.id};
  const auto started = host.runtime.start(asked.worker);
  if (!started)
    outcome.error = started.error().detail;
  else
    outcome.was_running = *started == worker::Started::already_running;
  host.line.say(outcome);
}

net::Task<void> take_lines(Host& host) {
  control::LinkHandlers handlers;
  handlers.link = [&host](std::string_view kind, std::string_view peer, UniqueFd socket) {
    auto& inbox = kind == control::kLinkSender ? host.senders : host.controls;
    inbox.put({std::string(kind), std::string(peer), std::move(socket)});
  };
  handlers.other = [&host](control::Received received) {
    if (const auto* asked = std::get_if<control::StartWorker>(&received.message))
      start_worker(host, *asked);
  };
  co_await host.line.follow(std::move(handlers));
  host.tasks.cancel();
  co_await host.runtime.stop();
  co_await host.tasks.join();
}

// Where collector and ingester are in two processes, the bus carries log_grew from one to the
// other. Without a bus the ingester polls.
net::Task<void> tell_growth(Host& host) {
  for (;;) {
    const bool grew = co_await worker::woken(host.log_grew, std::chrono::hours{1});
    if (!grew) co_return;
    bus::publish_safely(host.bus.get(), bus::topic::system_log(), R"({"what":"grew"})", kGrew);
    const auto slept = co_await net::sleep_for(kGrewEvery);
    if (!slept) co_return;
  }
}

Result<bus::Subscription> hear_growth(Host& host) {
  const bus::Handler wake = [&host](const bus::Event& event) {
    if (event.type() == kGrew) host.log_grew.wake();
  };
  return host.bus->subscribe(bus::topic::system_log().text(), wake);
}

int host_workers(const Config& config, const std::string& name,
                 const std::vector<const worker::Descriptor*>& hosted) {
  begin_process(name, config);
  ::mallopt(M_ARENA_MAX, 2);
  auto store = store::open_store({.url = config.store_url(), .migrate = false});
  if (!store) {
    log::error("the store cannot be opened: {}", store.error().detail);
    return exit_code(store.error().code);
  }
  Host host(config, name, **store);
  host.is_alone = hosted.size() == 1 && hosted.front()->name == name;
  Result<bus::Subscription> growth = bus::Subscription{};
  if (host.is_alone && name == kCollector) host.tasks.spawn("growth", tell_growth(host));
  if (host.is_alone && name == kIngester) growth = hear_growth(host);
  if (!growth) log::warn("the ingester polls: {}", growth.error().detail);
  for (const auto* descriptor : hosted) host.runtime.add(*descriptor);
  auto stop = [&host]() -> net::Task<void> { co_await host.runtime.stop(); };
  return run_until_stopped(host.loop, take_lines(host), stop);
}

}  // namespace

int run_core(const Config& config) {
  return host_workers(config, std::string(kHostCore), worker::all());
}

int run_worker(const Config& config, std::string_view name) {
  for (const auto* descriptor : worker::all()) {
    if (descriptor->name == name) return host_workers(config, std::string(name), {descriptor});
  }
  return kExitUsage;
}

}  // namespace decnet::app
