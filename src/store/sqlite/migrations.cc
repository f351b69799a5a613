#include "store/sqlite/migrations.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>

#include "base/fd.h"
#include "base/log.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x64636e74;  // "dcnt", in the file's header.

Result<void> refuse_unknown(Connection& connection, int version) {
  const int newest = static_cast<int>(migrations().size());
  if (version > newest) {
    return fail(Errc::unsupported, "the store has schema version " + std::to_string(version) +
                                       ", this program knows versions up to " +
                                       std::to_string(newest) +
                                       ": use the newer program, or a backup made by this one");
  }
  const auto id = DECNET_TRY(connection.number("PRAGMA application_id"));
  const auto tables = DECNET_TRY(connection.number("SELECT count(*) FROM sqlite_schema"));
  if (id != kApplicationId && tables != 0)
    return fail(Errc::corrupt, "the file is a database of another program");
  return {};
}

Result<void> apply(Connection& connection, int version) {
  const Migration& migration = migrations().at(static_cast<std::size_t>(version - 1));
  DECNET_TRY(connection.run_script("BEGIN IMMEDIATE"));
  const std::string sql = std::string(migration.sql) +
                          ";PRAGMA application_id = " + std::to_string(kApplicationId) +
                          ";PRAGMA user_version = " + std::to_string(version) + ";COMMIT";
  auto applied = connection.run_script(sql);
  if (!applied) {
    (void)connection.run_script("ROLLBACK");
    return fail(applied.error().code,
                "migration " + std::string(migration.name) + ": " + applied.error().detail);
  }
  return {};
}

Result<void> back_up(Connection& connection, int version, const std::string& folder) {
  const std::string path = folder + "/decnet-schema" + std::to_string(version) + "-" +
                           format_time(Clock::system().now(), TimeDigits::seconds) + ".sqlite";
  DECNET_TRY(copy_database(connection, path));
  log::info("store: backup before the migration in {}", path);
  return {};
}

}  // namespace

Result<int> schema_version(Connection& connection) {
  return static_cast<int>(DECNET_TRY(connection.number("PRAGMA user_version")).value_or(0));
}

Result<void> migrate(Connection& connection, const std::string& path,
                     const MigrationOptions& options) {
  const int newest = static_cast<int>(migrations().size());
  int version = DECNET_TRY(schema_version(connection));
  DECNET_TRY(refuse_unknown(connection, version));
  if (version == newest) return {};
  if (!options.migrate) {
    return fail(Errc::conflict, "the store has schema version " + std::to_string(version) +
                                    " and needs a migration to " + std::to_string(newest));
  }
  const std::string lock_path = path + ".lock";
  const UniqueFd lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) return fail_errno(errno, "open " + lock_path);
  if (::flock(lock.get(), LOCK_EX) != 0) return fail_errno(errno, "lock " + lock_path);
  version = DECNET_TRY(schema_version(connection));  // Another process may have been quicker.
  DECNET_TRY(refuse_unknown(connection, version));
  if (version > 0 && version < newest && !options.backup_folder.empty())
    DECNET_TRY(back_up(connection, version, options.backup_folder));
  while (version < newest) DECNET_TRY(apply(connection, ++version));
  return {};
}

Result<void> copy_database(Connection& from, const std::string& to_path) {
  if (!UniqueFd(::open(to_path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)))
    return fail_errno(errno, "create " + to_path);
  sqlite3* to = nullptr;
  int code =
      sqlite3_open_v2(to_path.c_str(), &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code == SQLITE_OK) {
    sqlite3_backup* copy = sqlite3_backup_init(to, "main", from.handle(), "main");
    if (copy != nullptr) sqlite3_backup_step(copy, -1);
    code = copy != nullptr ? sqlite3_backup_finish(copy) : sqlite3_errcode(to);
  }
  auto outcome = Result<void>{};
  if (code != SQLITE_OK)
    outcome = fail((code & 0xff) == SQLITE_FULL ? Errc::limit : Errc::io,
                   "backup to " + to_path + ": " + sqlite3_errstr(code));
  sqlite3_close(to);
  if (!outcome) ::unlink(to_path.c_str());
  return outcome;
}

}  // namespace decnet::store::sqlite
