// Events: the list behind the live feed, its facets, one event with its line.
#include "api/event_view.h"
#include "api/list.h"
#include "api/options.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "store/store.h"

namespace decnet::api {
namespace {

std::optional<event::Severity> parse_severity(std::string_view text) {
  for (const auto severity : {event::Severity::error, event::Severity::warning,
                              event::Severity::notice, event::Severity::info}) {
    if (to_string(severity) == text) return severity;
  }
  return std::nullopt;
}

store::EventFilter filter_of(const Call& call) {
  store::EventFilter filter;
  filter.range = {call.time("since"), call.time("until")};
  filter.types = call.texts("type");
  filter.deckies = call.texts("decky");
  filter.services = call.texts("service");
  for (const auto& text : call.texts("severity")) {
    filter.severities.push_back(*parse_severity(text));
  }
  filter.attacker_uuid = call.uuid("attacker_uuid");
  filter.session_uuid = call.uuid("session_uuid");
  filter.ip = call.text("ip");
  filter.text = call.text("q");
  return filter;
}

Answer list_events(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  const auto filter = filter_of(call);
  auto& events = call.services.store.events();
  const auto page = DECNET_TRY(events.list(filter, list->page));
  std::optional<std::uint64_t> total;
  if (list->count != Count::none) total = DECNET_TRY(events.count(filter));
  const auto append = [](JsonWriter& json, const store::EventRow& row) {
    EventView(row, Secrets::masked).append(json);
  };
  return list_answer(call, *list, page, total, append);
}

void append_counts(JsonWriter& json, std::string_view name,
                   const std::vector<store::ValueCount>& counts) {
  json.key(name).begin_array();
  for (const auto& one : counts) append_count(json, one);
  json.end_array();
}

Answer show_facets(Call& call) {
  const auto facets = DECNET_TRY(call.services.store.events().facets(filter_of(call)));
  JsonWriter json;
  json.begin_object();
  append_counts(json, "type", facets.types);
  append_counts(json, "service", facets.services);
  append_counts(json, "decky", facets.deckies);
  append_counts(json, "severity", facets.severities);
  json.end_object();
  return json_response(std::move(json).take());
}

Answer show_event(Call& call) {
  const auto row = DECNET_TRY(call.services.store.events().get(call.path_integer("seq")));
  Secrets secrets = Secrets::masked;
  if (call.flag("reveal").value_or(false)) {
    if (!call.may(Role::analyst)) {
      Problem problem(403, "role_required", "to see secrets needs the role analyst");
      problem.required_role = "analyst";
      return problem;
    }
    DECNET_TRY(audit(call, "revealEvent", std::to_string(row.seq), row.type));
    secrets = Secrets::shown;
  }
  const EventView view(row, secrets);
  JsonWriter json;
  view.append_with(json, view.line(call.services.options.enterprise_number));
  return json_response(std::move(json).take());
}

constexpr std::string_view kSeverities[] = {"error", "warning", "notice", "info"};
constexpr std::string_view kSorts[] = {"-seq", "seq"};

#define EVENT_FILTERS                                                              \
  {.name = "since", .type = Type::time}, {.name = "until", .type = Type::time},    \
      {.name = "type", .repeatable = true}, {.name = "decky", .repeatable = true}, \
      {.name = "service", .repeatable = true},                                     \
      {.name = "severity", .repeatable = true, .choices = kSeverities},            \
      {.name = "attacker_uuid", .type = Type::uuid}, {.name = "ip"},               \
      {.name = "session_uuid", .type = Type::uuid}, {                              \
    .name = "q", .says = "A text in the event's fields."                           \
  }
constexpr Param kFilters[] = {EVENT_FILTERS};
constexpr Param kListParams[] = {EVENT_FILTERS, {.name = "sort", .choices = kSorts}};
#undef EVENT_FILTERS
constexpr Param kOneParams[] = {
    {.name = "seq", .type = Type::integer, .where = Where::path},
    {.name = "reveal",
     .type = Type::boolean,
     .says = "Shows secrets; needs the role analyst and is in the audit log."},
};

constexpr Field kEvent[] = {
    Field{"seq", Type::integer}.says("Position in the store; also the id on the stream."),
    {"at", Type::time},
    Field{"severity"}.ref("Severity"),
    Field{"type"}
        .says("Open set, today: session.started, session.ended, login.attempt, command, request, "
              "file.captured, recording, fingerprint, scan, detection_probe, decky_mutated, "
              "system.log.")
        .example(R"("login.attempt")"),
    Field{"decky"}.example(R"("web-01")"),
    Field{"service"}.example(R"("http")"),
    Field{"session_uuid", Type::uuid}.nullable(),
    Field{"attacker_uuid", Type::uuid}.nullable(),
    Field{"src_ip"}.example(R"("198.51.100.7")"),
    Field{"src_port", Type::integer}.example("40007"),
    Field{"dst_ip"}.example(R"("192.0.2.1")"),
    Field{"dst_port", Type::integer}.example("80"),
    Field{"proto"}.example(R"("tcp")"),
    Field{"summary"}
        .says("One plain line.")
        .example(R"x("login refused: root / ••••• (plaintext)")x"),
    Field{"fields", Type::text_map}.says("Secrets are masked unless revealed."),
};
constexpr Field kEventDetail[] = {Field{"raw"}.says("The RFC 5424 line, rebuilt.")};
constexpr Field kFacetValue[] = {{"value"}, {"count", Type::integer}};
constexpr Field kEventFacets[] = {
    Field{"type"}.ref("FacetValue").list(),
    Field{"service"}.ref("FacetValue").list(),
    Field{"decky"}.ref("FacetValue").list(),
    Field{"severity"}.ref("FacetValue").list(),
};
constexpr Schema kSchemas[] = {
    {.name = "Severity",
     .says = "error: a fault of a decoy; warning: a login that was accepted, a file, a traversal; "
             "notice: a login attempt; info: routine.",
     .choices = kSeverities},
    {.name = "Event", .fields = kEvent},
    {.name = "EventDetail", .fields = kEventDetail, .extends = "Event"},
    {.name = "FacetValue", .fields = kFacetValue},
    {.name = "EventFacets", .fields = kEventFacets},
};

constexpr Route kRoutes[] = {
    {.path = "/api/v1/events",
     .operation = "listEvents",
     .tag = "events",
     .summary = "Events",
     .params = kListParams,
     .is_list = true,
     .response = "EventPage",
     .handler = list_events},
    {.path = "/api/v1/events/facets",
     .operation = "getEventFacets",
     .tag = "events",
     .summary = "Counts by type, service, decky and severity",
     .params = kFilters,
     .response = "EventFacets",
     .handler = show_facets},
    {.path = "/api/v1/events/{seq}",
     .operation = "getEvent",
     .tag = "events",
     .summary = "One event with its line",
     .params = kOneParams,
     .response = "EventDetail",
     .handler = show_event},
};

}  // namespace

Noun events_noun() {
  return {"events", kRoutes, kSchemas};
}

void append_count(JsonWriter& json, const store::ValueCount& count) {
  json.begin_object().field("value", count.value).field("count", count.count).end_object();
}

}  // namespace decnet::api
