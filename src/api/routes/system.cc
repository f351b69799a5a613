// The installation itself: health, this API's description, what could not be stored.
#include <algorithm>

#include <fmt/format.h>

#include "api/event_view.h"
#include "api/health.h"
#include "api/list.h"
#include "api/options.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "api/scan.h"
#include "store/store.h"

namespace decnet::api {
namespace {

constexpr std::size_t kRejectedRowsMax = 1'000;

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

constexpr std::string_view kNewestFirst[] = {"-at"};
constexpr Param kImportParams[] = {{.name = "sort", .choices = kNewestFirst}};

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
    {.name = "HealthBus", .fields = kHealthBus},
    {.name = "HealthStore", .fields = kHealthStore},
    {.name = "HealthDisk", .fields = kHealthDisk},
    {.name = "HealthIngest", .fields = kHealthIngest},
    {.name = "Health", .fields = kHealth},
    {.name = "Rejected", .fields = kRejected},
    {.name = "Import", .fields = kImport},
};

constexpr Route kRoutes[] = {
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
