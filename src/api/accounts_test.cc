// Logging in, users, tokens and who may do what: whole requests over a store.
#include "api/api_fixture.h"
#include "api/authenticator.h"
#include "api/login_limits.h"

namespace decnet::api {
namespace {

using ::testing::HasSubstr;

class AccountsTest : public ApiTest {
 protected:
  // The outcomes in the audit log of an action, newest first.
  std::vector<std::string> audited(std::string_view action) {
    std::vector<std::string> out;
    const auto page = store_->accounts().audit_log({}, action, std::nullopt, {.limit = 50}).value();
    for (const auto& row : page.rows) out.push_back(row.actor + " " + row.outcome);
    return out;
  }
  std::string user_path(const std::string& name) {
    return "/users/" + store_->accounts().user_by_name(name)->uuid.text();
  }
  Response patch(const std::string& path, std::string body, std::string etag) {
    return ask(Method::patch, path, std::move(body), {{"if-match", std::move(etag)}});
  }
};

TEST_F(AccountsTest, TheFirstAdminChangesTheirPasswordFirst) {
  ASSERT_TRUE(ensure_first_admin(*store_, folder_, clock_).value());
  EXPECT_FALSE(ensure_first_admin(*store_, folder_, clock_).value());
  const auto file = first_password_file(folder_);
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms{0600});
  const std::string first = first_password();
  const auto in = log_in("admin", first);
  ASSERT_EQ(in.status, 200) << in.content();
  EXPECT_TRUE(json(in).at("user").at("must_change_password").as_bool());
  EXPECT_FALSE(std::filesystem::exists(file));
  const std::string cookie = header(in, "Set-Cookie");
  EXPECT_THAT(cookie, HasSubstr("decnet_session="));
  EXPECT_THAT(cookie, HasSubstr("; HttpOnly; SameSite=Strict"));

  EXPECT_EQ(code(get("/attackers")), "password_change_required");
  EXPECT_EQ(get("/auth/session").status, 200);
  const auto change = [&](const std::string& from, const std::string& to) {
    return post("/auth/password",
                R"({"current_password":")" + from + R"(","new_password":")" + to + "\"}");
  };
  EXPECT_EQ(change("wrong", kPassword).status, 422);
  EXPECT_EQ(change(first, "short").status, 422);
  EXPECT_EQ(change(first, first).status, 422);
  const auto changed = change(first, kPassword);
  ASSERT_EQ(changed.status, 204);
  EXPECT_EQ(get("/attackers").status, 401);  // The old session is over …
  const std::string fresh = header(changed, "Set-Cookie");
  headers_[0].value = fresh.substr(0, fresh.find(';'));
  EXPECT_EQ(get("/attackers").status, 200);  // … the new one has the same CSRF token.
  EXPECT_EQ(post("/auth/logout", "").status, 204);
  EXPECT_EQ(get("/attackers").status, 401);
  EXPECT_EQ(log_in("admin", kPassword).status, 200);
  EXPECT_EQ(audited("changePassword").front(), "admin ok");
}

TEST_F(AccountsTest, AWrongPasswordAndAnUnknownNameLookTheSame) {
  be("viewer");
  const auto wrong = log_in("viewer-user", "not-the-password");
  const auto unknown = log_in("nobody", "not-the-password");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.content(), unknown.content());
  EXPECT_EQ(audited("login"),
            (std::vector<std::string>{"- refused", "viewer-user refused", "viewer-user ok"}));
}

TEST_F(AccountsTest, TooManyFailuresHaveToWait) {
  be("viewer");
  for (unsigned n = 0; n < kAccountFailuresMax; ++n) log_in("viewer-user", "wrong");
  const auto limited = log_in("viewer-user", kPassword);
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(header(limited, "Retry-After"), "30");
  clock_.advance(std::chrono::seconds{31});
  EXPECT_EQ(log_in("viewer-user", kPassword).status, 200);
}

TEST_F(AccountsTest, AnUnsafeCallOfASessionNeedsItsToken) {
  be("admin");
  headers_.pop_back();
  EXPECT_EQ(code(post("/tokens", R"({"name":"t","role":"viewer"})")), "csrf");
  headers_.push_back({"x-csrf-token", "guessed"});
  EXPECT_EQ(code(post("/tokens", R"({"name":"t","role":"viewer"})")), "csrf");
  EXPECT_EQ(get("/attackers").status, 200);
  auto cross = request(Method::post, "/api/v1/auth/login", R"({"username":"a","password":"b"})",
                       {{"sec-fetch-site", "cross-site"}});
  EXPECT_EQ(code(send(cross)), "cross_site");
}

TEST_F(AccountsTest, RolesDecideAndNameWhatIsMissing) {
  be("viewer");
  EXPECT_EQ(get("/events").status, 200);
  const auto refused = get("/users");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(text(json(refused).at("required_role")), "admin");
  EXPECT_EQ(get("/credentials/0192f0c1-2b3d-7abc-8def-0123456789ab/secret").status, 403);
  EXPECT_EQ(post("/users", R"({"username":"eve","role":"admin"})").status, 403);
  EXPECT_EQ(audited("createUser"), std::vector<std::string>{"viewer-user refused"});
  headers_.clear();
  const auto nobody = get("/events");
  EXPECT_EQ(nobody.status, 401);
  EXPECT_THAT(header(nobody, "WWW-Authenticate"), HasSubstr("Bearer"));
}

TEST_F(AccountsTest, ATokenWorksUntilItIsDeleted) {
  be("analyst");
  EXPECT_EQ(code(post("/tokens", R"({"name":"t","role":"admin"})")), "role_required");
  const auto made = post("/tokens", R"({"name":"t","role":"viewer"})");
  ASSERT_EQ(made.status, 201) << made.content();
  const std::string token = text(json(made).at("token"));
  EXPECT_TRUE(token.starts_with("dnt_"));
  EXPECT_EQ(get("/tokens").content().find(token), std::string_view::npos);
  const auto session = headers_;
  headers_ = {{"authorization", "Bearer " + token}};
  EXPECT_EQ(get("/events").status, 200);
  EXPECT_EQ(get("/auth/session").status, 404);
  EXPECT_EQ(code(post("/tokens", R"({"name":"u","role":"viewer"})")), "session_required");
  headers_ = session;
  EXPECT_EQ(ask(Method::remove, "/tokens/" + text(json(made).at("uuid"))).status, 204);
  headers_ = {{"authorization", "Bearer " + token}};
  EXPECT_EQ(get("/events").status, 401);
  headers_ = {{"authorization", "Basic eDp5"}};
  EXPECT_EQ(get("/events").status, 401);
}

TEST_F(AccountsTest, ATokenEndsAtItsTimeAndWithItsMaker) {
  be("admin");
  const auto expires = format_time(clock_.now() + std::chrono::hours{1});
  const auto made =
      post("/tokens", R"({"name":"t","role":"admin","expires_at":")" + expires + "\"}");
  const auto second = post("/tokens", R"({"name":"u","role":"admin"})");
  headers_ = {{"authorization", "Bearer " + text(json(made).at("token"))}};
  EXPECT_EQ(get("/users").status, 200);
  clock_.advance(std::chrono::hours{1});
  EXPECT_EQ(get("/users").status, 401);
  headers_ = {{"authorization", "Bearer " + text(json(second).at("token"))}};
  EXPECT_EQ(get("/users").status, 200);
  auto maker = store_->accounts().user_by_name("admin-user").value();
  maker.role = "viewer";
  ASSERT_TRUE(store_->accounts().update_user(maker));
  clock_.advance(
      std::chrono::seconds{2});  // Another process did it: this one learns it in a second.
  EXPECT_EQ(get("/users").status, 403);
}

TEST_F(AccountsTest, UsersAreMadeChangedAndDeleted) {
  be("admin");
  const auto made = post("/users", R"({"username":"bob","role":"viewer"})");
  ASSERT_EQ(made.status, 201) << made.content();
  const std::string password = text(json(made).at("password"));
  EXPECT_EQ(code(post("/users", R"({"username":"bob","role":"viewer"})")), "username_taken");
  EXPECT_EQ(post("/users", R"({"username":"Bob!","role":"king"})").status, 422);
  const std::string path = user_path("bob");
  EXPECT_EQ(header(made, "Location"), "/api/v1" + path);
  const std::string etag = header(get(path), "ETag");
  EXPECT_EQ(ask(Method::get, path, {}, {{"if-none-match", etag}}).status, 304);
  EXPECT_EQ(ask(Method::patch, path, R"({"role":"analyst"})").status, 428);
  const auto changed = patch(path, R"({"role":"analyst"})", etag);
  EXPECT_EQ(changed.status, 200) << changed.content();
  EXPECT_EQ(text(json(changed).at("role")), "analyst");
  EXPECT_EQ(patch(path, R"({"role":"viewer"})", etag).status, 412);
  EXPECT_EQ(ask(Method::remove, path, {}, {{"if-match", header(changed, "ETag")}}).status, 204);
  EXPECT_EQ(get(path).status, 404);
}

TEST_F(AccountsTest, ADisabledUserIsOutAtOnce) {
  be("admin");
  const auto admin = headers_;
  be("viewer");
  const auto viewer = headers_;
  headers_ = admin;
  const std::string path = user_path("viewer-user");
  ASSERT_EQ(patch(path, R"({"disabled":true})", header(get(path), "ETag")).status, 200);
  headers_ = viewer;
  EXPECT_EQ(get("/events").status, 401);
  EXPECT_EQ(log_in("viewer-user", kPassword).status, 401);
}

TEST_F(AccountsTest, TheLastAdminStays) {
  be("admin");
  const std::string path = user_path("admin-user");
  const std::string etag = header(get(path), "ETag");
  EXPECT_EQ(code(patch(path, R"({"role":"viewer"})", etag)), "last_admin");
  EXPECT_EQ(code(patch(path, R"({"disabled":true})", etag)), "last_admin");
  EXPECT_EQ(code(ask(Method::remove, path, {}, {{"if-match", etag}})), "last_admin");
}

TEST_F(AccountsTest, AResetPasswordMustBeChanged) {
  be("admin");
  const auto admin = headers_;
  be("viewer");
  headers_ = admin;
  const auto reset = post(user_path("viewer-user") + "/reset-password", "");
  ASSERT_EQ(reset.status, 200) << reset.content();
  EXPECT_EQ(log_in("viewer-user", kPassword).status, 401);
  const auto in = log_in("viewer-user", text(json(reset).at("password")));
  EXPECT_TRUE(json(in).at("user").at("must_change_password").as_bool());
}

TEST_F(AccountsTest, ARepeatedPostIsAnsweredTheSame) {
  be("admin");
  const auto make = [&](std::string body, std::string key) {
    return ask(Method::post, "/tokens", std::move(body), {{"idempotency-key", std::move(key)}});
  };
  const auto first = make(R"({"name":"t","role":"viewer"})", "key-1");
  const auto again = make(R"({"name":"t","role":"viewer"})", "key-1");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.content(), first.content());
  EXPECT_EQ(header(again, "Idempotency-Replayed"), "true");
  EXPECT_EQ(header(again, "Location"), header(first, "Location"));
  EXPECT_EQ(make(R"({"name":"u","role":"viewer"})", "key-1").status, 422);
  EXPECT_EQ(make(R"({"name":"u","role":"viewer"})", "key 2").status, 400);
  EXPECT_EQ(store_->accounts().tokens()->size(), 1U);
  EXPECT_EQ(audited("createToken").size(), 1U);
}

TEST_F(AccountsTest, TheLocalSocketIsAnAdmin) {
  auto local = request(Method::get, "/api/v1/users");
  local.peer = {.uid = 1000, .is_local_socket = true};
  EXPECT_EQ(send(local).status, 200);
  auto stranger = local;
  stranger.peer.uid.reset();
  EXPECT_EQ(send(stranger).status, 401);
  auto make = request(Method::post, "/api/v1/users", R"({"username":"bob","role":"viewer"})");
  make.peer = local.peer;
  EXPECT_EQ(send(make).status, 201);
  EXPECT_EQ(audited("createUser"), std::vector<std::string>{"local:1000 ok"});
}

}  // namespace
}  // namespace decnet::api
