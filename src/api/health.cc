#include "api/health.h"

#include "api/bus_line.h"
#include "api/stream_hub.h"
#include "base/json.h"
#include "base/log.h"
#include "store/store.h"

namespace decnet::api {
namespace {

constexpr Duration kBusLook = std::chrono::seconds{1};

// Which counters of the workers say how the ingestion is.
constexpr std::string_view kIngester = "ingester", kCollector = "collector";
constexpr std::string_view kReconciler = "reconciler";  // It sums up what the engines report.
constexpr std::string_view kLag = "lag_bytes";
constexpr std::string_view kDropped = "events_dropped";

std::uint64_t counted(const Workers& workers, std::string_view worker, std::string_view name) {
  return static_cast<std::uint64_t>(workers.counter(worker, name).value_or(0));
}

}  // namespace

std::vector<std::string_view> HealthState::degraded() const {
  std::vector<std::string_view> parts;
  if (!bus_connected) parts.push_back("bus");
  if (disk_level != DiskLevel::ok) parts.push_back("disk");
  if (!store_ok) parts.push_back("store");
  return parts;
}

std::string HealthState::json(std::string_view version) const {
  const auto parts = degraded();
  JsonWriter json;
  json.begin_object().field("status", parts.empty() ? "ok" : "degraded");
  json.key("degraded").begin_array();
  for (const auto part : parts) json.value(part);
  json.end_array();
  json.key("bus").begin_object().field("connected", bus_connected).field("since", bus_since);
  json.end_object().key("store").begin_object().field("ok", store_ok);
  json.field("schema_version", schema_version).field("bytes", store_bytes).end_object();
  json.key("disk").begin_object().field("free_bytes", disk.free);
  json.field("total_bytes", disk.total).field("level", to_string(disk_level)).end_object();
  json.key("ingest").begin_object().field("lag_bytes", ingest_lag_bytes);
  json.field("rejected_total", rejected_total).field("dropped_total", dropped_total);
  json.field("acknowledging", is_acknowledging()).end_object();
  json.field("stream_clients", stream_clients);
  json.field("version", version).field("started_at", started_at).end_object();
  return std::move(json).take();
}

struct Health::Sample {
  bool store_ok = false;
  store::StoreStats stats;
  DiskSpace disk;
};

Health::Health(const Options& options, store::Store& store, BusLine& bus, Workers& workers,
               StreamHub& streams, net::BlockingPool& pool, const Clock& clock)
    : options_(options),
      store_(store),
      bus_(bus),
      workers_(workers),
      streams_(streams),
      pool_(pool),
      clock_(clock) {
  state_.started_at = state_.bus_since = clock.now();
  state_.bus_connected = bus.connected();
}

HealthState Health::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

// True where it came or went.
bool Health::look_at_bus() {
  const bool connected = bus_.connected();
  workers_.set_bus_connected(connected);
  const std::lock_guard lock(mutex_);
  if (connected == state_.bus_connected) return false;
  state_.bus_connected = connected;
  state_.bus_since = clock_.now();
  return true;
}

// Tells the stream whose state is another than a moment ago.
void Health::look_at_workers() {
  for (const WorkerView& worker : workers_.list()) {
    const auto [before, is_new] = workers_before_.emplace(worker.name, worker.state);
    if (!is_new && before->second == worker.state) continue;
    before->second = worker.state;
    JsonWriter json;
    json.begin_object().field("name", worker.name).field("state", to_string(worker.state));
    json.field("reason", worker.reason).end_object();
    streams_.announce("system." + worker.name + ".state", json.text());
  }
}

net::Task<void> Health::sample() {
  const auto ask = [this]() -> Result<Sample> {
    Sample sample;
    const auto stats = store_.maintenance().stats();
    sample.store_ok = stats.has_value();
    if (stats) sample.stats = *stats;
    if (!options_.data_folder.empty())
      sample.disk = disk_space(options_.data_folder).value_or(DiskSpace{});
    return sample;
  };
  const auto sample = co_await net::run_blocking(pool_, ask);
  if (!sample) co_return;
  const std::lock_guard lock(mutex_);
  state_.store_ok = sample->store_ok;
  if (sample->store_ok) {
    state_.schema_version = sample->stats.schema_version;
    state_.store_bytes = sample->stats.bytes;
  }
  state_.disk = sample->disk;
  state_.disk_level =
      sample->disk.total == 0 ? DiskLevel::ok : disk_level(sample->disk, options_.disk);
  state_.ingest_lag_bytes = counted(workers_, kIngester, kLag);
  state_.rejected_total = sample->store_ok ? sample->stats.rejected : state_.rejected_total;
  state_.dropped_total =
      counted(workers_, kCollector, kDropped) + counted(workers_, kReconciler, kDropped);
  state_.stream_clients = streams_.clients();
}

void Health::publish() {
  streams_.set_health(state().json(options_.version));
}

net::Task<void> Health::run() {
  for (TimePoint next{};;) {
    const bool changed = look_at_bus();
    look_at_workers();
    if (clock_.now() >= next) {
      next = clock_.now() + kHealthEvery;
      co_await sample();
      publish();
    } else if (changed) {
      publish();
    }
    const auto slept = co_await net::sleep_for(kBusLook);
    if (!slept) co_return;
  }
}

}  // namespace decnet::api
