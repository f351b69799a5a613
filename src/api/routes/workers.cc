// Workers: who lives, what they said last, stopping and starting them; reports of crashes.
#include "api/workers.h"

#include <algorithm>

#include <boost/json.hpp>

#include "api/bus_line.h"
#include "api/health.h"
#include "api/json_body.h"
#include "api/list.h"
#include "api/options.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "api/worker_host.h"
#include "base/crash_report.h"
#include "bus/heartbeat.h"
#include "bus/topic.h"
#include "store/store.h"

namespace decnet::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kBus = "bus", kApi = "api";
constexpr std::size_t kReasonBytesMax = 200;

// What the store keeps of a worker that was told to stop.
std::optional<json::object> last_words(const Call& call, std::string_view name) {
  const auto text = call.services.store.maintenance().setting(store::last_words_setting(name));
  if (!text) return std::nullopt;
  boost::system::error_code error;
  json::value value = json::parse(*text, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::string word(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string(text->data(), text->size()) : std::string();
}

void append_lines(JsonWriter& json, const json::object& words) {
  json.begin_array();
  const auto* log = words.if_contains("log");
  if (log != nullptr && log->is_array()) {
    for (const auto& line : log->get_array()) {
      if (line.is_string()) json.value(std::string_view(line.get_string()));
    }
  }
  json.end_array();
}

void append_map(JsonWriter& json, std::string_view key,
                const std::map<std::string, double, std::less<>>& map) {
  json.key(key).begin_object();
  for (const auto& [name, value] : map) json.field(name, value);
  json.end_object();
}

void append_worker(JsonWriter& json, Call& call, const WorkerView& view, bool with_log) {
  const WorkerBeat beat = view.beat.value_or(WorkerBeat{});
  std::optional<TimePoint> at;
  std::optional<double> age_s;
  if (view.beat) {
    at = beat.at;
    age_s = std::chrono::duration<double>(call.now - beat.at).count();
  }
  const auto words = view.state == WorkerState::ok ? std::nullopt : last_words(call, view.name);
  std::string reason = view.reason;
  if (words && !view.beat)
    reason = "stopped on request of " + word(*words, "actor") + "; not heard since";
  auto* host = call.services.options.worker_host.get();
  const WorkerPlace place = host != nullptr ? host->place(view.name) : WorkerPlace{};
  json.begin_object()
      .field("name", view.name)
      .field("state", to_string(view.state))
      .field("reason", reason);
  optional_field(json, "last_beat_at", at);
  optional_field(json, "age_s", age_s);
  json.field("version", beat.version);
  optional_field(json, "pid", beat.pid);
  optional_field(json, "uptime_s", beat.uptime_s);
  json.field("restarts", beat.restarts)
      .field("process", beat.process)
      .field("last_error", beat.last_error)
      .field("installed", place.is_installed)
      .field("supervised", place.is_supervised);
  append_map(json, "counters", beat.counters);
  append_map(json, "rates", beat.rates);
  json.key("last_words");
  if (words) {
    json.begin_object()
        .field("at", word(*words, "at"))
        .field("actor", word(*words, "actor"))
        .field("reason", word(*words, "reason"));
    json.end_object();
  } else {
    json.null();
  }
  if (with_log) {
    json.key("log");
    if (words && (beat.log.empty() || beat.is_stopped)) {
      append_lines(json, *words);
    } else {
      json.begin_array();
      for (const auto& line : beat.log) json.value(line);
      json.end_array();
    }
  }
  json.end_object();
}

Answer list_workers(Call& call) {
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  for (const auto& view : call.services.workers.list()) append_worker(json, call, view, false);
  json.end_array().key("next_cursor").null().key("prev_cursor").null();
  json.field("bus_connected", call.services.health.state().bus_connected).end_object();
  return json_response(std::move(json).take());
}

Problem no_such_worker() {
  return {404, "not_found", "there is no such worker"};
}

Problem bus_offline() {
  return Problem(503, "bus_offline", "the bus is down, so nobody can be told")
      .with("Retry-After", "5");
}

Answer show_worker(Call& call) {
  const auto view = call.services.workers.find(call.path_text("name"));
  if (!view) return no_such_worker();
  JsonWriter json;
  append_worker(json, call, *view, true);
  return json_response(std::move(json).take());
}

// The reason that the caller gives, also for the audit log. Nothing: all is well.
std::optional<Problem> take_reason(Call& call, std::string& reason) {
  if (call.request.body.empty()) return std::nullopt;
  JsonBody body(call.request.body);
  reason = body.optional_text("reason", {.bytes_min = 0, .bytes_max = kReasonBytesMax})
               .value_or(std::string());
  call.audit_detail = reason;
  return body.problem();
}

Answer stop_worker(Call& call) {
  const std::string& name = call.path_text("name");
  call.audit_target = name;
  std::string reason;
  if (auto problem = take_reason(call, reason)) return std::move(*problem);
  if (!call.services.workers.knows(name)) return no_such_worker();
  if (name == kBus || name == kApi)
    return Problem(409, "not_stoppable", "whoever carries this answer is not stopped by it");
  if (!call.services.health.state().bus_connected) return bus_offline();
  const auto topic = DECNET_TRY(bus::topic::system_control(name));
  call.services.bus.publish(topic, bus::stop_payload(call.actor(), call.now, reason));
  JsonWriter json;
  json.begin_object().field("name", name).field("action", "stop").end_object();
  return json_response(std::move(json).take(), 202);
}

Result<WorkerStart> start(Call& call, const std::string& name) {
  const auto& host = call.services.options.worker_host;
  if (!host) return fail(Errc::unsupported, "nobody here starts workers");
  return host->start(name);
}

Answer start_worker(Call& call) {
  const std::string& name = call.path_text("name");
  call.audit_target = name;
  std::string reason;
  if (auto problem = take_reason(call, reason)) return std::move(*problem);
  if (!call.services.workers.knows(name)) return no_such_worker();
  if (name != kBus && !call.services.health.state().bus_connected) return bus_offline();
  const auto started = start(call, name);
  if (!started && started.error().code == Errc::unsupported)
    return Problem(409, "not_startable", started.error().detail);
  if (!started) return Problem(503, "not_started", started.error().detail);
  const bool was_running = *started == WorkerStart::already_running;
  JsonWriter json;
  json.begin_object().field("name", name).field("action", "start");
  json.field("already_running", was_running).end_object();
  return json_response(std::move(json).take(), 202);
}

// The bus first: what starts after it is heard.
Answer start_all(Call& call) {
  std::string reason;
  call.audit_target = "all";
  if (auto problem = take_reason(call, reason)) return std::move(*problem);
  std::vector<std::string> names = {std::string(kBus)};
  for (const auto& view : call.services.workers.list()) {
    if (view.name != kBus) names.push_back(view.name);
  }
  std::vector<std::string> started, running;
  std::vector<std::pair<std::string, std::string>> failed;
  for (const auto& name : names) {
    const auto outcome = start(call, name);
    if (!outcome)
      failed.emplace_back(name, outcome.error().detail);
    else
      (*outcome == WorkerStart::started ? started : running).push_back(name);
  }
  JsonWriter json;
  const auto list = [&json](std::string_view key, const std::vector<std::string>& of) {
    json.key(key).begin_array();
    for (const auto& name : of) json.value(name);
    json.end_array();
  };
  json.begin_object();
  list("started", started);
  list("already_running", running);
  json.key("failed").begin_array();
  for (const auto& [name, why] : failed)
    json.begin_object().field("name", name).field("reason", why).end_object();
  json.end_array().end_object();
  return json_response(std::move(json).take(), 202);
}

Answer list_crash_reports(Call& call) {
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  const std::string& folder = call.services.options.crashes_folder;
  for (const auto& report : folder.empty() ? std::vector<CrashReport>{} : list_crashes(folder)) {
    json.begin_object()
        .field("id", report.id)
        .field("at", report.at)
        .field("signal", report.signal)
        .field("process", report.process)
        .field("worker", report.worker)
        .field("version", report.version)
        .field("pid", report.pid);
    json.key("trace").begin_array();
    for (const auto& line : report.trace) json.value(line);
    json.end_array().end_object();
  }
  json.end_array().key("next_cursor").null().key("prev_cursor").null().end_object();
  return json_response(std::move(json).take());
}

constexpr Param kName[] = {{.name = "name", .where = Where::path, .bytes_max = 64}};
constexpr std::string_view kWorkerStates[] = {"ok", "stale", "unknown"};
constexpr Field kLastWords[] = {
    {"at", Type::time},
    Field{"actor"}.example(R"("admin")"),
    Field{"reason"}.example(R"("maintenance")"),
};
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
    Field{"last_error"}.says("Why it failed last; empty: it did not."),
    Field{"installed", Type::boolean}.says("A unit of systemd."),
    Field{"supervised", Type::boolean}.says("Run by `decnet up`."),
    {"counters", Type::number_map},
    Field{"rates", Type::number_map}.says("A second, between its last two heartbeats."),
    Field{"last_words"}.ref("LastWords").nullable().says("Of a worker that was told to stop."),
};
constexpr Field kWorkerDetail[] = {
    Field{"log"}.list().says("The last lines of its process, oldest first."),
};
constexpr Field kWorkerList[] = {{"bus_connected", Type::boolean}};
constexpr Field kWorkerIntent[] = {
    Field{"name"}.example(R"("ingester")"),
    Field{"action"}.example(R"("stop")"),
    Field{"already_running", Type::boolean}.optional().says("Of a start."),
};
constexpr Field kWorkerReason[] = {
    Field{"reason"}.optional().at_most(kReasonBytesMax).example(R"("maintenance")"),
};
constexpr Field kStartFailure[] = {
    Field{"name"}.example(R"("ingester")"),
    Field{"reason"}.example(R"("its process is away for a moment")"),
};
constexpr Field kStartAll[] = {
    Field{"started"}.list().example(R"(["ingester"])"),
    Field{"already_running"}.list().example(R"(["bus"])"),
    Field{"failed"}.ref("StartFailure").list(),
};
constexpr Field kCrash[] = {
    Field{"id"}.example(R"("20261128T112233Z-engine.0-4711")"),
    {"at", Type::time},
    Field{"signal"}.example(R"("SIGSEGV")"),
    Field{"process"}.example(R"("engine.0")"),
    Field{"worker"}.says("Whose code it was; empty: no worker's."),
    Field{"version"}.example(R"("0.1.0")"),
    {"pid", Type::integer},
    Field{"trace"}.list().says("A line a frame, innermost first."),
};
constexpr Schema kSchemas[] = {
    {.name = "LastWords", .fields = kLastWords},
    {.name = "Worker", .fields = kWorker},
    {.name = "WorkerDetail", .fields = kWorkerDetail, .extends = "Worker"},
    {.name = "WorkerList", .fields = kWorkerList, .extends = "WorkerPage"},
    {.name = "WorkerReason", .fields = kWorkerReason},
    {.name = "WorkerIntent", .fields = kWorkerIntent},
    {.name = "StartFailure", .fields = kStartFailure},
    {.name = "StartAllResponse", .fields = kStartAll},
    {.name = "Crash", .fields = kCrash},
};

constexpr Route kRoutes[] = {
    {.path = "/api/v1/workers",
     .operation = "listWorkers",
     .tag = "workers",
     .summary = "Workers, as last heard on the bus",
     .response = "WorkerList",
     .handler = list_workers},
    {.path = "/api/v1/workers/{name}",
     .operation = "getWorker",
     .tag = "workers",
     .summary = "One worker, with its last log lines",
     .params = kName,
     .response = "WorkerDetail",
     .handler = show_worker},
    {.method = Method::post,
     .path = "/api/v1/workers/{name}/stop",
     .operation = "stopWorker",
     .tag = "workers",
     .summary = "Ask a worker to stop",
     .access = Access::admin,
     .params = kName,
     .is_idempotent_post = true,
     .request = "WorkerReason",
     .body_is_optional = true,
     .response = "WorkerIntent",
     .success = 202,
     .handler = stop_worker},
    {.method = Method::post,
     .path = "/api/v1/workers/{name}/start",
     .operation = "startWorker",
     .tag = "workers",
     .summary = "Start a worker, by the supervisor or systemd",
     .access = Access::admin,
     .params = kName,
     .is_idempotent_post = true,
     .request = "WorkerReason",
     .body_is_optional = true,
     .response = "WorkerIntent",
     .success = 202,
     .handler = start_worker},
    {.method = Method::post,
     .path = "/api/v1/workers/start-all",
     .operation = "startAllWorkers",
     .tag = "workers",
     .summary = "Start every worker, the bus first; one failure does not stop the rest",
     .access = Access::admin,
     .is_idempotent_post = true,
     .request = "WorkerReason",
     .body_is_optional = true,
     .response = "StartAllResponse",
     .success = 202,
     .handler = start_all},
    {.path = "/api/v1/crashes",
     .operation = "listCrashes",
     .tag = "workers",
     .summary = "Reports of crashes, newest first",
     .access = Access::analyst,
     .response = "CrashPage",
     .handler = list_crash_reports},
};

}  // namespace

Noun workers_noun() {
  return {"workers", kRoutes, kSchemas};
}

}  // namespace decnet::api
