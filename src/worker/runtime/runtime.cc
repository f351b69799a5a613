#include "worker/runtime/runtime.h"

#include <algorithm>

#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/version.h"
#include "bus/event_body.h"
#include "bus/publish.h"
#include "net/cancel.h"

namespace decnet::worker {
namespace {

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

net::Task<bool> sleep(Duration how_long) {
  const auto slept = co_await net::sleep_for(how_long);
  co_return slept.has_value();
}

net::Task<void> run_once(Worker& worker, Context& context, std::optional<Result<void>>& out) {
  out.emplace(co_await worker.run(context));
}

}  // namespace

struct Runtime::Entry {
  explicit Entry(const Descriptor& which) : descriptor(which) {}

  const Descriptor& descriptor;
  std::unique_ptr<Worker> worker;
  // Of one life, from a start to a stop. A cancelled group takes no more tasks, so each life has
  // its own.
  std::unique_ptr<net::TaskGroup> work;   // run() alone, so that a stop ends it and nothing else.
  std::unique_ptr<net::TaskGroup> voice;  // Heartbeat and control.
  bool living = false;
  bool stop_asked = false;
  bool start_again = false;  // A start that came before the stop was done.
  bus::StopRequest request;
  TimePoint started_at{};
  std::uint64_t restarts = 0;
  std::uint64_t failures = 0;
  std::string last_error;
};

Runtime::Runtime(Context& context, RuntimeOptions options)
    : context_(context), options_(std::move(options)), tasks_(context.executor) {
  if (!options_.pause) options_.pause = sleep;
}
Runtime::~Runtime() = default;

// An API that has just started has heard nobody: whoever hears of a new one beats at once.
void Runtime::listen_for_registry() {
  const auto topic = bus::topic::system_health("api");
  const bus::Handler hear = [this](const bus::Event& event) {
    bus::EventReader reader;
    const auto started = reader.string_in(event.payload(), "started");
    if (!started || started->empty() || *started == registry_) return;
    registry_ = *started;
    for (const auto& entry : entries_) {
      if (entry->living) beat(*entry);
    }
  };
  auto subscribed = context_.bus.subscribe(topic->text(), hear);
  if (subscribed) registries_ = *std::move(subscribed);
}

void Runtime::add(const Descriptor& descriptor) {
  entries_.push_back(std::make_shared<Entry>(descriptor));
  entries_.back()->restarts = options_.restarts;
  if (entries_.size() == 1) listen_for_registry();
  launch(entries_.back());
}

void Runtime::launch(const std::shared_ptr<Entry>& entry) {
  entry->worker = entry->descriptor.create();
  entry->work = std::make_unique<net::TaskGroup>(context_.executor);
  entry->voice = std::make_unique<net::TaskGroup>(context_.executor);
  entry->started_at = context_.clock.now();
  entry->living = true;
  entry->stop_asked = entry->start_again = false;
  entry->last_error.clear();
  tasks_.spawn(entry->descriptor.name, live(entry));
}

Result<Started> Runtime::start(std::string_view name) {
  for (const auto& entry : entries_) {
    if (entry->descriptor.name != name) continue;
    if (entry->living && !entry->stop_asked) return Started::already_running;
    if (entry->living) {
      entry->start_again = true;
      return Started::started;
    }
    log::info("worker {} starts, as it was asked to", name);
    launch(entry);
    if (options_.want_lines) options_.want_lines(name);
    return Started::started;
  }
  return fail(Errc::not_found, "there is no worker " + std::string(name));
}

bool Runtime::idle() const noexcept {
  return std::none_of(entries_.begin(), entries_.end(),
                      [](const auto& entry) { return entry->living; });
}

std::string Runtime::health_of(const Entry& entry) const {
  const Ticks& ticks = entry.worker->ticks();
  JsonWriter json;
  json.begin_object()
      .field("version", kVersion)
      .field("pid", static_cast<int>(::getpid()))
      .field("process", options_.process);
  json.field("uptime_s", seconds(context_.clock.now() - entry.started_at))
      .field("restarts", entry.restarts)
      .field("stopped", entry.stop_asked)
      .field("every_s", seconds(options_.beat_every));
  if (entry.stop_asked)
    json.field("stopped_by", entry.request.requested_by).field("stop_reason", entry.request.reason);
  json.field("last_error", entry.last_error);
  json.field("ticks_total", ticks.count)
      .field("tick_failures_total", ticks.failures)
      .field("failures_total", entry.failures)
      .field("restarts_total", entry.restarts)
      .field("tick_seconds", seconds(ticks.last));
  json.key("counters").raw(entry.worker->health());
  json.key("log").begin_array();
  for (const auto& line : tail(log::recent(), kBeatLogBytesMax)) json.value(line);
  json.end_array().end_object();
  return std::move(json).take();
}

// One beat more than the regular ones: something has changed that nobody should wait for.
void Runtime::beat(const Entry& entry) {
  std::string payload = R"({"worker":)";
  append_json_string(payload, entry.descriptor.name);
  payload += "," + health_of(entry).substr(1);
  bus::publish_safely(&context_.bus, bus::topic::system_health(entry.descriptor.name), payload);
}

// One life: from a start to the end that somebody asked for, or the runtime's own.
net::Task<void> Runtime::live(std::shared_ptr<Entry> entry) {
  const std::string name(entry->descriptor.name);
  bus::HealthExtra extra = [this, &alive = *entry]() -> Result<std::string> {
    return health_of(alive);
  };
  entry->voice->spawn("heartbeat", bus::run_health_heartbeat(context_.bus, name, std::move(extra),
                                                             options_.beat_every, context_.clock));
  entry->voice->spawn("control", obey(entry));
  co_await run_and_restart(*entry);
  entry->voice->cancel();
  co_await entry->voice->join();
  const bool asked = entry->stop_asked && !stopping_;
  if (asked) co_await keep_last_words(*entry);
  entry->living = false;
  if (!asked) co_return;
  beat(*entry);
  if (entry->start_again) {
    (void)start(name);
  } else if (options_.on_stopped) {
    options_.on_stopped(name);
  }
}

net::Task<void> Runtime::run_and_restart(Entry& entry) {
  Duration pause = kRestartFirst;
  while (!entry.stop_asked && !stopping_) {
    const auto began = context_.clock.monotonic();
    std::optional<Result<void>> outcome;
    entry.work->spawn(entry.descriptor.name, run_once(*entry.worker, context_, outcome));
    co_await entry.work->join();
    if (entry.stop_asked || stopping_) co_return;
    if (context_.clock.monotonic() - began >= kWellAfter) pause = kRestartFirst;
    entry.last_error = !outcome   ? "an exception"
                       : *outcome ? "ended by itself"
                                  : outcome->error().detail;
    ++entry.failures;
    log::error("worker {} failed ({}); it starts again in {} s", entry.descriptor.name,
               log::safe(entry.last_error), seconds(pause));
    beat(entry);
    // In the group of run(), so that a stop need not wait for it.
    auto wait = [](const RuntimeOptions& options, Duration how_long) -> net::Task<void> {
      (void)co_await options.pause(how_long);
    };
    entry.work->spawn("pause", wait(options_, pause));
    co_await entry.work->join();
    if (entry.stop_asked || stopping_) co_return;
    ++entry.restarts;
    if (options_.want_lines) options_.want_lines(entry.descriptor.name);
    pause = std::min(pause * 2, kRestartLast);
  }
}

net::Task<void> Runtime::obey(std::shared_ptr<Entry> entry) {
  auto request =
      co_await bus::run_control_listener(context_.bus, std::string(entry->descriptor.name));
  if (!request) co_return;
  log::info("worker {} stops, as {} has asked: {}", entry->descriptor.name,
            log::safe(request->requested_by), log::safe(request->reason));
  entry->request = *std::move(request);
  entry->stop_asked = true;
  entry->work->cancel();
}

net::Task<void> Runtime::keep_last_words(Entry& entry) {
  LastWords words{.at = context_.clock.now(),
                  .actor = entry.request.requested_by,
                  .reason = entry.request.reason,
                  .process = options_.process,
                  .pid = static_cast<int>(::getpid())};
  words.log = tail(log::recent(), kBeatLogBytesMax);
  auto keep = [this, &entry, &words] {
    return worker::keep_last_words(context_.store, entry.descriptor.name, words);
  };
  const auto kept = co_await net::run_blocking(context_.pool, keep);
  if (!kept)
    log::warn("the last words of {} are not stored: {}", entry.descriptor.name,
              kept.error().detail);
}

net::Task<void> Runtime::stop() {
  stopping_ = true;
  for (const auto& entry : entries_) entry->work->cancel();
  co_await tasks_.join();
  registries_.cancel();
  co_await context_.bus.close();
}

}  // namespace decnet::worker
