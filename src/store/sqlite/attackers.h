#pragma once

#include "store/attackers.h"
#include "store/sqlite/database.h"
#include "store/sqlite/list.h"

namespace decnet::store::sqlite {

// One .cc for each kind of row: attackers.cc, sessions.cc, credentials.cc, evidence.cc,
// overview.cc.
class SqliteAttackers final : public AttackerTable {
 public:
  explicit SqliteAttackers(Database& database) : database_(database) {}

  Result<Page<AttackerRow>> list(const AttackerFilter& filter,
                                 const PageRequest& page) const override;
  Result<std::uint64_t> count(const AttackerFilter& filter) const override;
  Result<std::uint64_t> count(const SessionFilter& filter) const override;
  Result<std::uint64_t> count(const CredentialFilter& filter) const override;
  Result<AttackerDetail> get(Uuid uuid, TimePoint now) const override;
  Result<AttackerRow> find_ip(std::string_view ip) const override;
  Result<std::vector<FingerprintRow>> fingerprints(Uuid attacker) const override;

  Result<Page<SessionRow>> sessions(const SessionFilter& filter,
                                    const PageRequest& page) const override;
  Result<SessionRow> session(Uuid uuid) const override;
  Result<std::vector<SegmentRow>> segments(Uuid session) const override;
  Result<Page<CredentialRow>> credentials(const CredentialFilter& filter,
                                          const PageRequest& page) const override;
  Result<CredentialRow> credential(Uuid uuid) const override;
  Result<CredentialTops> credential_tops(std::size_t limit) const override;
  Result<Page<FileRow>> files(std::optional<Uuid> attacker, const PageRequest& page) const override;
  Result<Page<FingerprintRow>> all_fingerprints(std::string_view kind, std::string_view value,
                                                const PageRequest& page) const override;

  Result<Totals> totals(const TimeRange& range) const override;
  Result<std::vector<AttackerRow>> top(const TimeRange& range, std::size_t limit) const override;
  Result<std::vector<DeckyHits>> deckies_hit(const TimeRange& range) const override;

 private:
  Result<ListQuery> sessions_matching(Connection& reader, const SessionFilter& filter) const;
  Result<ListQuery> credentials_matching(Connection& reader, const CredentialFilter& filter) const;
  Result<SessionRow> read_session(Connection& reader, const Rows& rows, int first) const;
  Result<CredentialRow> read_credential(Connection& reader, const Rows& rows, int first) const;
  Result<FingerprintRow> read_fingerprint(Connection& reader, const Rows& rows, int first) const;

  Database& database_;
};

// The attackers row of a UUID; nothing if there is none.
Result<std::optional<std::int64_t>> find_attacker(Connection& reader, const Uuid& uuid);

inline constexpr std::string_view kAttackerColumns =
    "uuid, ip, first_seen, last_seen, events, sessions, credentials, deckies, files, severity";
AttackerRow read_attacker(const Rows& rows, int first);

}  // namespace decnet::store::sqlite
