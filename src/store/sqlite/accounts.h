#pragma once

#include "store/accounts.h"
#include "store/sqlite/database.h"

namespace decnet::store::sqlite {

inline constexpr std::size_t kAuditRowsMax = 1'000'000;  // Then the oldest go, at retention.
inline constexpr Duration kIdempotencyKept = std::chrono::hours{24};
inline constexpr Duration kIdempotencyClaimMax =
    std::chrono::minutes{5};  // Then whoever claimed it is taken for dead.

// accounts.cc has users and sessions, access.cc tokens, the audit log and idempotency keys.
class SqliteAccounts final : public AccountTable {
 public:
  explicit SqliteAccounts(Database& database) : database_(database) {}

  Result<std::vector<UserRow>> users() const override;
  Result<UserRow> user(Uuid uuid) const override;
  Result<UserRow> user_by_name(std::string_view username) const override;
  Result<void> insert_user(const UserRow& user) override;
  Result<void> update_user(const UserRow& user) override;
  Result<void> note_login(Uuid user, TimePoint at) override;
  Result<void> delete_user(Uuid uuid) override;

  Result<void> insert_session(const WebSessionRow& session) override;
  Result<WebSessionRow> session(std::string_view id_sha256) const override;
  Result<void> touch_session(std::string_view id_sha256, TimePoint used,
                             TimePoint expires) override;
  Result<void> delete_session(std::string_view id_sha256) override;
  Result<void> delete_sessions_of(Uuid user) override;

  Result<std::vector<TokenRow>> tokens() const override;
  Result<TokenRow> token_by_hash(std::string_view token_sha256) const override;
  Result<void> insert_token(const TokenRow& token) override;
  Result<void> touch_token(Uuid uuid, TimePoint used) override;
  Result<void> delete_token(Uuid uuid) override;

  Result<void> audit(const AuditRow& row) override;
  Result<Page<AuditRow>> audit_log(std::string_view actor, std::string_view action,
                                   std::optional<TimePoint> since,
                                   const PageRequest& page) const override;

  Result<std::optional<IdempotentAnswer>> claim_idempotency(std::string_view key,
                                                            std::string_view request_sha256,
                                                            TimePoint now) override;
  Result<void> finish_idempotency(std::string_view key, const IdempotentAnswer& answer) override;

 private:
  Database& database_;
};

}  // namespace decnet::store::sqlite
