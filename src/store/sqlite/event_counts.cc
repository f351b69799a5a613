// Facets, counts and rates: from the roll-ups where the filter allows it, at the ends of a range
// and for everything else from the events themselves.
#include <algorithm>
#include <map>

#include <boost/unordered/unordered_flat_map.hpp>

#include "store/sqlite/event_query.h"
#include "store/sqlite/events.h"
#include "store/sqlite/range.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::size_t kRatePointsMax = 10'000;

struct Dimensions {
  boost::unordered_flat_map<std::int64_t, std::uint64_t> types, services, deckies, severities;
  std::uint64_t total = 0;

  void add(std::int64_t type, std::int64_t service, std::int64_t decky, std::int64_t severity,
           std::uint64_t count) {
    types[type] += count;
    services[service] += count;
    deckies[decky] += count;
    severities[severity] += count;
    total += count;
  }
};

bool rollups_suffice(const EventFilter& filter) noexcept {
  return !filter.attacker_uuid && !filter.session_uuid && filter.ip.empty() && filter.text.empty();
}

Result<void> count_events(Connection& reader, const EventFilter& filter, Dimensions& into) {
  const EventQuery query = DECNET_TRY(make_event_query(reader, filter));
  if (query.nothing) return {};
  Rows rows =
      DECNET_TRY(reader.select("SELECT e.type, e.service, e.decky, e.severity FROM " + query.from +
                                   (query.where.empty() ? "" : " WHERE " + query.where),
                               query.values));
  while (DECNET_TRY(rows.next()))
    into.add(rows.number(0), rows.number(1), rows.number(2), rows.number(3), 1);
  return {};
}

// The filter's words have the same columns in both tables, so the same conditions serve.
Result<void> count_rollups(Connection& reader, const EventFilter& filter, Dimensions& into) {
  const BucketParts parts = split_range(filter.range, kSlot);
  EventFilter by_words = filter;
  by_words.range = {};
  EventQuery query = DECNET_TRY(make_event_query(reader, by_words));
  if (query.nothing) return {};
  query.where += std::string(query.where.empty() ? "" : " AND ") + "e.slot >= ? AND e.slot < ?";
  query.values.emplace_back(parts.first);
  query.values.emplace_back(parts.end);
  Rows rows = DECNET_TRY(reader.select(
      "SELECT e.type, e.service, e.decky, e.severity, e.events FROM tally e WHERE " + query.where,
      query.values));
  while (DECNET_TRY(rows.next()))
    into.add(rows.number(0), rows.number(1), rows.number(2), rows.number(3), rows.count(4));
  for (const TimeRange& edge : parts.edges) {
    by_words.range = edge;
    DECNET_TRY(count_events(reader, by_words, into));
  }
  return {};
}

Result<Dimensions> count_dimensions(Connection& reader, const EventFilter& filter) {
  Dimensions out;
  DECNET_TRY(rollups_suffice(filter) ? count_rollups(reader, filter, out)
                                     : count_events(reader, filter, out));
  return out;
}

void sort_counts(std::vector<ValueCount>& counts) {
  std::sort(counts.begin(), counts.end(), [](const ValueCount& a, const ValueCount& b) {
    return a.count != b.count ? a.count > b.count : a.value < b.value;
  });
}

std::string_view severity_name(std::int64_t severity) noexcept {
  switch (severity) {
    case 3:
      return "error";
    case 4:
      return "warning";
    case 5:
      return "notice";
    default:
      return "info";
  }
}

Result<void> add_rates(Connection& reader, const TimeRange& range, Duration bucket,
                       std::map<std::int64_t, RatePoint>& points) {
  const EventQuery query = DECNET_TRY(make_event_query(reader, {.range = range}));
  Rows rows = DECNET_TRY(reader.select("SELECT e.at, e.severity <= 4 FROM " + query.from +
                                           (query.where.empty() ? "" : " WHERE " + query.where),
                                       query.values));
  while (DECNET_TRY(rows.next())) {
    RatePoint& point = points[bucket_of(rows.time(0), bucket)];
    ++point.total;
    point.critical += rows.count(1);
  }
  return {};
}

Result<void> add_minutes(Connection& reader, const BucketParts& parts, Duration bucket,
                         std::map<std::int64_t, RatePoint>& points) {
  Rows rows =
      DECNET_TRY(reader.select("SELECT minute, events, critical FROM minutes WHERE minute >= ? AND "
                               "minute < ? AND events > 0",
                               parts.first, parts.end));
  while (DECNET_TRY(rows.next())) {
    RatePoint& point = points[bucket_of(start_of_bucket(rows.number(0), kMinute), bucket)];
    point.total += rows.count(1);
    point.critical += rows.count(2);
  }
  return {};
}

}  // namespace

Result<EventFacets> SqliteEvents::facets(const EventFilter& filter) const {
  const Reader reader = DECNET_TRY(database_.read(Database::View::one_snapshot));
  const Dimensions counted = DECNET_TRY(count_dimensions(*reader, filter));
  const auto named = [&](const auto& counts) -> Result<std::vector<ValueCount>> {
    std::vector<ValueCount> out;
    for (const auto& [word, count] : counts)
      out.push_back({.value = DECNET_TRY(database_.words().text(*reader, word)), .count = count});
    sort_counts(out);
    return out;
  };
  EventFacets out;
  out.types = DECNET_TRY(named(counted.types));
  out.services = DECNET_TRY(named(counted.services));
  out.deckies = DECNET_TRY(named(counted.deckies));
  for (const auto& [severity, count] : counted.severities)
    out.severities.push_back({.value = std::string(severity_name(severity)), .count = count});
  sort_counts(out.severities);
  return out;
}

Result<std::uint64_t> SqliteEvents::count(const EventFilter& filter) const {
  const Reader reader = DECNET_TRY(database_.read(Database::View::one_snapshot));
  return DECNET_TRY(count_dimensions(*reader, filter)).total;
}

Result<std::vector<RatePoint>> SqliteEvents::rate(const TimeRange& range, Duration bucket) const {
  if (bucket <= Duration::zero()) return fail(Errc::invalid_argument, "a bucket has a width");
  const Reader reader = DECNET_TRY(database_.read(Database::View::one_snapshot));
  std::map<std::int64_t, RatePoint> points;
  if (bucket % kMinute == Duration::zero()) {
    const BucketParts parts = split_range(range, kMinute);
    DECNET_TRY(add_minutes(*reader, parts, bucket, points));
    for (const TimeRange& edge : parts.edges) DECNET_TRY(add_rates(*reader, edge, bucket, points));
  } else {
    DECNET_TRY(add_rates(*reader, range, bucket, points));
  }
  std::vector<RatePoint> out;
  const bool bounded = range.since && range.until && *range.since < *range.until;
  if (points.empty() && !bounded) return out;
  const std::int64_t first = bounded ? bucket_of(*range.since, bucket) : points.begin()->first;
  const std::int64_t last =
      bounded ? bucket_of(*range.until - Duration{1}, bucket) : points.rbegin()->first;
  if (static_cast<std::size_t>(last - first) >= kRatePointsMax)
    return fail(Errc::invalid_argument, "the range has too many buckets of that width");
  for (std::int64_t at = first; at <= last; ++at) {
    RatePoint point = points[at];
    point.at = start_of_bucket(at, bucket);
    out.push_back(point);
  }
  return out;
}

}  // namespace decnet::store::sqlite
