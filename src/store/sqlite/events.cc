#include "store/sqlite/events.h"

#include "store/sqlite/event_query.h"
#include "store/sqlite/list.h"
#include "store/sqlite/store_state.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::string_view kColumns =
    "e.seq, e.at, e.severity, e.type, e.decky, e.service, s.uuid, a.uuid, a.ip, e.dst_ip, e.proto, "
    "e.src_port, e.dst_port,"
    " e.fields, o.origin, e.origin_seq";
constexpr std::string_view kJoins =
    " LEFT JOIN attackers a ON a.id = e.attacker LEFT JOIN sessions s ON s.id = e.session"
    " LEFT JOIN origins o ON o.id = e.origin";

std::optional<Uuid> maybe_uuid(const Rows& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  return rows.uuid(column);
}

}  // namespace

Result<EventRow> SqliteEvents::read_row(Connection& reader, const Rows& rows) const {
  Words& words = database_.words();
  EventRow row;
  row.seq = rows.number(0);
  row.at = rows.time(1);
  row.severity = static_cast<event::Severity>(rows.number(2));
  row.type = DECNET_TRY(words.text(reader, rows.number(3)));
  row.decky = DECNET_TRY(words.text(reader, rows.number(4)));
  row.service = DECNET_TRY(words.text(reader, rows.number(5)));
  row.session_uuid = maybe_uuid(rows, 6);
  row.attacker_uuid = maybe_uuid(rows, 7);
  row.src_ip = rows.string(8);
  row.dst_ip = DECNET_TRY(words.text(reader, rows.number(9)));
  row.proto = DECNET_TRY(words.text(reader, rows.number(10)));
  row.src_port = rows.port(11);
  row.dst_port = rows.port(12);
  row.fields_json = rows.string(13);
  row.origin = rows.count(14);
  row.origin_seq = rows.count(15);
  return row;
}

Result<Page<EventRow>> SqliteEvents::list(const EventFilter& filter,
                                          const PageRequest& request) const {
  DECNET_TRY(pick_sort(request.sort, {"seq"}));
  if (request.after && request.before)
    return fail(Errc::invalid_argument, "a page is behind a key or in front of one, not both");
  const Reader reader = DECNET_TRY(database_.read());
  EventQuery query = DECNET_TRY(make_event_query(*reader, filter));
  Page<EventRow> page;
  if (query.nothing) {
    finish_page(page, request);
    return page;
  }
  const auto& key = request.after ? request.after : request.before;
  const bool descending = (request.order == Order::descending) != request.before.has_value();
  const auto add = [&query](const std::string& condition, std::int64_t value) {
    query.where += (query.where.empty() ? "" : " AND ") + condition;
    query.values.emplace_back(value);
  };
  if (key) {
    const std::string beyond = descending ? "<" : ">";
    add("e.seq " + beyond + " ?", key->id);
    if (query.over_blocks) add("b.block " + beyond + "= (? >> 10)", key->id);
  }
  const std::string direction = descending ? " DESC" : " ASC";
  std::string sql = "SELECT " + std::string(kColumns) + " FROM " + query.from + std::string(kJoins);
  if (!query.where.empty()) sql += " WHERE " + query.where;
  sql += " ORDER BY " + (query.over_blocks ? "b.block" + direction + ", " : std::string()) +
         "e.seq" + direction + " LIMIT ?";
  query.values.emplace_back(static_cast<std::int64_t>(clamped_limit(request) + 1));
  Rows rows = DECNET_TRY(reader->select(sql, query.values));
  while (DECNET_TRY(rows.next())) {
    page.rows.push_back(DECNET_TRY(read_row(*reader, rows)));
    page.keys.push_back({.number = page.rows.back().seq, .text = {}, .id = page.rows.back().seq});
  }
  finish_page(page, request);
  return page;
}

Result<EventRow> SqliteEvents::get(Sequence seq) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(reader->select("SELECT " + std::string(kColumns) + " FROM events e" +
                                            std::string(kJoins) + " WHERE e.seq = ?",
                                        seq));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "no such event");
  return read_row(*reader, rows);
}

Result<std::vector<EventRow>> SqliteEvents::after(Sequence seq, std::size_t limit) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(
      reader->select("SELECT " + std::string(kColumns) + " FROM events e" + std::string(kJoins) +
                         " WHERE e.seq > ? ORDER BY e.seq LIMIT ?",
                     seq, clamped_limit({.sort = {}, .limit = limit, .after = {}, .before = {}})));
  std::vector<EventRow> out;
  while (DECNET_TRY(rows.next())) out.push_back(DECNET_TRY(read_row(*reader, rows)));
  return out;
}

Result<Sequence> append_change(Connection& writer, TimePoint at, std::string_view topic,
                               std::string_view payload_json) {
  StoreState state = DECNET_TRY(read_state(writer));
  const Sequence seq = state.next_seq++;
  DECNET_TRY(writer.run("INSERT INTO changes VALUES (?, ?, ?, ?)", seq, at, topic, payload_json));
  DECNET_TRY(write_state(writer, state));
  return seq;
}

Result<Sequence> SqliteChanges::append(TimePoint at, std::string_view topic,
                                       std::string_view payload_json) {
  Writer writer = DECNET_TRY(database_.write());
  const Sequence seq = DECNET_TRY(append_change(*writer, at, topic, payload_json));
  DECNET_TRY(writer.commit());
  return seq;
}

Result<std::vector<Change>> SqliteChanges::after(Sequence seq, std::size_t limit) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(reader->select(
      "SELECT seq, at, topic, payload FROM changes WHERE seq > ? ORDER BY seq LIMIT ?", seq,
      std::clamp<std::size_t>(limit, 1, kPageRowsMax)));
  std::vector<Change> out;
  while (DECNET_TRY(rows.next())) {
    out.push_back({.seq = rows.number(0),
                   .at = rows.time(1),
                   .topic = rows.string(2),
                   .payload_json = rows.string(3)});
  }
  return out;
}

Result<Sequence> SqliteChanges::last_sequence() const {
  const Reader reader = DECNET_TRY(database_.read());
  return DECNET_TRY(read_state(*reader)).next_seq - 1;
}

Result<Sequence> SqliteChanges::first_sequence() const {
  const Reader reader = DECNET_TRY(database_.read());
  return DECNET_TRY(read_state(*reader)).horizon_seq;
}

}  // namespace decnet::store::sqlite
