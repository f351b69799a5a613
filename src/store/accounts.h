// Who may look: users, their browser sessions, API tokens, and the audit log of what they did.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "store/page.h"

namespace decnet::store {

struct UserRow {
  Uuid uuid;
  std::string username;       // [a-z0-9._-]{1,64}, unique
  std::string role;           // viewer, analyst, operator, admin
  std::string password_hash;  // argon2id, libsodium's text form
  TimePoint created_at{};
  std::optional<TimePoint> last_login_at;
  bool must_change_password = false;
  bool disabled = false;
  std::uint64_t version = 0;  // For ETag; counts up at every change.
};

struct WebSessionRow {
  std::string id_sha256;  // Of the cookie's value; the value itself is nowhere.
  Uuid user_uuid;
  std::string csrf_token;
  TimePoint created_at{}, expires_at{}, last_used_at{};
  std::string source_ip;
};

struct TokenRow {
  Uuid uuid, created_by;
  std::string name, role;
  std::string token_sha256, prefix;  // prefix: the first characters, for people to recognise it by
  TimePoint created_at{};
  std::optional<TimePoint> expires_at, last_used_at;
};

struct AuditRow {
  std::int64_t seq = 0;
  TimePoint at{};
  std::string actor, role, action, target, detail, source_ip, outcome;
};

// The kept answer to a request with an Idempotency-Key.
struct IdempotentAnswer {
  std::string request_sha256;
  int status = 0;  // 0: still being worked on
  std::string headers, body;
  TimePoint at{};
};

class AccountTable {
 public:
  virtual ~AccountTable() = default;
  virtual Result<std::vector<UserRow>> users() const = 0;
  virtual Result<UserRow> user(Uuid uuid) const = 0;                          // not_found
  virtual Result<UserRow> user_by_name(std::string_view username) const = 0;  // not_found
  virtual Result<void> insert_user(const UserRow& user) = 0;  // conflict: the name is taken
  // Only if the stored version is `user.version`; stores version + 1. Errors: conflict, not_found.
  virtual Result<void> update_user(const UserRow& user) = 0;
  virtual Result<void> note_login(Uuid user, TimePoint at) = 0;  // no new version
  virtual Result<void> delete_user(Uuid uuid) = 0;               // with their sessions and tokens

  virtual Result<void> insert_session(const WebSessionRow& session) = 0;
  virtual Result<WebSessionRow> session(
      std::string_view id_sha256) const = 0;  // not_found; expiry is the caller's
  virtual Result<void> touch_session(std::string_view id_sha256, TimePoint used,
                                     TimePoint expires) = 0;
  virtual Result<void> delete_session(std::string_view id_sha256) = 0;
  virtual Result<void> delete_sessions_of(Uuid user) = 0;

  virtual Result<std::vector<TokenRow>> tokens() const = 0;
  virtual Result<TokenRow> token_by_hash(std::string_view token_sha256) const = 0;  // not_found
  virtual Result<void> insert_token(const TokenRow& token) = 0;
  virtual Result<void> touch_token(Uuid uuid, TimePoint used) = 0;
  virtual Result<void> delete_token(Uuid uuid) = 0;  // not_found

  virtual Result<void> audit(const AuditRow& row) = 0;
  // Sort: seq. Filters: exact actor, prefix of action, since; empty: all.
  virtual Result<Page<AuditRow>> audit_log(std::string_view actor, std::string_view action,
                                           std::optional<TimePoint> since,
                                           const PageRequest& page) const = 0;

  // Claims the key: nothing if it was free (it is ours now), else what is kept. Kept for 24 hours.
  virtual Result<std::optional<IdempotentAnswer>> claim_idempotency(std::string_view key,
                                                                    std::string_view request_sha256,
                                                                    TimePoint now) = 0;
  virtual Result<void> finish_idempotency(std::string_view key, const IdempotentAnswer& answer) = 0;
};

}  // namespace decnet::store
