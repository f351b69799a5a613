// Attackers: the list, one of them, their fingerprints and the URLs that they named.
#include <map>

#include "api/geo.h"
#include "api/list.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "api/scan.h"
#include "api/session_story.h"
#include "net/endpoint.h"
#include "store/store.h"

namespace decnet::api {
namespace {

constexpr std::size_t kUrlEventsMax = 5'000;

struct UrlSeen {
  std::string url;
  TimePoint first_seen{}, last_seen{};
  std::uint64_t count = 0;
  std::optional<Uuid> session = {};  // The last one.
};

store::AttackerFilter filter_of(const Call& call) {
  return {.range = {call.time("since"), call.time("until")},
          .ip = call.text("ip"),
          .text = call.text("q")};
}

Answer list_attackers(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  const auto filter = filter_of(call);
  const auto countries = call.texts("country");
  const auto& attackers = call.services.store.attackers();
  const Geo& geo = call.services.geo;
  const auto append = [&geo](JsonWriter& json, const store::AttackerRow& row) {
    json.begin_object();
    append_attacker_fields(json, row, geo);
    json.end_object();
  };
  const auto fetch = [&](const store::PageRequest& page) { return attackers.list(filter, page); };
  if (countries.empty()) {
    std::optional<std::uint64_t> total;
    if (list->count != Count::none) total = DECNET_TRY(attackers.count(filter));
    const auto page = DECNET_TRY(fetch(list->page));
    return list_answer(call, *list, page, total, append);
  }
  // The store knows addresses, not countries.
  const auto keep = [&](const store::AttackerRow& row) {
    const auto place = geo.find(row.ip);
    return std::find(countries.begin(), countries.end(), place.country) != countries.end();
  };
  const auto found = DECNET_TRY(scan<store::AttackerRow>(list->page, fetch, keep));
  return list_answer(call, *list, found.page, std::nullopt, append, found.reached);
}

Answer show_attacker(Call& call) {
  const auto detail =
      DECNET_TRY(call.services.store.attackers().get(call.path_uuid("uuid"), call.now));
  const auto address = net::IpAddress::parse(detail.attacker.ip);
  JsonWriter json;
  json.begin_object();
  append_attacker_fields(json, detail.attacker, call.services.geo);
  json.key("services").begin_array();
  for (const auto& name : detail.services) json.value(name);
  json.end_array().key("decky_names").begin_array();
  for (const auto& name : detail.decky_names) json.value(name);
  json.end_array().field("is_private", address && address->is_private());
  json.key("event_types").begin_object();
  for (const auto& [type, count] : detail.event_types) json.field(type, count);
  json.end_object().key("by_hour").begin_array();
  for (const auto& point : detail.by_hour) {
    json.begin_object().field("at", point.at).field("count", point.total).end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(json).take());
}

Answer list_fingerprints_of(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  auto& attackers = call.services.store.attackers();
  const Uuid uuid = call.path_uuid("uuid");
  auto rows = DECNET_TRY(attackers.fingerprints(uuid));
  if (rows.empty()) DECNET_TRY(attackers.get(uuid, call.now));  // 404 for who is not known.
  const auto name = [](const store::FingerprintRow& row) { return row.kind + ' ' + row.value; };
  std::sort(rows.begin(), rows.end(),
            [&](const auto& a, const auto& b) { return name(a) < name(b); });
  const std::uint64_t total = rows.size();
  const auto page = page_of(std::move(rows), list->page, name);
  return list_answer(call, *list, page,
                     list->count != Count::none ? std::optional(total) : std::nullopt,
                     append_fingerprint);
}

// Of the last events only: the rest is in the sessions.
Answer list_urls_of(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  auto& store = call.services.store;
  store::EventFilter filter;
  filter.attacker_uuid = call.path_uuid("uuid");
  filter.types = {std::string(event::kCommand), std::string(event::kFileCaptured),
                  std::string(event::kRequest)};
  filter.text = "://";
  const store::PageRequest latest{.sort = {}, .limit = kUrlEventsMax};
  const auto events = DECNET_TRY(store.events().list(filter, latest));
  if (events.rows.empty()) DECNET_TRY(store.attackers().get(*filter.attacker_uuid, call.now));
  std::map<std::string, UrlSeen> seen;
  for (const auto& row : events.rows) {  // The newest first.
    for (std::string& url : urls_of(row)) {
      UrlSeen& one = seen.try_emplace(url, UrlSeen{.url = url, .last_seen = row.at}).first->second;
      ++one.count;
      one.first_seen = row.at;
      if (!one.session) one.session = row.session_uuid;
    }
  }
  std::vector<UrlSeen> rows;
  for (auto& [url, one] : seen) rows.push_back(std::move(one));
  const auto page =
      page_of(std::move(rows), list->page, [](const UrlSeen& one) { return one.url; });
  const auto append = [](JsonWriter& json, const UrlSeen& one) {
    json.begin_object().field("url", one.url).field("count", one.count);
    json.field("first_seen", one.first_seen).field("last_seen", one.last_seen);
    optional_field(json, "session_uuid", one.session);
    json.end_object();
  };
  return list_answer(call, *list, page, std::nullopt, append);
}

constexpr std::string_view kSorts[] = {"-last_seen", "last_seen", "-first_seen", "first_seen",
                                       "-events",    "-sessions", "-credentials"};
constexpr Param kListParams[] = {
    {.name = "q", .says = "How the address begins."},
    {.name = "ip"},
    {.name = "country", .repeatable = true, .says = "ISO 3166-1 alpha-2."},
    {.name = "since", .type = Type::time},
    {.name = "until", .type = Type::time},
    {.name = "sort", .choices = kSorts},
};
constexpr Param kUuid[] = {{.name = "uuid", .type = Type::uuid, .where = Where::path}};

constexpr Field kAttacker[] = {
    {"uuid", Type::uuid},
    Field{"ip"}.example(R"("198.51.100.7")"),
    Field{"country"}.nullable().says("ISO 3166-1 alpha-2.").example(R"("NL")"),
    Field{"country_name"}.nullable().example(R"("Netherlands")"),
    Field{"asn", Type::integer}.nullable().example("64496"),
    Field{"as_name"}.nullable().example(R"("EXAMPLE-AS")"),
    {"first_seen", Type::time},
    {"last_seen", Type::time},
    {"events", Type::integer},
    {"sessions", Type::integer},
    {"credentials", Type::integer},
    {"deckies", Type::integer},
    {"files", Type::integer},
    Field{"severity_max"}.ref("Severity"),
};
constexpr Field kHourCount[] = {{"at", Type::time}, {"count", Type::integer}};
constexpr Field kDetail[] = {
    Field{"services"}.list().example(R"("http")"),
    Field{"decky_names"}.list().example(R"("web-01")"),
    {"is_private", Type::boolean},
    {"event_types", Type::integer_map},
    Field{"by_hour"}.ref("HourCount").list().says("The last seven days."),
};
constexpr Field kSeenUrl[] = {
    Field{"url"}.example(R"("http://203.0.113.9/x.sh")"),
    Field{"count", Type::integer}.example("3"),
    {"first_seen", Type::time},
    {"last_seen", Type::time},
    Field{"session_uuid", Type::uuid}.nullable().says("The last one."),
};
constexpr Schema kSchemas[] = {
    {.name = "Attacker", .fields = kAttacker},
    {.name = "HourCount", .fields = kHourCount},
    {.name = "AttackerDetail", .fields = kDetail, .extends = "Attacker"},
    {.name = "SeenUrl", .fields = kSeenUrl},
};

constexpr Route kRoutes[] = {
    {.path = "/api/v1/attackers",
     .operation = "listAttackers",
     .tag = "attackers",
     .summary = "Attackers",
     .params = kListParams,
     .is_list = true,
     .response = "AttackerPage",
     .handler = list_attackers},
    {.path = "/api/v1/attackers/{uuid}",
     .operation = "getAttacker",
     .tag = "attackers",
     .summary = "One attacker",
     .params = kUuid,
     .response = "AttackerDetail",
     .handler = show_attacker},
    {.path = "/api/v1/attackers/{uuid}/fingerprints",
     .operation = "listAttackerFingerprints",
     .tag = "attackers",
     .summary = "What tells who this attacker is",
     .params = kUuid,
     .is_list = true,
     .response = "FingerprintPage",
     .handler = list_fingerprints_of},
    {.path = "/api/v1/attackers/{uuid}/urls",
     .operation = "listAttackerUrls",
     .tag = "attackers",
     .summary = "URLs that this attacker typed or made a decky fetch, of the last events",
     .params = kUuid,
     .is_list = true,
     .response = "SeenUrlPage",
     .handler = list_urls_of},
};

}  // namespace

Noun attackers_noun() {
  return {"attackers", kRoutes, kSchemas};
}

void append_attacker_fields(JsonWriter& json, const store::AttackerRow& row, const Geo& geo) {
  const Place place = geo.find(row.ip);
  json.field("uuid", row.uuid.text()).field("ip", row.ip);
  text_or_null(json, "country", place.country);
  text_or_null(json, "country_name", place.country_name);
  optional_field(json, "asn", place.asn);
  text_or_null(json, "as_name", place.as_name);
  json.field("first_seen", row.first_seen)
      .field("last_seen", row.last_seen)
      .field("events", row.events)
      .field("sessions", row.sessions)
      .field("credentials", row.credentials)
      .field("deckies", row.deckies)
      .field("files", row.files)
      .field("severity_max", to_string(row.severity_max));
}

}  // namespace decnet::api
