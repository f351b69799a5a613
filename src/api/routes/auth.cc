// Logging in and out, and one's own password.
#include "api/authenticator.h"
#include "api/call.h"
#include "api/first_admin.h"
#include "api/json_body.h"
#include "api/login_limits.h"
#include "api/options.h"
#include "api/password.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/random.h"
#include "store/store.h"

namespace decnet::api {
namespace {

struct OpenSession {
  store::UserRow user;
  store::WebSessionRow session;
  std::string cookie;
};

Result<OpenSession> open_session(const Call& call, const store::UserRow& user,
                                 std::string csrf_token) {
  OpenSession open{.user = user, .session = {}, .cookie = draw_session_cookie()};
  open.session.id_sha256 = sha256_hex(open.cookie);
  open.session.user_uuid = user.uuid;
  open.session.csrf_token = std::move(csrf_token);
  open.session.created_at = open.session.last_used_at = call.now;
  open.session.expires_at = call.now + call.services.options.session_idle;
  open.session.source_ip = call.request.peer.source();
  DECNET_TRY(call.services.store.accounts().insert_session(open.session));
  return open;
}

std::string session_json(const store::UserRow& user, const std::string& csrf_token,
                         TimePoint expires_at) {
  JsonWriter json;
  json.begin_object().key("user");
  append_user(json, user);
  json.field("csrf_token", csrf_token).field("expires_at", expires_at).end_object();
  return std::move(json).take();
}

void give_cookie(const Call& call, Response& response, std::string_view cookie) {
  response.with("Set-Cookie",
                set_cookie(call.request.peer.is_tls, cookie, call.services.options.session_age));
}

// A row about somebody who is not known yet. The name of an unknown user is not written down: it is
// often a password in the wrong field.
Result<void> audit_login(const Call& call, const store::UserRow* user, std::string_view outcome) {
  store::AuditRow row;
  row.at = call.now;
  row.actor = user != nullptr ? user->username : "-";
  row.role = user != nullptr ? user->role : "-";
  row.action = call.route.operation;
  row.detail = user != nullptr ? "" : "unknown user";
  row.source_ip = call.request.peer.source();
  row.outcome = outcome;
  return call.services.store.accounts().audit(row);
}

// Nothing where name and password do not belong together. Blocks.
Result<std::optional<OpenSession>> check_login(const Call& call, const std::string& username,
                                               const std::string& password) {
  auto& accounts = call.services.store.accounts();
  auto user = accounts.user_by_name(username);
  if (!user && user.error().code != Errc::not_found) return tl::unexpected(user.error());
  const bool matches =
      password_matches(user ? user->password_hash : std::string(), password) && user;
  if (!matches || user->disabled) {
    DECNET_TRY(audit_login(call, user ? &*user : nullptr, "refused"));
    return std::nullopt;
  }
  auto open = DECNET_TRY(open_session(call, *user, to_base64url(random_bytes(24))));
  DECNET_TRY(accounts.note_login(user->uuid, call.now));
  open.user.last_login_at = call.now;
  DECNET_TRY(audit_login(call, &*user, "ok"));
  forget_first_password(call.services.options.data_folder);
  return open;
}

Problem too_many_failures(Duration wait) {
  const auto seconds = std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count());
  return Problem(429, "too_many_logins", "too many failed logins; try again in " + seconds + " s")
      .with("Retry-After", seconds)
      .with("RateLimit-Policy", "\"login\";q=10;w=300")
      .with("RateLimit", "\"login\";r=0;t=" + seconds);
}

net::Task<Answer> login(Call& call) {
  JsonBody body(call.request.body);
  const auto username = body.text("username", {.bytes_max = 64});
  const auto password = body.text("password", {.bytes_max = kPasswordBytesMax});
  if (auto problem = body.problem()) co_return std::move(*problem);
  auto& limits = call.services.login_limits;
  const auto source = call.request.peer.source();
  if (const auto wait = limits.wait(username, source); wait > Duration{0}) {
    co_return too_many_failures(wait);
  }
  limits.note_failure(username, source);  // Until it is known better: many may try at once.
  const auto work = [&] { return check_login(call, username, password); };
  auto outcome = co_await call.services.passwords.run(work);
  if (!outcome) co_return Problem(outcome.error());
  if (!*outcome) co_return Problem(401, "invalid_credentials", "the name or the password is wrong");
  limits.note_success(username, source);
  const OpenSession& open = **outcome;
  Response response =
      json_response(session_json(open.user, open.session.csrf_token, open.session.expires_at));
  give_cookie(call, response, open.cookie);
  co_return response;
}

Answer logout(Call& call) {
  if (call.principal->kind == Principal::Kind::session) {
    DECNET_TRY(call.services.store.accounts().delete_session(call.principal->id_sha256));
    call.services.authenticator.forget();
  }
  Response response = no_content();
  give_cookie(call, response, {});
  return response;
}

Answer show_session(Call& call) {
  if (call.principal->kind != Principal::Kind::session) {
    return Problem(404, "not_found", "only a login has a session");
  }
  const auto user = DECNET_TRY(call.services.store.accounts().user(call.principal->user_uuid));
  return json_response(session_json(user, call.principal->csrf_token, call.principal->expires_at));
}

// The old sessions of the user end; the caller goes on with a new one. Blocks.
Answer change_password(Call& call, const std::string& current, const std::string& wanted) {
  auto& accounts = call.services.store.accounts();
  auto user = DECNET_TRY(accounts.user(call.principal->user_uuid));
  if (!password_matches(user.password_hash, current)) {
    return Problem(422, "invalid_body", "current_password is wrong")
        .at("/current_password", "is wrong");
  }
  if (auto fits = check_new_password(wanted, user.username); !fits) {
    return Problem(422, "invalid_body", "new_password " + fits.error().detail)
        .at("/new_password", fits.error().detail);
  }
  if (current == wanted) {
    return Problem(422, "invalid_body", "new_password is the current one")
        .at("/new_password", "is the current one");
  }
  user.password_hash = DECNET_TRY(hash_password(wanted));
  user.must_change_password = false;
  DECNET_TRY(accounts.update_user(user));
  DECNET_TRY(accounts.delete_sessions_of(user.uuid));
  const auto open = DECNET_TRY(open_session(call, user, call.principal->csrf_token));
  call.services.authenticator.forget();
  forget_first_password(call.services.options.data_folder);
  Response response = no_content();
  give_cookie(call, response, open.cookie);
  return response;
}

net::Task<Answer> password(Call& call) {
  JsonBody body(call.request.body);
  const auto current = body.text("current_password", {.bytes_max = kPasswordBytesMax});
  const auto wanted = body.text("new_password", {.bytes_max = kPasswordBytesMax});
  if (auto problem = body.problem()) co_return std::move(*problem);
  if (call.principal->kind != Principal::Kind::session) {
    co_return Problem(403, "session_required", "only who has logged in can change a password");
  }
  auto& limits = call.services.login_limits;
  const auto source = call.request.peer.source();
  if (const auto wait = limits.wait(call.principal->name, source); wait > Duration{0}) {
    co_return too_many_failures(wait);
  }
  limits.note_failure(call.principal->name, source);
  const auto work = [&]() -> Result<Answer> {
    Answer answer = change_password(call, current, wanted);
    DECNET_TRY(audit(call, call.route.operation, call.principal->name,
                     answer ? "" : answer.error().detail, answer ? "ok" : "refused"));
    return Result<Answer>(std::move(answer));
  };
  auto outcome = co_await call.services.passwords.run(work);
  if (!outcome) co_return Problem(outcome.error());
  if (*outcome) limits.note_success(call.principal->name, source);
  co_return std::move(*outcome);
}

constexpr Field kUser[] = {
    {"uuid", Type::uuid},
    Field{"username"}.example(R"("ana")"),
    Field{"role"}.ref("Role"),
    {"created_at", Type::time},
    Field{"last_login_at", Type::time}.nullable(),
    {"must_change_password", Type::boolean},
    Field{"disabled", Type::boolean}.example("false"),
};
constexpr Field kSessionInfo[] = {
    Field{"user"}.ref("User"),
    Field{"csrf_token"}.says("Goes into X-CSRF-Token of every unsafe request."),
    {"expires_at", Type::time},
};
constexpr Field kLoginRequest[] = {
    Field{"username"}.example(R"("ana")").at_most(64),
    Field{"password"}.at_most(kPasswordBytesMax),
};
constexpr Field kPasswordChange[] = {
    Field{"current_password"}.at_most(kPasswordBytesMax),
    Field{"new_password"}.at_most(kPasswordBytesMax),
};
constexpr std::string_view kRoles[] = {"viewer", "analyst", "operator", "admin"};
constexpr Schema kSchemas[] = {
    {.name = "Role",
     .says = "Each role may do all that the ones before it may.",
     .choices = kRoles},
    {"User", kUser},
    {"SessionInfo", kSessionInfo},
    {"LoginRequest", kLoginRequest},
    {"PasswordChange", kPasswordChange},
};

constexpr Route kRoutes[] = {
    {.method = Method::post,
     .path = "/api/v1/auth/login",
     .operation = "login",
     .tag = "auth",
     .summary = "Open a session",
     .access = Access::open,
     .audits_itself = true,
     .request = "LoginRequest",
     .response = "SessionInfo",
     .task = login},
    {.method = Method::post,
     .path = "/api/v1/auth/logout",
     .operation = "logout",
     .tag = "auth",
     .summary = "End the session",
     .access = Access::known,
     .success = 204,
     .handler = logout},
    {.path = "/api/v1/auth/session",
     .operation = "getSession",
     .tag = "auth",
     .summary = "The session of the caller",
     .access = Access::known,
     .response = "SessionInfo",
     .handler = show_session},
    {.method = Method::post,
     .path = "/api/v1/auth/password",
     .operation = "changePassword",
     .tag = "auth",
     .summary = "Change the own password",
     .access = Access::known,
     .audits_itself = true,
     .request = "PasswordChange",
     .success = 204,
     .task = password},
};

}  // namespace

Noun auth_noun() {
  return {"auth", kRoutes, kSchemas};
}

void append_user(JsonWriter& json, const store::UserRow& user) {
  json.begin_object()
      .field("uuid", user.uuid.text())
      .field("username", user.username)
      .field("role", user.role)
      .field("created_at", user.created_at);
  optional_field(json, "last_login_at", user.last_login_at);
  json.field("must_change_password", user.must_change_password)
      .field("disabled", user.disabled)
      .end_object();
}

std::string user_etag(const store::UserRow& user) {
  return "\"" + std::to_string(user.version) + "\"";
}

}  // namespace decnet::api
