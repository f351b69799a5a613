#include "base/bytes.h"
#include "store/sqlite/attackers.h"
#include "store/sqlite/list.h"
#include "store/sqlite/row_uuid.h"
#include "store/sqlite/words.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::string_view kColumns =
    "c.uuid, t.uuid, a.ip, c.decky, c.service, p.principal, p.kind, p.sha256, p.secret, "
    "c.attempts, c.accepted_count,"
    " c.first_seen, c.last_seen, p.crack_format, p.crack_line";
// CROSS JOIN keeps the order: the list's sort leads.
constexpr std::string_view kFrom =
    "credentials c CROSS JOIN pairs p ON p.id = c.pair LEFT JOIN attackers a ON a.id = c.source"
    " LEFT JOIN attackers t ON t.id = c.attacker";
constexpr std::size_t kTopsMax = 1'000;

// Sums over all rows of a pair, then over its parts.
constexpr std::string_view kSums =
    "WITH sums AS MATERIALIZED (SELECT pair, sum(attempts) AS attempts, sum(accepted_count) AS "
    "accepted,"
    " min(first_seen) AS first_seen, max(last_seen) AS last_seen FROM credentials GROUP BY pair) ";

}  // namespace

Result<CredentialRow> SqliteAttackers::read_credential(Connection& reader, const Rows& rows,
                                                       int first) const {
  Words& words = database_.words();
  CredentialRow row;
  row.uuid = rows.uuid(first);
  if (!rows.is_null(first + 1)) row.attacker_uuid = rows.uuid(first + 1);
  row.attacker_ip = rows.string(first + 2);
  row.decky = DECNET_TRY(words.text(reader, rows.number(first + 3)));
  row.service = DECNET_TRY(words.text(reader, rows.number(first + 4)));
  row.principal = rows.string(first + 5);
  row.secret_kind = DECNET_TRY(words.text(reader, rows.number(first + 6)));
  row.secret_sha256 = to_hex(rows.text(first + 7));
  row.secret = rows.string(first + 8);
  row.attempts = rows.count(first + 9);
  row.accepted_count = rows.count(first + 10);
  row.accepted = row.accepted_count > 0;
  row.first_seen = rows.time(first + 11);
  row.last_seen = rows.time(first + 12);
  row.crack_format = rows.string(first + 13);
  row.crack_line = rows.string(first + 14);
  return row;
}

Result<ListQuery> SqliteAttackers::credentials_matching(Connection& reader,
                                                        const CredentialFilter& filter) const {
  if (filter.text.size() > kSearchBytesMax)
    return fail(Errc::invalid_argument, "the text to search for is too long");
  ListQuery query;
  query.columns = kColumns;
  query.from = kFrom;
  query.id = "c.id";
  if (filter.attacker_uuid) {
    const auto attacker = DECNET_TRY(find_attacker(reader, *filter.attacker_uuid));
    query.add("c.source = ?", attacker.value_or(-1));
  }
  if (!filter.deckies.empty())
    query.add("c.decky IN (" + DECNET_TRY(word_list(reader, filter.deckies)) + ")");
  if (!filter.services.empty())
    query.add("c.service IN (" + DECNET_TRY(word_list(reader, filter.services)) + ")");
  if (!filter.principal.empty()) query.add("p.principal = ?", filter.principal);
  if (!filter.secret_kinds.empty())
    query.add("p.kind IN (" + DECNET_TRY(word_list(reader, filter.secret_kinds)) + ")");
  if (filter.accepted)
    query.add(*filter.accepted ? "c.accepted_count > 0" : "c.accepted_count = 0");
  if (!filter.text.empty()) {
    query.add(
        "(p.principal LIKE ? ESCAPE '\\' OR a.ip LIKE ? ESCAPE '\\' OR hex(p.sha256) LIKE ? ESCAPE "
        "'\\')",
        like_pattern(filter.text, Match::anywhere));
    query.values.emplace_back(like_pattern(filter.text, Match::prefix));
    query.values.emplace_back(like_pattern(filter.text, Match::prefix));
  }
  return query;
}

Result<Page<CredentialRow>> SqliteAttackers::credentials(const CredentialFilter& filter,
                                                         const PageRequest& request) const {
  const std::string sort =
      DECNET_TRY(pick_sort(request.sort, {"last_seen", "attempts", "principal"}));
  const Reader reader = DECNET_TRY(database_.read());
  ListQuery query = DECNET_TRY(credentials_matching(*reader, filter));
  query.sorts_text = sort == "principal";
  query.sort = (query.sorts_text ? "p." : "c.") + sort;
  const auto read = [&](const Rows& rows) { return read_credential(*reader, rows, kFirstColumn); };
  return read_page<CredentialRow>(*reader, query, request, read);
}

Result<std::uint64_t> SqliteAttackers::count(const CredentialFilter& filter) const {
  const Reader reader = DECNET_TRY(database_.read());
  const ListQuery query = DECNET_TRY(credentials_matching(*reader, filter));
  return count_rows(*reader, query);
}

Result<CredentialRow> SqliteAttackers::credential(Uuid uuid) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(reader->select("SELECT " + std::string(kColumns) + " FROM " +
                                            std::string(kFrom) + " WHERE c.id = ? AND c.uuid = ?",
                                        row_of(uuid), uuid));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "no such credential");
  return read_credential(*reader, rows, 0);
}

Result<CredentialTops> SqliteAttackers::credential_tops(std::size_t limit) const {
  const Reader reader = DECNET_TRY(database_.read(Database::View::one_snapshot));
  const std::size_t most = std::clamp<std::size_t>(limit, 1, kTopsMax);
  const std::string sums(kSums);
  CredentialTops out;
  {
    Rows rows = DECNET_TRY(reader->select(
        sums +
            "SELECT p.principal, sum(s.attempts) AS total FROM sums s JOIN pairs p ON p.id = s.pair"
            " GROUP BY p.principal ORDER BY total DESC, p.principal LIMIT ?",
        most));
    while (DECNET_TRY(rows.next()))
      out.principals.push_back({.value = rows.string(0), .count = rows.count(1)});
  }
  const auto read = [&](const std::string& grouping, std::string_view principal,
                        std::vector<CredentialRow>& into) -> Result<void> {
    Rows rows = DECNET_TRY(
        reader->select(sums + "SELECT " + std::string(principal) +
                           ", p.kind, p.sha256, p.secret, sum(s.attempts) AS total,"
                           " sum(s.accepted), min(s.first_seen), max(s.last_seen)"
                           " FROM sums s JOIN pairs p ON p.id = s.pair GROUP BY " +
                           grouping + " ORDER BY total DESC, p.sha256, p.principal LIMIT ?",
                       most));
    while (DECNET_TRY(rows.next())) {
      CredentialRow row;
      row.principal = rows.string(0);
      row.secret_kind = DECNET_TRY(database_.words().text(*reader, rows.number(1)));
      row.secret_sha256 = to_hex(rows.text(2));
      row.secret = rows.string(3);
      row.attempts = rows.count(4);
      row.accepted_count = rows.count(5);
      row.accepted = row.accepted_count > 0;
      row.first_seen = rows.time(6);
      row.last_seen = rows.time(7);
      into.push_back(std::move(row));
    }
    return {};
  };
  DECNET_TRY(read("p.sha256, p.kind", "''", out.secrets));
  DECNET_TRY(read("s.pair", "p.principal", out.pairs));
  return out;
}

}  // namespace decnet::store::sqlite
