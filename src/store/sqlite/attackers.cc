#include "store/sqlite/attackers.h"

#include <algorithm>
#include <array>

#include "store/sqlite/event_fields.h"
#include "store/sqlite/list.h"
#include "store/sqlite/rollup_fold.h"
#include "store/sqlite/row_uuid.h"
#include "store/sqlite/sources.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::int64_t kHoursShown = 7 * 24;

ListQuery attackers_matching(const AttackerFilter& filter) {
  ListQuery query;
  query.columns = kAttackerColumns;
  query.from = "attackers";
  query.id = "id";
  query.add_range("last_seen", filter.range);
  if (!filter.ip.empty()) {
    std::string ip;
    if (!canonical_address(filter.ip, ip)) ip = filter.ip;
    query.add("ip = ?", ip);
  }
  if (!filter.text.empty()) {
    // A range over the index of addresses; they are ASCII.
    query.add("ip >= ?", filter.text.substr(0, kSearchBytesMax));
    query.add("ip < ?", filter.text.substr(0, kSearchBytesMax) + "\x7f");
  }
  return query;
}

// Of events of one attacker in the blocks that begin at or behind `from`, by hour.
Result<std::vector<RatePoint>> hours_of(Connection& reader, std::int64_t attacker, TimePoint now) {
  const std::int64_t last = bucket_of(now, kHour);
  const std::int64_t first = last - kHoursShown + 1;
  std::array<RatePoint, kHoursShown> hours;
  for (std::int64_t n = 0; n < kHoursShown; ++n)
    hours.at(static_cast<std::size_t>(n)).at = start_of_bucket(first + n, kHour);
  const auto add = [&](TimePoint at, std::uint64_t events, std::uint64_t critical) {
    const std::int64_t hour = bucket_of(at, kHour);
    if (hour < first || hour > last) return;
    RatePoint& point = hours.at(static_cast<std::size_t>(hour - first));
    point.total += events;
    point.critical += critical;
  };
  // A block within one hour counts as a whole, one across two hours is looked into.
  Rows blocks = DECNET_TRY(reader.select(
      "SELECT b.block, b.first_at, b.last_at, (SELECT sum(events) FROM visits v WHERE v.block = "
      "b.block AND v.attacker = ?1),"
      " (SELECT sum(critical) FROM visits v WHERE v.block = b.block AND v.attacker = ?1)"
      " FROM blocks b WHERE b.last_at >= ?2 AND EXISTS"
      " (SELECT 1 FROM visits v WHERE v.block = b.block AND v.attacker = ?1)",
      attacker, start_of_bucket(first, kHour)));
  while (DECNET_TRY(blocks.next())) {
    if (bucket_of(blocks.time(1), kHour) == bucket_of(blocks.time(2), kHour)) {
      add(blocks.time(1), blocks.count(3), blocks.count(4));
      continue;
    }
    Rows events = DECNET_TRY(reader.select(
        "SELECT at, severity <= 4 FROM events WHERE seq >= ? AND seq < ? AND attacker = ?",
        first_of_block(blocks.number(0)), first_of_block(blocks.number(0) + 1), attacker));
    while (DECNET_TRY(events.next())) add(events.time(0), 1, events.count(1));
  }
  return std::vector<RatePoint>(hours.begin(), hours.end());
}

}  // namespace

AttackerRow read_attacker(const Rows& rows, int first) {
  AttackerRow row;
  row.uuid = rows.uuid(first);
  row.ip = rows.text(first + 1);
  row.first_seen = rows.time(first + 2);
  row.last_seen = rows.time(first + 3);
  row.events = rows.count(first + 4);
  row.sessions = rows.count(first + 5);
  row.credentials = rows.count(first + 6);
  row.deckies = rows.count(first + 7);
  row.files = rows.count(first + 8);
  row.severity_max = static_cast<event::Severity>(rows.number(first + 9));
  return row;
}

Result<std::optional<std::int64_t>> find_attacker(Connection& reader, const Uuid& uuid) {
  return reader.number("SELECT id FROM attackers WHERE id = ? AND uuid = ?", row_of(uuid), uuid);
}

Result<Page<AttackerRow>> SqliteAttackers::list(const AttackerFilter& filter,
                                                const PageRequest& request) const {
  ListQuery query = attackers_matching(filter);
  query.sort = DECNET_TRY(
      pick_sort(request.sort, {"last_seen", "first_seen", "events", "sessions", "credentials"}));
  const Reader reader = DECNET_TRY(database_.read());
  const auto read = [](const Rows& rows) -> Result<AttackerRow> {
    return read_attacker(rows, kFirstColumn);
  };
  return read_page<AttackerRow>(*reader, query, request, read);
}

Result<std::uint64_t> SqliteAttackers::count(const AttackerFilter& filter) const {
  const ListQuery query = attackers_matching(filter);
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(reader->select(
      "SELECT count(*) FROM attackers" + (query.where.empty() ? "" : " WHERE " + query.where),
      query.values));
  DECNET_TRY(rows.next());
  return rows.count(0);
}

Result<AttackerRow> SqliteAttackers::find_ip(std::string_view ip) const {
  std::string canonical;
  if (!canonical_address(ip, canonical)) return fail(Errc::not_found, "no such attacker");
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(reader->select(
      "SELECT " + std::string(kAttackerColumns) + " FROM attackers WHERE ip = ?", canonical));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "no such attacker");
  return read_attacker(rows, 0);
}

Result<AttackerDetail> SqliteAttackers::get(Uuid uuid, TimePoint now) const {
  const Reader reader = DECNET_TRY(database_.read(Database::View::one_snapshot));
  AttackerDetail out;
  std::int64_t id = 0;
  std::string types;
  {
    Rows rows =
        DECNET_TRY(reader->select("SELECT " + std::string(kAttackerColumns) +
                                      ", id, types FROM attackers WHERE id = ? AND uuid = ?",
                                  row_of(uuid), uuid));
    if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "no such attacker");
    out.attacker = read_attacker(rows, 0);
    id = rows.number(10);
    types = rows.string(11);
  }
  for (const auto& [type, count] : parse_types(types))
    out.event_types.push_back(
        {.value = DECNET_TRY(database_.words().text(*reader, type)), .count = count});
  std::sort(out.event_types.begin(), out.event_types.end(),
            [](const ValueCount& a, const ValueCount& b) { return a.count > b.count; });
  const auto names = [&](std::string_view column) -> Result<std::vector<std::string>> {
    std::vector<std::string> found;
    Rows rows = DECNET_TRY(reader->select(
        "SELECT DISTINCT " + std::string(column) + " FROM touches WHERE attacker = ?", id));
    while (DECNET_TRY(rows.next()))
      found.push_back(DECNET_TRY(database_.words().text(*reader, rows.number(0))));
    std::sort(found.begin(), found.end());
    return found;
  };
  out.services = DECNET_TRY(names("service"));
  out.decky_names = DECNET_TRY(names("decky"));
  out.by_hour = DECNET_TRY(hours_of(*reader, id, now));
  return out;
}

}  // namespace decnet::store::sqlite
