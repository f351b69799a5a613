#include "store/sqlite/accounts.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::string_view kUserColumns =
    "uuid, username, role, password_hash, created_at, last_login_at, must_change_password, "
    "disabled, version";

UserRow read_user(const Rows& rows) {
  return {.uuid = rows.uuid(0),
          .username = rows.string(1),
          .role = rows.string(2),
          .password_hash = rows.string(3),
          .created_at = rows.time(4),
          .last_login_at = rows.maybe_time(5),
          .must_change_password = rows.number(6) != 0,
          .disabled = rows.number(7) != 0,
          .version = rows.count(8)};
}

// A statement in a transaction of its own; not_found where it is to change a row and there is none.
template <class... Args>
Result<void> write_one(Database& database, std::string_view missing, std::string_view sql,
                       const Args&... args) {
  Writer writer = DECNET_TRY(database.write());
  DECNET_TRY(writer->run(sql, args...));
  if (!missing.empty() && writer->changed_rows() == 0)
    return fail(Errc::not_found, std::string(missing));
  return writer.commit();
}

}  // namespace

Result<std::vector<UserRow>> SqliteAccounts::users() const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(
      reader->select("SELECT " + std::string(kUserColumns) + " FROM users ORDER BY username"));
  std::vector<UserRow> out;
  while (DECNET_TRY(rows.next())) out.push_back(read_user(rows));
  return out;
}

Result<UserRow> SqliteAccounts::user(Uuid uuid) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(
      reader->select("SELECT " + std::string(kUserColumns) + " FROM users WHERE uuid = ?", uuid));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "no such user");
  return read_user(rows);
}

Result<UserRow> SqliteAccounts::user_by_name(std::string_view username) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(reader->select(
      "SELECT " + std::string(kUserColumns) + " FROM users WHERE username = ?", username));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "no such user");
  return read_user(rows);
}

Result<void> SqliteAccounts::insert_user(const UserRow& user) {
  return write_one(
      database_, {},
      "INSERT INTO users (uuid, username, role, password_hash, created_at, last_login_at,"
      " must_change_password, disabled, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      user.uuid, user.username, user.role, user.password_hash, user.created_at, user.last_login_at,
      user.must_change_password, user.disabled, user.version);
}

Result<void> SqliteAccounts::update_user(const UserRow& user) {
  Writer writer = DECNET_TRY(database_.write());
  const auto version =
      DECNET_TRY(writer->number("SELECT version FROM users WHERE uuid = ?", user.uuid));
  if (!version) return fail(Errc::not_found, "no such user");
  if (static_cast<std::uint64_t>(*version) != user.version)
    return fail(Errc::conflict, "the user has changed since");
  DECNET_TRY(
      writer->run("UPDATE users SET username = ?, role = ?, password_hash = ?, last_login_at = ?, "
                  "must_change_password = ?,"
                  " disabled = ?, version = version + 1 WHERE uuid = ?",
                  user.username, user.role, user.password_hash, user.last_login_at,
                  user.must_change_password, user.disabled, user.uuid));
  return writer.commit();
}

Result<void> SqliteAccounts::note_login(Uuid user, TimePoint at) {
  return write_one(database_, "no such user", "UPDATE users SET last_login_at = ? WHERE uuid = ?",
                   at, user);
}

Result<void> SqliteAccounts::delete_user(Uuid uuid) {
  Writer writer = DECNET_TRY(database_.write());
  DECNET_TRY(writer->run("DELETE FROM users WHERE uuid = ?", uuid));
  if (writer->changed_rows() == 0) return fail(Errc::not_found, "no such user");
  DECNET_TRY(writer->run("DELETE FROM web_sessions WHERE user_uuid = ?", uuid));
  DECNET_TRY(writer->run("DELETE FROM tokens WHERE created_by = ?", uuid));
  return writer.commit();
}

Result<void> SqliteAccounts::insert_session(const WebSessionRow& session) {
  return write_one(database_, {}, "INSERT INTO web_sessions VALUES (?, ?, ?, ?, ?, ?, ?)",
                   session.id_sha256, session.user_uuid, session.csrf_token, session.created_at,
                   session.expires_at, session.last_used_at, session.source_ip);
}

Result<WebSessionRow> SqliteAccounts::session(std::string_view id_sha256) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows =
      DECNET_TRY(reader->select("SELECT id_sha256, user_uuid, csrf_token, created_at, expires_at, "
                                "last_used_at, source_ip FROM web_sessions"
                                " WHERE id_sha256 = ?",
                                id_sha256));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "no such session");
  return WebSessionRow{.id_sha256 = rows.string(0),
                       .user_uuid = rows.uuid(1),
                       .csrf_token = rows.string(2),
                       .created_at = rows.time(3),
                       .expires_at = rows.time(4),
                       .last_used_at = rows.time(5),
                       .source_ip = rows.string(6)};
}

Result<void> SqliteAccounts::touch_session(std::string_view id_sha256, TimePoint used,
                                           TimePoint expires) {
  return write_one(database_, "no such session",
                   "UPDATE web_sessions SET last_used_at = ?, expires_at = ? WHERE id_sha256 = ?",
                   used, expires, id_sha256);
}

Result<void> SqliteAccounts::delete_session(std::string_view id_sha256) {
  return write_one(database_, {}, "DELETE FROM web_sessions WHERE id_sha256 = ?", id_sha256);
}

Result<void> SqliteAccounts::delete_sessions_of(Uuid user) {
  return write_one(database_, {}, "DELETE FROM web_sessions WHERE user_uuid = ?", user);
}

}  // namespace decnet::store::sqlite
