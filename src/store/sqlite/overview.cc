// What the overview shows of a time range: whole blocks by their visits, blocks at the ends of the
// range event by event.
#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "store/sqlite/attackers.h"
#include "store/sqlite/list.h"
#include "store/sqlite/range.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::int64_t kTimeMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kTimeMax = std::numeric_limits<std::int64_t>::max();

// Calls visit(attacker, decky, events) for all that was touched in the range.
template <class Visit>
Result<void> each_visit(Connection& reader, const TimeRange& range, const Visit& visit) {
  const std::int64_t since = range.since ? to_micros(*range.since) : kTimeMin;
  const std::int64_t until = range.until ? to_micros(*range.until) : kTimeMax;
  {
    Rows rows =
        DECNET_TRY(reader.select("SELECT v.attacker, v.decky, v.events FROM blocks b CROSS JOIN "
                                 "visits v ON v.block = b.block"
                                 " WHERE b.first_at >= ? AND b.last_at < ?",
                                 since, until));
    while (DECNET_TRY(rows.next())) visit(rows.number(0), rows.number(1), rows.count(2));
  }
  Rows rows = DECNET_TRY(reader.select(
      "SELECT e.attacker, e.decky FROM blocks b CROSS JOIN events e ON e.seq >= (b.block << 10) AND"
      " e.seq < ((b.block + 1) << 10) WHERE b.last_at >= ?1 AND b.first_at < ?2 AND NOT "
      "(b.first_at >= ?1 AND b.last_at < ?2)"
      " AND e.at >= ?1 AND e.at < ?2 AND e.attacker != 0",
      since, until));
  while (DECNET_TRY(rows.next())) visit(rows.number(0), rows.number(1), std::uint64_t{1});
  return {};
}

Result<std::uint64_t> count_in(Connection& reader, const std::string& table,
                               const std::string& column, const TimeRange& range) {
  ListQuery query;
  query.add_range(column, range);
  Rows rows = DECNET_TRY(reader.select(
      "SELECT count(*) FROM " + table + (query.where.empty() ? "" : " WHERE " + query.where),
      query.values));
  DECNET_TRY(rows.next());
  return rows.count(0);
}

// Credentials first captured in the minutes that the range touches.
Result<std::uint64_t> count_credentials(Connection& reader, const TimeRange& range) {
  const std::int64_t first = range.since ? bucket_of(*range.since, kMinute) : kBucketMin;
  const std::int64_t last =
      range.until ? bucket_of(*range.until - Duration{1}, kMinute) : kBucketMax;
  const auto sum = DECNET_TRY(reader.number(
      "SELECT sum(credentials) FROM minutes WHERE minute BETWEEN ? AND ?", first, last));
  return static_cast<std::uint64_t>(sum.value_or(0));
}

}  // namespace

Result<Totals> SqliteAttackers::totals(const TimeRange& range) const {
  const Reader reader = DECNET_TRY(database_.read(Database::View::one_snapshot));
  const bool always = !range.since && !range.until;
  Totals out;
  boost::unordered_flat_set<std::int64_t> attackers;
  const BucketParts parts = split_range(range, kMinute);
  const auto whole = DECNET_TRY(reader->number(
      "SELECT sum(events) FROM minutes WHERE minute >= ? AND minute < ?", parts.first, parts.end));
  out.events = static_cast<std::uint64_t>(whole.value_or(0));
  for (const TimeRange& edge : parts.edges) {
    const auto more = DECNET_TRY(
        reader->number("SELECT count(*) FROM blocks b CROSS JOIN events e ON e.seq >= (b.block << "
                       "10) AND e.seq < ((b.block + 1) << 10)"
                       " WHERE b.last_at >= ?1 AND b.first_at < ?2 AND e.at >= ?1 AND e.at < ?2",
                       *edge.since, *edge.until));
    out.events += static_cast<std::uint64_t>(more.value_or(0));
  }
  if (always) {
    out.attackers = DECNET_TRY(count_in(*reader, "attackers", "last_seen", {}));
  } else {
    const auto visit = [&](std::int64_t attacker, std::int64_t, std::uint64_t) {
      attackers.insert(attacker);
    };
    DECNET_TRY(each_visit(*reader, range, visit));
    out.attackers = attackers.size();
  }
  out.sessions = DECNET_TRY(count_in(*reader, "sessions", "started_at", range));
  out.credentials = DECNET_TRY(count_credentials(*reader, range));
  out.files = DECNET_TRY(count_in(*reader, "files", "at", range));
  return out;
}

Result<std::vector<AttackerRow>> SqliteAttackers::top(const TimeRange& range,
                                                      std::size_t limit) const {
  const Reader reader = DECNET_TRY(database_.read(Database::View::one_snapshot));
  boost::unordered_flat_map<std::int64_t, std::uint64_t> counts;
  const auto visit = [&](std::int64_t attacker, std::int64_t, std::uint64_t events) {
    counts[attacker] += events;
  };
  DECNET_TRY(each_visit(*reader, range, visit));
  std::vector<std::pair<std::uint64_t, std::int64_t>> order;
  order.reserve(counts.size());
  for (const auto& [attacker, events] : counts) order.emplace_back(events, attacker);
  const std::size_t most = std::min(order.size(), std::clamp<std::size_t>(limit, 1, kPageRowsMax));
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(most), order.end(),
                    std::greater<>());
  order.resize(most);
  std::vector<AttackerRow> out;
  for (const auto& [events, attacker] : order) {
    Rows rows = DECNET_TRY(reader->select(
        "SELECT " + std::string(kAttackerColumns) + " FROM attackers WHERE id = ?", attacker));
    if (!DECNET_TRY(rows.next())) continue;
    out.push_back(read_attacker(rows, 0));
    out.back().events = events;
  }
  return out;
}

Result<std::vector<DeckyHits>> SqliteAttackers::deckies_hit(const TimeRange& range) const {
  struct Hits {
    std::uint64_t events = 0;
    boost::unordered_flat_set<std::int64_t> attackers;
  };
  const Reader reader = DECNET_TRY(database_.read(Database::View::one_snapshot));
  boost::unordered_flat_map<std::int64_t, Hits> hits;
  const auto visit = [&](std::int64_t attacker, std::int64_t decky, std::uint64_t events) {
    Hits& hit = hits[decky];
    hit.events += events;
    hit.attackers.insert(attacker);
  };
  DECNET_TRY(each_visit(*reader, range, visit));
  std::vector<DeckyHits> out;
  for (const auto& [decky, hit] : hits) {
    out.push_back({.decky = DECNET_TRY(database_.words().text(*reader, decky)),
                   .events = hit.events,
                   .attackers = hit.attackers.size()});
  }
  std::sort(out.begin(), out.end(), [](const DeckyHits& a, const DeckyHits& b) {
    return a.events != b.events ? a.events > b.events : a.decky < b.decky;
  });
  return out;
}

}  // namespace decnet::store::sqlite
