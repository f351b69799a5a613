// The installation itself: workers, health, this API's description, what could not be stored.
#include <algorithm>

#include <fmt/format.h>

#include "api/event_view.h"
#include "api/health.h"
#include "api/list.h"
#include "api/options.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "api/scan.h"
#include "api/workers.h"
#include "bus/heartbeat.h"
#include "bus/publish.h"
#include "store/store.h"

namespace decnet::api {
namespace {

constexpr std::size_t kRejectedRowsMax = 1'000;

void append_worker(JsonWriter& json, const WorkerView& view, TimePoint now) {
  const WorkerBeat beat = view.beat.value_or(WorkerBeat{});
  std::optional<TimePoint> at;
  std::optional<double> age_s;
  if (view.beat) {
    at = beat.at;
    age_s = std::chrono::duration<double>(now - beat.at).count();
  }
  json.begin_object()
      .field("name", view.name)
      .field("state", to_string(view.state))
      .field("reason", view.reason);
  optional_field(json, "last_beat_at", at);
  optional_field(json, "age_s", age_s);
  json.field("version", beat.version);
  optional_field(json, "pid", beat.pid);
  optional_field(json, "uptime_s", beat.uptime_s);
  json.field("restarts", beat.restarts).field("process", beat.process);
  json.key("counters").begin_object();
  for (const auto& [name, value] : beat.counters) json.field(name, value);
  json.end_object().end_object();
}

Answer list_workers(Call& call) {
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  for (const auto& view : call.services.workers.list()) append_worker(json, view, call.now);
  json.end_array().key("next_cursor").null().key("prev_cursor").null();
  json.field("bus_connected", call.services.health.state().bus_connected).end_object();
  return json_response(std::move(json).take());
}

Answer stop_worker(Call& call) {
  const std::string& name = call.path_text("name");
  call.audit_target = name;
  if (!call.services.workers.knows(name)) {
    return Problem(404, "not_found", "there is no such worker");
  }
  if (!call.services.health.state().bus_connected) {
    return Problem(503, "bus_offline", "the bus is down, so nobody can be told")
        .with("Retry-After", "5");
  }
  const auto topic = DECNET_TRY(bus::topic::system_control(name));
  call.services.publisher.publish(topic, bus::stop_payload(call.actor(), call.now));
  JsonWriter json;
  json.begin_object().field("name", name).field("action", "stop").end_object();
  return json_response(std::move(json).take(), 202);
}

Answer show_health(Call& call) {
  return json_response(call.services.health.state().json(call.services.options.version));
}

Answer show_openapi(Call& call) {
  Response response;
  response.fixed_body = call.services.openapi;
  response.with("Cache-Control", "no-cache");
  return response;
}

Answer list_rejected(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  auto lines = DECNET_TRY(call.services.store.maintenance().rejected(kRejectedRowsMax));
  struct Row {
    std::size_t seq;  // 1 is the newest.
    store::RejectedLine line;
  };
  std::vector<Row> rows;
  for (auto& line : lines) rows.push_back({rows.size() + 1, std::move(line)});
  const auto name = [](const Row& row) { return fmt::format("{:08}", row.seq); };
  const auto append = [](JsonWriter& json, const Row& row) {
    json.begin_object()
        .field("seq", row.seq)
        .field("at", row.line.at)
        .field("source", row.line.source)
        .field("reason", row.line.reason)
        .field("line", row.line.line)
        .end_object();
  };
  return list_answer(call, *list, page_of(std::move(rows), list->page, name), std::nullopt, append);
}

// The summary that an import leaves as an event.
Answer list_imports(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  store::EventFilter filter;
  filter.types = {std::string(event::kSystemLog)};
  list->page.sort.clear();
  const auto& events = call.services.store.events();
  const auto fetch = [&](const store::PageRequest& page) { return events.list(filter, page); };
  const auto keep = [](const store::EventRow& row) {
    return EventView(row, Secrets::masked).get("what") == "import";
  };
  const auto found = DECNET_TRY(scan<store::EventRow>(list->page, fetch, keep));
  const auto append = [](JsonWriter& json, const store::EventRow& row) {
    const EventView view(row, Secrets::masked);
    json.begin_object().field("at", row.at);
    json.field("kind", view.get("kind")).field("file", view.get("file"));
    for (const auto name : {"lines", "mapped", "rejected"}) {
      json.field(name, view.number(name));
    }
    json.end_object();
  };
  return list_answer(call, *list, found.page, std::nullopt, append, found.reached);
}

constexpr Param kName[] = {{.name = "name", .where = Where::path, .bytes_max = 64}};
constexpr std::string_view kNewestFirst[] = {"-at"};
constexpr Param kImportParams[] = {{.name = "sort", .choices = kNewestFirst}};

constexpr std::string_view kWorkerStates[] = {"ok", "stale", "unknown"};
constexpr Field kWorker[] = {
    Field{"name"}.example(R"("ingester")"),
    Field{"state"}.among(kWorkerStates),
    Field{"reason"}.example(R"("heard 4 s ago")"),
    Field{"last_beat_at", Type::time}.nullable(),
    Field{"age_s", Type::number}.nullable(),
    Field{"version"}.example(R"("0.1.0")"),
    Field{"pid", Type::integer}.nullable().example("4711"),
    Field{"uptime_s", Type::number}.nullable(),
    {"restarts", Type::integer},
    Field{"process"}.example(R"("core")"),
    {"counters", Type::number_map},
};
constexpr Field kWorkerList[] = {{"bus_connected", Type::boolean}};
constexpr Field kWorkerIntent[] = {
    Field{"name"}.example(R"("ingester")"),
    Field{"action"}.example(R"("stop")"),
};
constexpr std::string_view kStatuses[] = {"ok", "degraded"};
constexpr std::string_view kLevels[] = {"ok", "low", "critical"};
constexpr Field kHealthBus[] = {{"connected", Type::boolean}, {"since", Type::time}};
constexpr Field kHealthStore[] = {
    {"ok", Type::boolean}, {"schema_version", Type::integer}, {"bytes", Type::integer}};
constexpr Field kHealthDisk[] = {
    {"free_bytes", Type::integer}, {"total_bytes", Type::integer}, Field{"level"}.among(kLevels)};
constexpr Field kHealthIngest[] = {{"lag_bytes", Type::integer},
                                   {"rejected_total", Type::integer},
                                   {"dropped_total", Type::integer},
                                   {"acknowledging", Type::boolean}};
constexpr Field kHealth[] = {
    Field{"status"}.among(kStatuses),
    Field{"degraded"}.list().says("Open set, today: bus, disk, store.").example("[]"),
    Field{"bus"}.ref("HealthBus"),
    Field{"store"}.ref("HealthStore"),
    Field{"disk"}.ref("HealthDisk"),
    Field{"ingest"}.ref("HealthIngest"),
    {"stream_clients", Type::integer},
    Field{"version"}.example(R"("0.1.0")"),
    {"started_at", Type::time},
};
constexpr Field kRejected[] = {
    Field{"seq", Type::integer}.says("1 is the newest."),
    {"at", Type::time},
    Field{"source"}.example(R"("engine.0")"),
    {"reason"},
    {"line"},
};
constexpr Field kImport[] = {
    {"at", Type::time},
    Field{"kind"}.example(R"("cowrie")"),
    {"file"},
    {"lines", Type::integer},
    {"mapped", Type::integer},
    {"rejected", Type::integer},
};
constexpr Schema kSchemas[] = {
    {.name = "Worker", .fields = kWorker},
    {.name = "WorkerList", .fields = kWorkerList, .extends = "WorkerPage"},
    {.name = "WorkerIntent", .fields = kWorkerIntent},
    {.name = "HealthBus", .fields = kHealthBus},
    {.name = "HealthStore", .fields = kHealthStore},
    {.name = "HealthDisk", .fields = kHealthDisk},
    {.name = "HealthIngest", .fields = kHealthIngest},
    {.name = "Health", .fields = kHealth},
    {.name = "Rejected", .fields = kRejected},
    {.name = "Import", .fields = kImport},
};

constexpr Route kRoutes[] = {
    {.path = "/api/v1/workers",
     .operation = "listWorkers",
     .tag = "system",
     .summary = "Workers, as last heard on the bus",
     .response = "WorkerList",
     .thread = Thread::loop,
     .handler = list_workers},
    {.method = Method::post,
     .path = "/api/v1/workers/{name}/stop",
     .operation = "stopWorker",
     .tag = "system",
     .summary = "Ask a worker to stop",
     .access = Access::admin,
     .params = kName,
     .is_idempotent_post = true,
     .response = "WorkerIntent",
     .success = 202,
     .handler = stop_worker},
    {.path = "/api/v1/health",
     .operation = "getHealth",
     .tag = "system",
     .summary = "Bus, store, disk, ingestion",
     .response = "Health",
     .thread = Thread::loop,
     .handler = show_health},
    {.path = "/api/v1/rejected",
     .operation = "listRejected",
     .tag = "system",
     .summary = "Lines that could not be stored, newest first",
     .access = Access::admin,
     .is_list = true,
     .response = "RejectedPage",
     .handler = list_rejected},
    {.path = "/api/v1/imports",
     .operation = "listImports",
     .tag = "system",
     .summary = "Imported files",
     .params = kImportParams,
     .is_list = true,
     .response = "ImportPage",
     .handler = list_imports},
    {.path = "/api/v1/openapi.json",
     .operation = "getOpenapi",
     .tag = "system",
     .summary = "This document",
     .access = Access::open,
     .thread = Thread::loop,
     .handler = show_openapi},
};

}  // namespace

Noun system_noun() {
  return {"system", kRoutes, kSchemas};
}

}  // namespace decnet::api
