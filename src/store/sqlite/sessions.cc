#include "store/sqlite/attackers.h"
#include "store/sqlite/event_fields.h"
#include "store/sqlite/list.h"
#include "store/sqlite/words.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::string_view kColumns =
    "s.uuid, a.uuid, a.ip, s.decky, s.service, s.proto, s.end_reason, s.src_port, s.dst_port, "
    "s.started_at, s.ended_at,"
    " coalesce(s.duration_ms, max(0, (s.ended_at - s.started_at) / 1000), 0), s.bytes_in, "
    "s.bytes_out, s.events, s.logins,"
    " s.commands, s.files, s.accepted, s.segments, s.recorded_ms";
constexpr std::string_view kFrom = "sessions s LEFT JOIN attackers a ON a.id = s.attacker";

// A session that has a command with this text in it.
Result<void> add_command(std::string_view text, ListQuery& query) {
  if (text.empty()) return {};
  if (text.size() > kSearchBytesMax)
    return fail(Errc::invalid_argument, "the text to search for is too long");
  query.add(
      "s.commands > 0 AND EXISTS (SELECT 1 FROM commands c JOIN events e ON e.seq = c.seq WHERE "
      "c.session = s.id AND coalesce(json_extract(e.fields, '$.command'), '') LIKE ? ESCAPE "
      "'\\')",
      like_pattern(text, Match::anywhere));
  return {};
}

}  // namespace

Result<SessionRow> SqliteAttackers::read_session(Connection& reader, const Rows& rows,
                                                 int first) const {
  Words& words = database_.words();
  SessionRow row;
  row.uuid = rows.uuid(first);
  row.attacker_uuid = rows.uuid(first + 1);
  row.attacker_ip = rows.string(first + 2);
  row.decky = DECNET_TRY(words.text(reader, rows.number(first + 3)));
  row.service = DECNET_TRY(words.text(reader, rows.number(first + 4)));
  row.proto = DECNET_TRY(words.text(reader, rows.number(first + 5)));
  row.end_reason = DECNET_TRY(words.text(reader, rows.number(first + 6)));
  row.src_port = rows.port(first + 7);
  row.dst_port = rows.port(first + 8);
  row.started_at = rows.time(first + 9);
  row.ended_at = rows.maybe_time(first + 10);
  row.duration_ms = rows.count(first + 11);
  row.bytes_in = rows.count(first + 12);
  row.bytes_out = rows.count(first + 13);
  row.events = rows.count(first + 14);
  row.logins = rows.count(first + 15);
  row.commands = rows.count(first + 16);
  row.files = rows.count(first + 17);
  row.accepted = rows.count(first + 18);
  row.segments = rows.count(first + 19);
  row.recorded_ms = rows.count(first + 20);
  return row;
}

Result<ListQuery> SqliteAttackers::sessions_matching(Connection& reader,
                                                     const SessionFilter& filter) const {
  ListQuery query;
  query.columns = kColumns;
  query.from = kFrom;
  query.sort = "s.started_at";
  query.id = "s.id";
  query.add_range("s.started_at", filter.range);
  if (filter.attacker_uuid) {
    const auto attacker = DECNET_TRY(find_attacker(reader, *filter.attacker_uuid));
    query.add("s.attacker = ?", attacker.value_or(-1));
  }
  if (!filter.deckies.empty())
    query.add("s.decky IN (" + DECNET_TRY(word_list(reader, filter.deckies)) + ")");
  if (!filter.services.empty())
    query.add("s.service IN (" + DECNET_TRY(word_list(reader, filter.services)) + ")");
  if (!filter.ip.empty()) {
    std::string ip;
    if (!canonical_address(filter.ip, ip)) ip = filter.ip;
    const auto id = DECNET_TRY(reader.number("SELECT id FROM attackers WHERE ip = ?", ip));
    query.add("s.attacker = ?", id.value_or(-1));
  }
  if (filter.duration_min_ms)
    query.add("coalesce(s.duration_ms, (s.ended_at - s.started_at) / 1000, s.recorded_ms) >= ?",
              *filter.duration_min_ms);
  if (filter.has_recording) query.add(*filter.has_recording ? "s.segments > 0" : "s.segments = 0");
  if (filter.has_login) query.add(*filter.has_login ? "s.accepted > 0" : "s.accepted = 0");
  DECNET_TRY(add_command(filter.command, query));
  return query;
}

Result<Page<SessionRow>> SqliteAttackers::sessions(const SessionFilter& filter,
                                                   const PageRequest& request) const {
  DECNET_TRY(pick_sort(request.sort, {"started_at"}));
  const Reader reader = DECNET_TRY(database_.read());
  const ListQuery query = DECNET_TRY(sessions_matching(*reader, filter));
  const auto read = [&](const Rows& rows) { return read_session(*reader, rows, kFirstColumn); };
  return read_page<SessionRow>(*reader, query, request, read);
}

Result<std::uint64_t> SqliteAttackers::count(const SessionFilter& filter) const {
  const Reader reader = DECNET_TRY(database_.read());
  const ListQuery query = DECNET_TRY(sessions_matching(*reader, filter));
  return count_rows(*reader, query);
}

Result<std::vector<SegmentRow>> SqliteAttackers::segments(Uuid session) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(
      reader->select("SELECT g.recording, g.segment, g.sha256, g.size, g.duration_ms, g.at, "
                     "g.final, g.truncated FROM sessions s JOIN segments g ON g.session = s.id "
                     "WHERE s.uuid = ? ORDER BY g.recording, g.segment, g.seq LIMIT ?",
                     session, kPageRowsMax));
  std::vector<SegmentRow> out;
  while (DECNET_TRY(rows.next())) {
    SegmentRow row;
    row.recording = rows.count(0);
    row.segment = rows.count(1);
    row.sha256 = rows.string(2);
    row.size = rows.count(3);
    row.duration_ms = rows.count(4);
    row.at = rows.time(5);
    row.is_final = rows.number(6) != 0;
    row.truncated = rows.number(7) != 0;
    out.push_back(std::move(row));
  }
  return out;
}

Result<SessionRow> SqliteAttackers::session(Uuid uuid) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(reader->select(
      "SELECT " + std::string(kColumns) + " FROM " + std::string(kFrom) + " WHERE s.uuid = ?",
      uuid));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "no such session");
  return read_session(*reader, rows, 0);
}

}  // namespace decnet::store::sqlite
