// Tokens, the audit log, and the answers kept for repeated requests.
#include "store/sqlite/accounts.h"
#include "store/sqlite/list.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::string_view kTokenColumns =
    "uuid, created_by, name, role, token_sha256, prefix, created_at, expires_at, last_used_at";

TokenRow read_token(const Rows& rows) {
  return {.uuid = rows.uuid(0),
          .created_by = rows.uuid(1),
          .name = rows.string(2),
          .role = rows.string(3),
          .token_sha256 = rows.string(4),
          .prefix = rows.string(5),
          .created_at = rows.time(6),
          .expires_at = rows.maybe_time(7),
          .last_used_at = rows.maybe_time(8)};
}

}  // namespace

Result<std::vector<TokenRow>> SqliteAccounts::tokens() const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(
      reader->select("SELECT " + std::string(kTokenColumns) + " FROM tokens ORDER BY id DESC"));
  std::vector<TokenRow> out;
  while (DECNET_TRY(rows.next())) out.push_back(read_token(rows));
  return out;
}

Result<TokenRow> SqliteAccounts::token_by_hash(std::string_view token_sha256) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(
      reader->select("SELECT " + std::string(kTokenColumns) + " FROM tokens WHERE token_sha256 = ?",
                     token_sha256));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "no such token");
  return read_token(rows);
}

Result<void> SqliteAccounts::insert_token(const TokenRow& token) {
  Writer writer = DECNET_TRY(database_.write());
  DECNET_TRY(
      writer->run("INSERT INTO tokens (uuid, created_by, name, role, token_sha256, prefix, "
                  "created_at, expires_at, last_used_at)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  token.uuid, token.created_by, token.name, token.role, token.token_sha256,
                  token.prefix, token.created_at, token.expires_at, token.last_used_at));
  return writer.commit();
}

Result<void> SqliteAccounts::touch_token(Uuid uuid, TimePoint used) {
  Writer writer = DECNET_TRY(database_.write());
  DECNET_TRY(writer->run("UPDATE tokens SET last_used_at = ? WHERE uuid = ?", used, uuid));
  if (writer->changed_rows() == 0) return fail(Errc::not_found, "no such token");
  return writer.commit();
}

Result<void> SqliteAccounts::delete_token(Uuid uuid) {
  Writer writer = DECNET_TRY(database_.write());
  DECNET_TRY(writer->run("DELETE FROM tokens WHERE uuid = ?", uuid));
  if (writer->changed_rows() == 0) return fail(Errc::not_found, "no such token");
  return writer.commit();
}

Result<void> SqliteAccounts::audit(const AuditRow& row) {
  Writer writer = DECNET_TRY(database_.write());
  DECNET_TRY(writer->run(
      "INSERT INTO audit (at, actor, role, action, target, detail, source_ip, outcome) VALUES (?, "
      "?, ?, ?, ?, ?, ?, ?)",
      row.at, row.actor, row.role, row.action, row.target, row.detail, row.source_ip, row.outcome));
  return writer.commit();
}

Result<Page<AuditRow>> SqliteAccounts::audit_log(std::string_view actor, std::string_view action,
                                                 std::optional<TimePoint> since,
                                                 const PageRequest& request) const {
  DECNET_TRY(pick_sort(request.sort, {"seq"}));
  if (action.size() > kSearchBytesMax)
    return fail(Errc::invalid_argument, "the text to search for is too long");
  ListQuery query;
  query.columns = "seq, at, actor, role, action, target, detail, source_ip, outcome";
  query.from = "audit";
  query.sort = "seq";
  query.id = "seq";
  if (!actor.empty()) query.add("actor = ?", std::string(actor));
  if (!action.empty()) query.add("action LIKE ? ESCAPE '\\'", like_pattern(action, Match::prefix));
  query.add_range("at", {.since = since, .until = {}});
  const Reader reader = DECNET_TRY(database_.read());
  const auto read = [](const Rows& rows) -> Result<AuditRow> {
    return AuditRow{.seq = rows.number(2),
                    .at = rows.time(3),
                    .actor = rows.string(4),
                    .role = rows.string(5),
                    .action = rows.string(6),
                    .target = rows.string(7),
                    .detail = rows.string(8),
                    .source_ip = rows.string(9),
                    .outcome = rows.string(10)};
  };
  return read_page<AuditRow>(*reader, query, request, read);
}

Result<std::optional<IdempotentAnswer>> SqliteAccounts::claim_idempotency(
    std::string_view key, std::string_view request_sha256, TimePoint now) {
  Writer writer = DECNET_TRY(database_.write());
  DECNET_TRY(writer->run("DELETE FROM idempotency WHERE at < ? OR (status = 0 AND at < ?)",
                         now - kIdempotencyKept, now - kIdempotencyClaimMax));
  {
    Rows rows = DECNET_TRY(writer->select(
        "SELECT request_sha256, status, headers, body, at FROM idempotency WHERE key = ?", key));
    if (DECNET_TRY(rows.next())) {
      return std::optional(IdempotentAnswer{.request_sha256 = rows.string(0),
                                            .status = static_cast<int>(rows.number(1)),
                                            .headers = rows.string(2),
                                            .body = rows.string(3),
                                            .at = rows.time(4)});
    }
  }
  DECNET_TRY(writer->run("INSERT INTO idempotency VALUES (?, ?, 0, '', x'', ?)", key,
                         request_sha256, now));
  DECNET_TRY(writer.commit());
  return std::optional<IdempotentAnswer>();
}

Result<void> SqliteAccounts::finish_idempotency(std::string_view key,
                                                const IdempotentAnswer& answer) {
  Writer writer = DECNET_TRY(database_.write());
  DECNET_TRY(writer->run("UPDATE idempotency SET status = ?, headers = ?, body = ? WHERE key = ?",
                         answer.status, answer.headers, Blob{answer.body}, key));
  if (writer->changed_rows() == 0) return fail(Errc::not_found, "the key was not claimed");
  return writer.commit();
}

}  // namespace decnet::store::sqlite
