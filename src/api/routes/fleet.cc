// The fleet: deckies as they shall be and as they are, and what they can be made of.
#include "api/list.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "fleet/catalog.h"
#include "fleet/face.h"
#include "store/store.h"

namespace decnet::api {
namespace {

void append_decky(JsonWriter& json, const store::DeckyRow& row) {
  const fleet::Face face = fleet::face_of(row.spec);
  json.begin_object()
      .field("name", row.spec.name)
      .field("uuid", row.spec.uuid.text())
      .field("archetype", row.spec.archetype)
      .field("personality", face.personality)
      .field("ip", row.spec.ip)
      .field("mac", face.mac)
      .field("hostname", face.hostname);
  json.key("services").begin_array();
  for (const auto& service : row.services) {
    json.begin_object()
        .field("name", service.service)
        .field("port", service.port)
        .field("actual_port", service.actual_port)
        .field("state", service.state);
    text_or_null(json, "reason", service.reason);
    json.end_object();
  }
  json.end_array().field("state", row.state);
  text_or_null(json, "reason", row.reason);
  json.field("deployed_at", row.spec.deployed_at);
  optional_field(json, "last_seen", row.last_seen);
  json.field("hits_24h", row.hits_24h).end_object();
}

Answer list_deckies(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  auto rows = DECNET_TRY(call.services.store.deckies().list(call.now));
  const auto total =
      list->count != Count::none ? std::optional<std::uint64_t>(rows.size()) : std::nullopt;
  const auto name = [](const store::DeckyRow& row) { return row.spec.name; };
  return list_answer(call, *list, page_of(std::move(rows), list->page, name), total, append_decky);
}

Answer show_decky(Call& call) {
  const auto row = DECNET_TRY(call.services.store.deckies().get(call.path_text("name"), call.now));
  JsonWriter json;
  append_decky(json, row);
  return json_response(std::move(json).take());
}

void append_service(JsonWriter& json, const fleet::ServiceInfo& service) {
  json.begin_object().field("name", service.name).field("summary", service.summary);
  json.key("ports").begin_array();
  for (const auto& port : service.ports) json.value(port.port);
  json.end_array().key("options").begin_array();
  for (const auto& option : service.options) {
    json.begin_object()
        .field("name", option.name)
        .field("type", to_string(option.type))
        .field("default", option.standard)
        .field("summary", option.doc);
    json.key("values").begin_array();
    for (const auto value : option.values) json.value(value);
    json.end_array().end_object();
  }
  json.end_array().key("fields").begin_array();
  for (const auto& field : service.fields) {
    json.begin_object().field("name", field.name).field("summary", field.doc).end_object();
  }
  json.end_array().end_object();
}

// A list that is always whole.
template <class Rows, class Append>
Response whole_list(const Rows& rows, Append append) {
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  for (const auto& row : rows) append(json, row);
  json.end_array().key("next_cursor").null().key("prev_cursor").null().end_object();
  return json_response(std::move(json).take());
}

Answer list_services(Call&) {
  return whole_list(fleet::catalogue(), append_service);
}

Answer list_archetypes(Call&) {
  const auto append = [](JsonWriter& json, const fleet::ArchetypeView& view) {
    json.begin_object()
        .field("name", view.name)
        .field("summary", view.summary)
        .field("personality", view.personality)
        .key("services")
        .begin_array();
    for (const auto service : view.services) json.value(service);
    json.end_array().end_object();
  };
  return whole_list(fleet::archetype_views(), append);
}

constexpr Param kName[] = {{.name = "name", .where = Where::path, .bytes_max = 63}};

constexpr std::string_view kServiceStates[] = {"up", "down", "pending"};
constexpr std::string_view kDeckyStates[] = {"up", "degraded", "pending", "down"};
constexpr Field kDeckyService[] = {
    Field{"name"}.example(R"("http")"),
    Field{"port", Type::integer}.example("80"),
    Field{"actual_port", Type::integer}
        .says("Where it listens; differs where the host's own server holds the port.")
        .example("80"),
    Field{"state"}.among(kServiceStates),
    Field{"reason"}.nullable().example("null"),
};
constexpr Field kDecky[] = {
    Field{"name"}.example(R"("web-01")"),
    {"uuid", Type::uuid},
    Field{"archetype"}.example(R"("web-server")"),
    Field{"personality"}.example(R"("linux5")"),
    Field{"ip"}.example(R"("127.66.0.10")"),
    Field{"mac"}.example(R"("00:50:56:8a:01:02")"),
    Field{"hostname"}.example(R"("web-01")"),
    Field{"services"}.ref("DeckyService").list(),
    Field{"state"}.among(kDeckyStates),
    Field{"reason"}.nullable().example("null"),
    {"deployed_at", Type::time},
    Field{"last_seen", Type::time}.nullable(),
    {"hits_24h", Type::integer},
};
constexpr Field kServiceOption[] = {
    Field{"name"}.example(R"("server")"),
    Field{"type"}.optional().example(R"("choice")"),
    Field{"default"}.optional().example(R"("auto")"),
    Field{"summary"}.optional(),
    Field{"values"}.list().optional().says("Of a choice.").example(R"("auto")"),
};
constexpr Field kServiceField[] = {
    Field{"name"}.example(R"("method")"),
    Field{"summary"}.optional(),
};
constexpr Field kServiceInfo[] = {
    Field{"name"}.example(R"("http")"),
    {"summary"},
    Field{"ports", Type::integer}.list().example("[80]"),
    Field{"options"}.ref("ServiceOption").list(),
    Field{"fields"}.ref("ServiceField").list(),
};
constexpr Field kArchetype[] = {
    Field{"name"}.example(R"("web-server")"),
    {"summary"},
    Field{"personality"}.example(R"("linux5")"),
    Field{"services"}.list().example(R"("http")"),
};
constexpr Schema kSchemas[] = {
    {.name = "DeckyService", .fields = kDeckyService},
    {.name = "Decky", .fields = kDecky},
    {.name = "ServiceOption", .fields = kServiceOption},
    {.name = "ServiceField", .fields = kServiceField},
    {.name = "ServiceInfo", .fields = kServiceInfo},
    {.name = "Archetype", .fields = kArchetype},
};

constexpr Route kRoutes[] = {
    {.path = "/api/v1/deckies",
     .operation = "listDeckies",
     .tag = "fleet",
     .summary = "Deckies",
     .is_list = true,
     .response = "DeckyPage",
     .handler = list_deckies},
    {.path = "/api/v1/deckies/{name}",
     .operation = "getDecky",
     .tag = "fleet",
     .summary = "One decky",
     .params = kName,
     .response = "Decky",
     .handler = show_decky},
    {.path = "/api/v1/services",
     .operation = "listServices",
     .tag = "fleet",
     .summary = "The catalogue of services",
     .response = "ServiceInfoPage",
     .thread = Thread::loop,
     .handler = list_services},
    {.path = "/api/v1/archetypes",
     .operation = "listArchetypes",
     .tag = "fleet",
     .summary = "The catalogue of archetypes",
     .response = "ArchetypePage",
     .thread = Thread::loop,
     .handler = list_archetypes},
};

}  // namespace

Noun fleet_noun() {
  return {"fleet", kRoutes, kSchemas};
}

}  // namespace decnet::api
