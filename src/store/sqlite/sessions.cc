#include "store/sqlite/attackers.h"
#include "store/sqlite/list.h"
#include "store/sqlite/words.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::string_view kColumns =
    "s.uuid, a.uuid, a.ip, s.decky, s.service, s.proto, s.end_reason, s.src_port, s.dst_port, "
    "s.started_at, s.ended_at,"
    " coalesce(s.duration_ms, max(0, (s.ended_at - s.started_at) / 1000), 0), s.bytes_in, "
    "s.bytes_out, s.events, s.logins,"
    " s.commands, s.files";
constexpr std::string_view kFrom = "sessions s LEFT JOIN attackers a ON a.id = s.attacker";

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

Result<SessionRow> SqliteAttackers::session(Uuid uuid) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(reader->select(
      "SELECT " + std::string(kColumns) + " FROM " + std::string(kFrom) + " WHERE s.uuid = ?",
      uuid));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "no such session");
  return read_session(*reader, rows, 0);
}

}  // namespace decnet::store::sqlite
