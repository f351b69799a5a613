#include "store/sqlite/maintenance.h"

#include <algorithm>

#include <sys/stat.h>

#include "store/sqlite/migrations.h"

namespace decnet::store::sqlite {
namespace {

std::uint64_t file_bytes(const std::string& path) {
  struct stat found = {};
  return ::stat(path.c_str(), &found) == 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
}

Result<std::uint64_t> sum(Connection& reader, std::string_view sql) {
  return static_cast<std::uint64_t>(DECNET_TRY(reader.number(sql)).value_or(0));
}

}  // namespace

Result<StoreStats> SqliteMaintenance::stats() const {
  const Reader reader = DECNET_TRY(database_.read(Database::View::one_snapshot));
  StoreStats out;
  out.bytes = file_bytes(database_.path()) + file_bytes(database_.path() + "-wal");
  out.events = DECNET_TRY(sum(*reader, "SELECT sum(events) FROM blocks"));
  out.attackers = DECNET_TRY(sum(*reader, "SELECT count(*) FROM attackers"));
  out.sessions = DECNET_TRY(sum(*reader, "SELECT count(*) FROM sessions"));
  out.credentials = DECNET_TRY(sum(*reader, "SELECT count(*) FROM credentials"));
  out.rejected = DECNET_TRY(sum(*reader, "SELECT count(*) FROM rejected"));
  out.schema_version = DECNET_TRY(schema_version(*reader));
  return out;
}

Result<std::vector<RejectedLine>> SqliteMaintenance::rejected(std::size_t limit) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(
      reader->select("SELECT at, source, reason, line FROM rejected ORDER BY id DESC LIMIT ?",
                     std::clamp<std::size_t>(limit, 1, kPageRowsMax)));
  std::vector<RejectedLine> out;
  while (DECNET_TRY(rows.next())) {
    out.push_back({.at = rows.time(0),
                   .source = rows.string(1),
                   .reason = rows.string(2),
                   .line = rows.string(3)});
  }
  return out;
}

Result<bool> SqliteMaintenance::prune(const Retention& retention, TimePoint now) {
  return prune_step(database_, retention, now);
}

Result<void> SqliteMaintenance::backup(const std::string& to_path) {
  const Reader reader = DECNET_TRY(database_.read());
  reader->set_deadline(std::nullopt);
  return copy_database(*reader, to_path);
}

Result<Recount> SqliteMaintenance::check() const {
  const Reader reader = DECNET_TRY(database_.read(Database::View::one_snapshot));
  reader->set_deadline(std::nullopt);
  Recount out;
  {
    Rows rows = DECNET_TRY(reader->select("PRAGMA integrity_check(10)"));
    while (DECNET_TRY(rows.next())) {
      if (rows.text(0) != "ok") out.differences.push_back("integrity: " + rows.string(0));
    }
  }
  // Joins of whole tables, each of which an index made for the moment serves best.
  DECNET_TRY(reader->run_script("PRAGMA automatic_index = ON"));
  const auto counted = recount(*reader, out);
  DECNET_TRY(reader->run_script("PRAGMA automatic_index = OFF"));
  if (!counted) return tl::unexpected(counted.error());
  out.ok = out.differences.empty();
  return out;
}

Result<void> SqliteMaintenance::checkpoint() {
  return database_.checkpoint();
}

Result<std::string> SqliteMaintenance::setting(std::string_view name) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(reader->select("SELECT value FROM settings WHERE name = ?", name));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "no such setting");
  return rows.string(0);
}

Result<void> SqliteMaintenance::put_setting(std::string_view name, std::string_view value) {
  Writer writer = DECNET_TRY(database_.write());
  DECNET_TRY(writer->run("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, Blob{value}));
  return writer.commit();
}

}  // namespace decnet::store::sqlite
