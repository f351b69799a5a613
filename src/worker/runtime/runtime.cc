#include "worker/runtime/runtime.h"

#include <algorithm>

#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/version.h"
#include "bus/heartbeat.h"
#include "net/cancel.h"

namespace decnet::worker {

struct Runtime::Entry {
  Entry(const Descriptor& which, const net::Executor& executor)
      : descriptor(which), tasks(executor) {}

  const Descriptor& descriptor;
  std::unique_ptr<Worker> worker;
  net::TaskGroup tasks;  // run() alone, so that a stop ends it and nothing else.
  TimePoint started_at{};
  std::uint64_t restarts = 0;
  bool stopped = false;
  std::string last_error;
};

Runtime::Runtime(Context& context, std::string process)
    : context_(context), process_(std::move(process)), tasks_(context.executor) {}
Runtime::~Runtime() = default;

void Runtime::add(const Descriptor& descriptor) {
  auto entry = std::make_shared<Entry>(descriptor, context_.executor);
  entry->worker = descriptor.create();
  entry->started_at = context_.clock.now();
  entries_.push_back(entry);
  tasks_.spawn(descriptor.name, supervise(entry));
  tasks_.spawn("control", obey(entry));
  bus::HealthExtra extra = [this, entry]() -> Result<std::string> { return health_of(*entry); };
  tasks_.spawn("heartbeat",
               bus::run_health_heartbeat(context_.bus, std::string(descriptor.name),
                                         std::move(extra), bus::kHeartbeatEvery, context_.clock));
}

std::string Runtime::health_of(const Entry& entry) const {
  JsonWriter json;
  const auto up =
      std::chrono::duration_cast<std::chrono::seconds>(context_.clock.now() - entry.started_at)
          .count();
  json.begin_object()
      .field("version", kVersion)
      .field("pid", static_cast<int>(::getpid()))
      .field("process", process_);
  json.field("uptime_s", up).field("restarts", entry.restarts).field("stopped", entry.stopped);
  json.field("last_error", entry.last_error)
      .key("counters")
      .raw(entry.worker->health())
      .end_object();
  return std::move(json).take();
}

net::Task<void> Runtime::supervise(std::shared_ptr<Entry> entry) {
  Duration pause = kRestartFirst;
  for (;;) {
    const auto began = context_.clock.monotonic();
    std::optional<Result<void>> outcome;
    auto run_once = [](Worker& worker, Context& context,
                       std::optional<Result<void>>& out) -> net::Task<void> {
      out.emplace(co_await worker.run(context));
    };
    entry->tasks.spawn(entry->descriptor.name, run_once(*entry->worker, context_, outcome));
    co_await entry->tasks.join();
    if (entry->stopped) co_return;
    if (co_await net::is_cancelled()) co_return;
    if (context_.clock.monotonic() - began >= kWellAfter) pause = kRestartFirst;
    entry->last_error = !outcome   ? "an exception"
                        : *outcome ? "ended by itself"
                                   : outcome->error().detail;
    ++entry->restarts;
    log::error("worker {} failed ({}); it starts again in {} s", entry->descriptor.name,
               entry->last_error, std::chrono::duration_cast<std::chrono::seconds>(pause).count());
    if (!co_await net::sleep_for(pause)) co_return;
    pause = std::min(pause * 2, kRestartLast);
  }
}

net::Task<void> Runtime::obey(std::shared_ptr<Entry> entry) {
  const auto request =
      co_await bus::run_control_listener(context_.bus, std::string(entry->descriptor.name));
  if (!request) co_return;
  log::info("worker {} stops, as {} has asked", entry->descriptor.name,
            log::safe(request->requested_by));
  entry->stopped = true;
  entry->tasks.cancel();
}

net::Task<void> Runtime::stop() {
  for (const auto& entry : entries_) {
    entry->stopped = true;
    entry->tasks.cancel();
  }
  for (const auto& entry : entries_) co_await entry->tasks.join();
  tasks_.cancel();
  co_await tasks_.join();
}

}  // namespace decnet::worker
