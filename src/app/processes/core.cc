#include <malloc.h>

#include "app/exit_codes.h"
#include "app/process.h"
#include "app/processes/child.h"
#include "base/log.h"
#include "bus/make_bus.h"
#include "worker/runtime/runtime.h"

namespace decnet::app {
namespace {

constexpr std::size_t kPoolThreads =
    3;  // The ingester's commit, the ingest log's fsync, everything else.

net::Task<void> hand_out_lines(control::Channel& supervisor, worker::LineInbox& senders,
                               worker::LineInbox& controls) {
  control::LinkHandlers handlers;
  handlers.link = [&](std::string_view kind, std::string_view peer, UniqueFd socket) {
    auto& inbox = kind == control::kLinkSender ? senders : controls;
    inbox.put({std::string(kind), std::string(peer), std::move(socket)});
  };
  co_await control::follow_supervisor(supervisor, std::move(handlers));
}

}  // namespace

int run_core(const Config& config) {
  begin_process("core", config);
  ::mallopt(M_ARENA_MAX, 2);
  auto store = store::open_store({.url = config.store_url(), .migrate = false});
  if (!store) {
    log::error("the store cannot be opened: {}", store.error().detail);
    return exit_code(store.error().code);
  }
  net::Loop loop;
  net::BlockingPool pool("core", kPoolThreads);
  const auto bus = bus::make_bus(
      loop.executor(),
      {.enabled = config.bus.enabled, .socket = config.bus_socket(), .client_name = "core"});
  worker::LineInbox senders(loop.executor());
  worker::LineInbox controls(loop.executor());
  net::Wakeup log_grew(loop.executor());
  worker::Context context{loop.executor(), Clock::system(), config,  **store, pool, *bus,
                          senders,         controls,        log_grew};
  worker::Runtime runtime(context, {.process = "core"});
  for (const auto* descriptor : worker::all()) runtime.add(*descriptor);
  control::Channel supervisor(loop.executor(), UniqueFd(control::kSupervisorFd));
  auto stop = [&]() -> net::Task<void> {
    co_await runtime.stop();
    co_await bus->close();
  };
  return run_until_stopped(loop, hand_out_lines(supervisor, senders, controls), stop);
}

}  // namespace decnet::app
