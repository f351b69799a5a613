// Sessions: one peer talking to one service of one decky.
#include "api/list.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "store/store.h"

namespace decnet::api {
namespace {

void append_session(JsonWriter& json, const store::SessionRow& row) {
  json.begin_object()
      .field("uuid", row.uuid.text())
      .field("attacker_uuid", row.attacker_uuid.text())
      .field("attacker_ip", row.attacker_ip)
      .field("decky", row.decky)
      .field("service", row.service)
      .field("src_port", row.src_port)
      .field("dst_port", row.dst_port)
      .field("proto", row.proto)
      .field("started_at", row.started_at);
  optional_field(json, "ended_at", row.ended_at);
  optional_field(json, "duration_ms", row.ended_at ? std::optional(row.duration_ms) : std::nullopt);
  json.field("bytes_in", row.bytes_in)
      .field("bytes_out", row.bytes_out)
      .field("events", row.events)
      .field("logins", row.logins)
      .field("commands", row.commands)
      .field("files", row.files);
  text_or_null(json, "end_reason", row.end_reason);
  json.end_object();
}

Answer list_sessions(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  const store::SessionFilter filter{.range = {call.time("since"), call.time("until")},
                                    .attacker_uuid = call.uuid("attacker_uuid"),
                                    .deckies = call.texts("decky"),
                                    .services = call.texts("service")};
  const auto& attackers = call.services.store.attackers();
  const auto page = DECNET_TRY(attackers.sessions(filter, list->page));
  std::optional<std::uint64_t> total;
  if (list->count != Count::none) total = DECNET_TRY(attackers.count(filter));
  return list_answer(call, *list, page, total, append_session);
}

Answer show_session(Call& call) {
  const auto row = DECNET_TRY(call.services.store.attackers().session(call.path_uuid("uuid")));
  JsonWriter json;
  append_session(json, row);
  return json_response(std::move(json).take());
}

constexpr std::string_view kSorts[] = {"-started_at", "started_at"};
constexpr Param kListParams[] = {
    {.name = "attacker_uuid", .type = Type::uuid}, {.name = "decky", .repeatable = true},
    {.name = "service", .repeatable = true},       {.name = "since", .type = Type::time},
    {.name = "until", .type = Type::time},         {.name = "sort", .choices = kSorts},
};
constexpr Param kUuid[] = {{.name = "uuid", .type = Type::uuid, .where = Where::path}};

constexpr Field kSession[] = {
    {"uuid", Type::uuid},
    Field{"attacker_uuid", Type::uuid}.nullable(),
    Field{"attacker_ip"}.example(R"("198.51.100.7")"),
    Field{"decky"}.example(R"("web-01")"),
    Field{"service"}.example(R"("http")"),
    Field{"src_port", Type::integer}.example("40007"),
    Field{"dst_port", Type::integer}.example("80"),
    Field{"proto"}.example(R"("tcp")"),
    {"started_at", Type::time},
    Field{"ended_at", Type::time}.nullable(),
    Field{"duration_ms", Type::integer}.nullable(),
    {"bytes_in", Type::integer},
    {"bytes_out", Type::integer},
    {"events", Type::integer},
    {"logins", Type::integer},
    {"commands", Type::integer},
    {"files", Type::integer},
    Field{"end_reason"}.nullable().example(R"("quit")"),
};
constexpr Schema kSchemas[] = {{.name = "Session", .fields = kSession}};

constexpr Route kRoutes[] = {
    {.path = "/api/v1/sessions",
     .operation = "listSessions",
     .tag = "sessions",
     .summary = "Sessions",
     .params = kListParams,
     .is_list = true,
     .response = "SessionPage",
     .handler = list_sessions},
    {.path = "/api/v1/sessions/{uuid}",
     .operation = "getSessionByUuid",
     .tag = "sessions",
     .summary = "One session",
     .params = kUuid,
     .response = "Session",
     .handler = show_session},
};

}  // namespace

Noun sessions_noun() {
  return {"sessions", kRoutes, kSchemas};
}

}  // namespace decnet::api
