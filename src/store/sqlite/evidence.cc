// Fingerprints and files.
#include "store/sqlite/attackers.h"
#include "store/sqlite/evidence_fold.h"
#include "store/sqlite/list.h"

namespace decnet::store::sqlite {

Result<FingerprintRow> SqliteAttackers::read_fingerprint(Connection& reader, const Rows& rows,
                                                         int first) const {
  FingerprintRow row;
  row.kind = DECNET_TRY(database_.words().text(reader, rows.number(first)));
  row.value = rows.string(first + 1);
  row.raw = rows.string(first + 2);
  row.attackers = rows.count(first + 3);
  row.count = rows.count(first + 4);
  row.first_seen = rows.time(first + 5);
  row.last_seen = rows.time(first + 6);
  return row;
}

Result<std::vector<FingerprintRow>> SqliteAttackers::fingerprints(Uuid attacker) const {
  const Reader reader = DECNET_TRY(database_.read());
  const auto id = DECNET_TRY(find_attacker(*reader, attacker));
  if (!id) return fail(Errc::not_found, "no such attacker");
  Rows rows =
      DECNET_TRY(reader->select("SELECT f.kind, f.value, f.raw, f.attackers, s.count, "
                                "s.first_seen, s.last_seen FROM attacker_fingerprints s"
                                " JOIN fingerprints f ON f.id = s.fingerprint WHERE s.attacker = ? "
                                "ORDER BY s.last_seen DESC, f.id LIMIT ?",
                                *id, kPageRowsMax));
  std::vector<FingerprintRow> out;
  while (DECNET_TRY(rows.next())) out.push_back(DECNET_TRY(read_fingerprint(*reader, rows, 0)));
  return out;
}

Result<Page<FingerprintRow>> SqliteAttackers::all_fingerprints(std::string_view kind,
                                                               std::string_view value,
                                                               const PageRequest& request) const {
  ListQuery query;
  query.sort = "f." + DECNET_TRY(pick_sort(request.sort, {"last_seen", "attackers", "count"}));
  query.id = "f.id";
  query.columns = "f.kind, f.value, f.raw, f.attackers, f.count, f.first_seen, f.last_seen";
  query.from = "fingerprints f";
  const Reader reader = DECNET_TRY(database_.read());
  const std::int64_t word = kind.empty() ? 0 : DECNET_TRY(find_word(*reader, kind)).value_or(-1);
  const std::string_view kept = value.substr(0, kFingerprintBytesMax);
  if (!kind.empty()) query.add("f.kind = ?", word);
  if (!kind.empty() && !value.empty()) query.add("f.key = ?", fingerprint_key(word, kept));
  if (!value.empty()) query.add("f.value = ?", std::string(kept));
  const auto read = [&](const Rows& rows) { return read_fingerprint(*reader, rows, kFirstColumn); };
  return read_page<FingerprintRow>(*reader, query, request, read);
}

Result<Page<FileRow>> SqliteAttackers::files(std::optional<Uuid> attacker,
                                             const PageRequest& request) const {
  DECNET_TRY(pick_sort(request.sort, {"at"}));
  ListQuery query;
  query.sort = "f.at";
  query.id = "f.seq";
  query.columns =
      "f.sha256, f.name, f.path, a.ip, f.decky, f.service, a.uuid, s.uuid, f.size, f.at, "
      "f.truncated";
  query.from =
      "files f LEFT JOIN attackers a ON a.id = f.attacker LEFT JOIN sessions s ON s.id = f.session "
      "AND f.session != 0";
  const Reader reader = DECNET_TRY(database_.read());
  if (attacker) {
    const auto number = DECNET_TRY(find_attacker(*reader, *attacker));
    query.add("f.attacker = ?", number.value_or(-1));
  }
  const auto read = [&](const Rows& rows) -> Result<FileRow> {
    FileRow row;
    row.sha256 = rows.string(2);
    row.name = rows.string(3);
    row.path = rows.string(4);
    row.attacker_ip = rows.string(5);
    row.decky = DECNET_TRY(database_.words().text(*reader, rows.number(6)));
    row.service = DECNET_TRY(database_.words().text(*reader, rows.number(7)));
    row.attacker_uuid = rows.uuid(8);
    if (!rows.is_null(9)) row.session_uuid = rows.uuid(9);
    row.size = rows.count(10);
    row.at = rows.time(11);
    row.truncated = rows.number(12) != 0;
    return row;
  };
  return read_page<FileRow>(*reader, query, request, read);
}

}  // namespace decnet::store::sqlite
