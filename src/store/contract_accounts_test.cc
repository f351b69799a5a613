// The contract of AccountTable.
#include <gmock/gmock.h>

#include "store/contract.h"

namespace decnet::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AccountsContract : public StoreContract {
 protected:
  AccountTable& accounts() { return store_->accounts(); }
  static UserRow user(std::string_view name) {
    return {.uuid = Uuid::v8(name),
            .username = std::string(name),
            .role = "analyst",
            .password_hash = "$argon2id$…",
            .created_at = kStart,
            .last_login_at = {},
            .must_change_password = true,
            .disabled = false,
            .version = 1};
  }
  static WebSessionRow web_session(std::string_view id, std::string_view of) {
    return {.id_sha256 = std::string(id),
            .user_uuid = Uuid::v8(of),
            .csrf_token = "csrf",
            .created_at = kStart,
            .expires_at = after_start(std::chrono::seconds{60}),
            .last_used_at = kStart,
            .source_ip = "127.0.0.1"};
  }
  static TokenRow token(std::string_view name, std::string_view by) {
    return {.uuid = Uuid::v8(name),
            .created_by = Uuid::v8(by),
            .name = std::string(name),
            .role = "viewer",
            .token_sha256 = "hash of " + std::string(name),
            .prefix = "dnt_ab",
            .created_at = kStart,
            .expires_at = {},
            .last_used_at = {}};
  }
};

TEST_P(AccountsContract, Users) {
  ASSERT_TRUE(accounts().insert_user(user("bob")));
  ASSERT_TRUE(accounts().insert_user(user("ana")));
  const auto all = accounts().users();
  ASSERT_THAT(*all, SizeIs(2));
  EXPECT_EQ(all->at(0).username, "ana");
  const auto bob = accounts().user_by_name("bob");
  ASSERT_TRUE(bob);
  EXPECT_EQ(bob->uuid, Uuid::v8("bob"));
  EXPECT_EQ(bob->role, "analyst");
  EXPECT_EQ(bob->password_hash, "$argon2id$…");
  EXPECT_EQ(bob->created_at, kStart);
  EXPECT_FALSE(bob->last_login_at);
  EXPECT_TRUE(bob->must_change_password);
  EXPECT_FALSE(bob->disabled);
  EXPECT_EQ(accounts().user(bob->uuid)->username, "bob");
  EXPECT_EQ(accounts().user(Uuid::v8("x")).error().code, Errc::not_found);
  EXPECT_EQ(accounts().user_by_name("x").error().code, Errc::not_found);
  UserRow same_name = user("bob");
  same_name.uuid = Uuid::v8("another");
  EXPECT_EQ(accounts().insert_user(same_name).error().code, Errc::conflict);
}

TEST_P(AccountsContract, AUserChangesOnlyFromTheVersionThatWasRead) {
  ASSERT_TRUE(accounts().insert_user(user("ana")));
  ASSERT_TRUE(accounts().insert_user(user("bob")));
  UserRow first = *accounts().user_by_name("ana");
  UserRow second = first;
  first.role = "admin";
  ASSERT_TRUE(accounts().update_user(first));
  second.disabled = true;
  EXPECT_EQ(accounts().update_user(second).error().code, Errc::conflict);
  EXPECT_EQ(accounts().user_by_name("ana")->role, "admin");
  EXPECT_EQ(accounts().user_by_name("ana")->version, 2U);
  ASSERT_TRUE(accounts().note_login(first.uuid, kStart));
  EXPECT_EQ(accounts().user_by_name("ana")->version, 2U);
  EXPECT_EQ(accounts().user_by_name("ana")->last_login_at, kStart);
  EXPECT_EQ(accounts().update_user(user("nobody")).error().code, Errc::not_found);
  EXPECT_EQ(accounts().note_login(Uuid::v8("nobody"), kStart).error().code, Errc::not_found);
  UserRow renamed = *accounts().user_by_name("ana");
  renamed.username = "bob";
  EXPECT_EQ(accounts().update_user(renamed).error().code, Errc::conflict);
}

TEST_P(AccountsContract, AUserGoesWithTheirSessionsAndTokens) {
  ASSERT_TRUE(accounts().insert_user(user("ana")));
  ASSERT_TRUE(accounts().insert_session(web_session("s1", "ana")));
  ASSERT_TRUE(accounts().insert_session(web_session("s2", "bob")));
  ASSERT_TRUE(accounts().insert_token(token("t1", "ana")));
  ASSERT_TRUE(accounts().insert_token(token("t2", "bob")));
  ASSERT_TRUE(accounts().delete_user(Uuid::v8("ana")));
  EXPECT_THAT(*accounts().users(), IsEmpty());
  EXPECT_EQ(accounts().session("s1").error().code, Errc::not_found);
  EXPECT_TRUE(accounts().session("s2"));
  ASSERT_THAT(*accounts().tokens(), SizeIs(1));
  EXPECT_EQ(accounts().tokens()->at(0).name, "t2");
  EXPECT_EQ(accounts().delete_user(Uuid::v8("ana")).error().code, Errc::not_found);
}

TEST_P(AccountsContract, WebSessions) {
  ASSERT_TRUE(accounts().insert_session(web_session("s1", "ana")));
  const auto row = accounts().session("s1");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->user_uuid, Uuid::v8("ana"));
  EXPECT_EQ(row->csrf_token, "csrf");
  EXPECT_EQ(row->expires_at, after_start(std::chrono::seconds{60}));
  EXPECT_EQ(row->source_ip, "127.0.0.1");
  ASSERT_TRUE(accounts().touch_session("s1", after_start(std::chrono::seconds{5}),
                                       after_start(std::chrono::seconds{65})));
  EXPECT_EQ(accounts().session("s1")->last_used_at, after_start(std::chrono::seconds{5}));
  EXPECT_EQ(accounts().session("s1")->expires_at, after_start(std::chrono::seconds{65}));
  EXPECT_EQ(accounts().touch_session("s9", kStart, kStart).error().code, Errc::not_found);
  ASSERT_TRUE(accounts().insert_session(web_session("s2", "ana")));
  ASSERT_TRUE(accounts().insert_session(web_session("s3", "bob")));
  ASSERT_TRUE(accounts().delete_session("s1"));
  EXPECT_EQ(accounts().session("s1").error().code, Errc::not_found);
  ASSERT_TRUE(accounts().delete_sessions_of(Uuid::v8("ana")));
  EXPECT_EQ(accounts().session("s2").error().code, Errc::not_found);
  EXPECT_TRUE(accounts().session("s3"));
}

TEST_P(AccountsContract, Tokens) {
  TokenRow expiring = token("t1", "ana");
  expiring.expires_at = kStart;
  ASSERT_TRUE(accounts().insert_token(expiring));
  ASSERT_TRUE(accounts().insert_token(token("t2", "ana")));
  const auto found = accounts().token_by_hash("hash of t1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->uuid, Uuid::v8("t1"));
  EXPECT_EQ(found->created_by, Uuid::v8("ana"));
  EXPECT_EQ(found->role, "viewer");
  EXPECT_EQ(found->prefix, "dnt_ab");
  EXPECT_EQ(found->expires_at, kStart);
  EXPECT_FALSE(found->last_used_at);
  EXPECT_EQ(accounts().token_by_hash("x").error().code, Errc::not_found);
  ASSERT_TRUE(accounts().touch_token(Uuid::v8("t1"), kStart));
  EXPECT_EQ(accounts().token_by_hash("hash of t1")->last_used_at, kStart);
  EXPECT_EQ(accounts().touch_token(Uuid::v8("x"), kStart).error().code, Errc::not_found);
  TokenRow same_hash = token("t3", "ana");
  same_hash.token_sha256 = "hash of t1";
  EXPECT_EQ(accounts().insert_token(same_hash).error().code, Errc::conflict);
  ASSERT_TRUE(accounts().delete_token(Uuid::v8("t1")));
  EXPECT_EQ(accounts().delete_token(Uuid::v8("t1")).error().code, Errc::not_found);
  EXPECT_THAT(*accounts().tokens(), SizeIs(1));
}

TEST_P(AccountsContract, TheAuditLogIsReadNewestFirstAndFiltered) {
  for (int n = 0; n < 5; ++n) {
    ASSERT_TRUE(accounts().audit({.at = after_start(std::chrono::seconds{n}),
                                  .actor = n % 2 == 0 ? "ana" : "bob",
                                  .role = "admin",
                                  .action = n < 3 ? "user.create" : "token_create",
                                  .target = "x",
                                  .detail = "d",
                                  .source_ip = "127.0.0.1",
                                  .outcome = "ok"}));
  }
  const auto all = accounts().audit_log({}, {}, {}, {.limit = 3});
  ASSERT_TRUE(all) << all.error().detail;
  ASSERT_THAT(all->rows, SizeIs(3));
  EXPECT_TRUE(all->more_after);
  EXPECT_GT(all->rows[0].seq, all->rows[1].seq);
  EXPECT_EQ(all->rows[0].action, "token_create");
  EXPECT_EQ(all->rows[0].detail, "d");
  EXPECT_THAT(accounts().audit_log({}, {}, {}, {.limit = 3, .after = all->keys.back()})->rows,
              SizeIs(2));
  EXPECT_THAT(accounts().audit_log("bob", {}, {}, {})->rows, SizeIs(2));
  EXPECT_THAT(accounts().audit_log({}, "user.", {}, {})->rows, SizeIs(3));
  EXPECT_THAT(accounts().audit_log({}, "token%", {}, {})->rows, IsEmpty());
  EXPECT_THAT(accounts().audit_log({}, {}, after_start(std::chrono::seconds{4}), {})->rows,
              SizeIs(1));
}

TEST_P(AccountsContract, AnIdempotencyKeyIsClaimedOnce) {
  EXPECT_FALSE(accounts().claim_idempotency("k", "body", kStart).value());
  const auto in_flight = accounts().claim_idempotency("k", "body", kStart);
  ASSERT_TRUE(in_flight->has_value());
  EXPECT_EQ((*in_flight)->status, 0);
  EXPECT_EQ((*in_flight)->request_sha256, "body");
  ASSERT_TRUE(accounts().finish_idempotency("k", {.request_sha256 = "body",
                                                  .status = 201,
                                                  .headers = "Location: x",
                                                  .body = std::string("{}\0", 3)}));
  const auto kept = accounts().claim_idempotency("k", "other", kStart + std::chrono::hours{23});
  ASSERT_TRUE(kept->has_value());
  EXPECT_EQ((*kept)->status, 201);
  EXPECT_EQ((*kept)->headers, "Location: x");
  EXPECT_EQ((*kept)->body, std::string("{}\0", 3));
  EXPECT_FALSE(
      accounts().claim_idempotency("k", "body", kStart + std::chrono::hours{25})->has_value());
  EXPECT_EQ(accounts().finish_idempotency("never claimed", {}).error().code, Errc::not_found);
}

TEST_P(AccountsContract, AClaimThatNobodyFinishesIsFreedAgain) {
  EXPECT_FALSE(accounts().claim_idempotency("k", "body", kStart).value());
  EXPECT_TRUE(
      accounts().claim_idempotency("k", "body", kStart + std::chrono::minutes{4})->has_value());
  EXPECT_FALSE(
      accounts().claim_idempotency("k", "body", kStart + std::chrono::minutes{6})->has_value());
}

DECNET_STORE_CONTRACT(AccountsContract);

}  // namespace
}  // namespace decnet::store
