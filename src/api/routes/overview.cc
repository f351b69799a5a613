// The overview: whether something is happening, and whether the instrument is healthy.
#include <algorithm>
#include <map>

#include "api/call.h"
#include "api/event_view.h"
#include "api/geo.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "api/workers.h"
#include "net/endpoint.h"
#include "store/store.h"

namespace decnet::api {
namespace {

constexpr Duration kRangeDefault = std::chrono::hours{24};
constexpr Duration kRangeMax = std::chrono::hours{24 * 366 * 10};
constexpr Duration kRangeShownLeast = std::chrono::hours{1};
constexpr std::size_t kTopRows = 10;
constexpr std::size_t kAttentionRows = 20;
constexpr std::size_t kMapAttackersMax = 5'000;  // The most recent ones in the range.
constexpr std::int64_t kRatePointsMax = 150;

struct Span {
  TimePoint since, until;
  bool everything = false;
  store::TimeRange range() const { return {since, until}; }
  store::TimeRange before() const { return {since - (until - since), since}; }
};

tl::expected<Span, Problem> span_of(const Call& call) {
  Span span;
  span.until = call.time("until").value_or(call.now);
  span.since = call.time("since").value_or(span.until - kRangeDefault);
  if (span.since >= span.until) {
    return tl::unexpected(Problem(400, "invalid_parameter", "since must be before until")
                              .at("/query/since", "must be before until"));
  }
  if (span.since < span.until - kRangeMax) {
    span.since = span.until - kRangeMax;
    span.everything = true;
  }
  return span;
}

// A beginning before kRangeMax asks for everything: from the first event, so that the chart is not
// ten empty years.
Result<TimePoint> first_event(const store::EventTable& events, const Span& span) {
  constexpr Duration kCoarse = std::chrono::hours{24 * 30}, kFine = std::chrono::hours{1};
  TimePoint first = span.since;
  for (const Duration bucket : {kCoarse, kFine}) {
    const store::TimeRange range{first, bucket == kCoarse ? span.until : first + kCoarse};
    const auto points = DECNET_TRY(events.rate(range, bucket));
    const auto found = std::find_if(points.begin(), points.end(),
                                    [](const store::RatePoint& point) { return point.total > 0; });
    if (found == points.end()) return span.until - kRangeDefault;
    first = std::max(span.since, found->at);
  }
  return std::min(first, span.until - kRangeShownLeast);
}

// The shortest of the usual lengths that gives no more than kRatePointsMax points.
Duration bucket_of(const Span& span) {
  using std::chrono::hours;
  using std::chrono::minutes;
  constexpr Duration kLengths[] = {minutes{1},  minutes{2},  minutes{5}, minutes{10},
                                   minutes{15}, minutes{30}, hours{1},   hours{2},
                                   hours{6},    hours{12},   hours{24},  hours{24 * 7}};
  for (const Duration length : kLengths) {
    if ((span.until - span.since) / length < kRatePointsMax) return length;
  }
  return std::max<Duration>(hours{24 * 30}, (span.until - span.since) / kRatePointsMax);
}

TimePoint floor_to(TimePoint time, Duration length) {
  const auto since_epoch = time.time_since_epoch();
  return TimePoint{since_epoch - since_epoch % length};
}

Result<void> append_kpis(JsonWriter& json, const Call& call, const Span& span) {
  const auto& attackers = call.services.store.attackers();
  const auto now = DECNET_TRY(attackers.totals(span.range()));
  const auto before = DECNET_TRY(attackers.totals(span.before()));
  json.key("kpis").begin_array();
  const auto kpi = [&json](std::string_view key, std::uint64_t value, std::uint64_t previous) {
    json.begin_object().field("key", key).field("value", value).field("previous", previous);
    json.end_object();
  };
  kpi("events", now.events, before.events);
  kpi("attackers", now.attackers, before.attackers);
  kpi("sessions", now.sessions, before.sessions);
  kpi("credentials", now.credentials, before.credentials);
  kpi("files", now.files, before.files);
  json.end_array();
  return {};
}

// A point for every bucket, also where nothing happened.
Result<void> append_rate(JsonWriter& json, const Call& call, const Span& span) {
  const Duration bucket = bucket_of(span);
  const auto points = DECNET_TRY(call.services.store.events().rate(span.range(), bucket));
  std::map<TimePoint, store::RatePoint> by_time;
  for (const auto& point : points) {
    auto& sum = by_time[floor_to(point.at, bucket)];
    sum.total += point.total;
    sum.critical += point.critical;
  }
  json.key("rate").begin_array();
  for (TimePoint at = floor_to(span.since, bucket); at < span.until; at += bucket) {
    const auto found = by_time.find(at);
    const auto point = found != by_time.end() ? found->second : store::RatePoint{};
    json.begin_object().field("at", at).field("total", point.total);
    json.field("critical", point.critical).end_object();
  }
  json.end_array();
  return {};
}

Result<void> append_hits(JsonWriter& json, const Call& call, const Span& span) {
  const auto& attackers = call.services.store.attackers();
  json.key("top_attackers").begin_array();
  for (const auto& row : DECNET_TRY(attackers.top(span.range(), kTopRows))) {
    json.begin_object();
    append_attacker_fields(json, row, call.services.geo);
    json.end_object();
  }
  json.end_array().key("deckies_hit").begin_array();
  for (const auto& hit : DECNET_TRY(attackers.deckies_hit(span.range()))) {
    json.begin_object().field("decky", hit.decky).field("events", hit.events);
    json.field("attackers", hit.attackers).end_object();
  }
  json.end_array();
  return {};
}

Result<void> append_map(JsonWriter& json, const Call& call, const Span& span) {
  struct Country {
    std::string name;
    std::uint64_t attackers = 0, events = 0;
  };
  std::map<std::string, Country> countries;
  std::uint64_t private_attackers = 0;
  const auto page = DECNET_TRY(
      call.services.store.attackers().list({.range = span.range()}, {.limit = kMapAttackersMax}));
  for (const auto& row : page.rows) {
    const auto ip = net::IpAddress::parse(row.ip);
    if (ip && ip->is_private()) ++private_attackers;
    const Place place = call.services.geo.find(row.ip);
    if (place.country.empty()) continue;
    Country& country = countries[place.country];
    country.name = place.country_name;
    ++country.attackers;
    country.events += row.events;
  }
  json.key("countries").begin_array();
  for (const auto& [code, country] : countries) {
    json.begin_object().field("country", code).field("name", country.name);
    json.field("attackers", country.attackers).field("events", country.events).end_object();
  }
  json.end_array().field("private_attackers", private_attackers);
  return {};
}

Result<void> append_attention(JsonWriter& json, const Call& call, const Span& span) {
  store::EventFilter filter;
  filter.range = span.range();
  filter.severities = {event::Severity::error, event::Severity::warning};
  const auto page =
      DECNET_TRY(call.services.store.events().list(filter, {.limit = kAttentionRows}));
  json.key("attention").begin_array();
  for (const auto& row : page.rows) EventView(row, Secrets::masked).append(json);
  json.end_array();
  return {};
}

Result<void> append_instrument(JsonWriter& json, const Call& call) {
  const auto deckies = DECNET_TRY(call.services.store.deckies().list(call.now));
  const auto up = std::count_if(deckies.begin(), deckies.end(),
                                [](const store::DeckyRow& row) { return row.state == "up"; });
  json.key("deckies").begin_object().field("total", deckies.size()).field("up", up).end_object();
  std::map<WorkerState, std::size_t> states;
  for (const auto& worker : call.services.workers.list()) ++states[worker.state];
  json.key("workers").begin_object();
  for (const auto state : {WorkerState::ok, WorkerState::stale, WorkerState::unknown}) {
    json.field(to_string(state), states[state]);
  }
  json.end_object();
  return {};
}

Answer show_overview(Call& call) {
  auto span = span_of(call);
  if (!span) return span.error();
  if (span->everything) span->since = DECNET_TRY(first_event(call.services.store.events(), *span));
  JsonWriter json;
  json.begin_object();
  DECNET_TRY(append_kpis(json, call, *span));
  DECNET_TRY(append_rate(json, call, *span));
  DECNET_TRY(append_hits(json, call, *span));
  DECNET_TRY(append_map(json, call, *span));
  DECNET_TRY(append_attention(json, call, *span));
  DECNET_TRY(append_instrument(json, call));
  json.end_object();
  return json_response(std::move(json).take());
}

constexpr Param kParams[] = {{.name = "since", .type = Type::time},
                             {.name = "until", .type = Type::time}};
constexpr std::string_view kKeys[] = {"events", "attackers", "sessions", "credentials", "files"};
constexpr Field kKpi[] = {
    Field{"key"}.among(kKeys), {"value", Type::integer}, {"previous", Type::integer}};
constexpr Field kRate[] = {
    {"at", Type::time}, {"total", Type::integer}, {"critical", Type::integer}};
constexpr Field kHit[] = {
    Field{"decky"}.example(R"("web-01")"), {"events", Type::integer}, {"attackers", Type::integer}};
constexpr Field kCountry[] = {Field{"country"}.example(R"("NL")"),
                              Field{"name"}.example(R"("Netherlands")"),
                              {"attackers", Type::integer},
                              {"events", Type::integer}};
constexpr Field kDeckyCount[] = {{"total", Type::integer}, {"up", Type::integer}};
constexpr Field kWorkerCount[] = {
    {"ok", Type::integer}, {"stale", Type::integer}, {"unknown", Type::integer}};
constexpr Field kOverview[] = {
    Field{"kpis"}.ref("Kpi").list(),
    Field{"rate"}.ref("RatePoint").list(),
    Field{"top_attackers"}.ref("Attacker").list(),
    Field{"deckies_hit"}.ref("DeckyHits").list(),
    Field{"countries"}.ref("CountryCount").list().says("Empty where no geo data is installed."),
    {"private_attackers", Type::integer},
    Field{"attention"}.ref("Event").list().says(
        "Accepted logins, files and warnings, newest first, at most 20."),
    Field{"deckies"}.ref("DeckyCount"),
    Field{"workers"}.ref("WorkerCount"),
};
constexpr Schema kSchemas[] = {
    {.name = "Kpi", .fields = kKpi},
    {.name = "RatePoint", .fields = kRate},
    {.name = "DeckyHits", .fields = kHit},
    {.name = "CountryCount", .fields = kCountry},
    {.name = "DeckyCount", .fields = kDeckyCount},
    {.name = "WorkerCount", .fields = kWorkerCount},
    {.name = "Overview", .fields = kOverview},
};
constexpr Route kRoutes[] = {
    {.path = "/api/v1/overview",
     .operation = "getOverview",
     .tag = "overview",
     .summary = "What the overview page shows",
     .params = kParams,
     .response = "Overview",
     .handler = show_overview},
};

}  // namespace

Noun overview_noun() {
  return {"overview", kRoutes, kSchemas};
}

}  // namespace decnet::api
