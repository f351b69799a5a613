// Users, for admins. There is always one admin left who can log in.
#include <algorithm>
#include <mutex>

#include "api/authenticator.h"
#include "api/json_body.h"
#include "api/list.h"
#include "api/password.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "api/static_files.h"
#include "store/store.h"

namespace decnet::api {
namespace {

constexpr std::string_view kRoles[] = {"viewer", "analyst", "operator", "admin"};

bool is_username(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

bool rules(const store::UserRow& user) {
  return user.role == "admin" && !user.disabled;
}

// Nothing, or why `changed` (or, if `is_removed`, its end) would leave nobody in charge.
Result<std::optional<Problem>> check_last_admin(const Call& call, const store::UserRow& changed,
                                                bool is_removed) {
  if (rules(changed) && !is_removed) return std::nullopt;
  const auto users = DECNET_TRY(call.services.store.accounts().users());
  const bool another = std::any_of(users.begin(), users.end(), [&](const store::UserRow& user) {
    return user.uuid != changed.uuid && rules(user);
  });
  if (another) return std::nullopt;
  return Problem(409, "last_admin", "this is the last admin; make another one first");
}

Response user_response(const store::UserRow& user, int status = 200,
                       const std::string& password = {}) {
  JsonWriter json;
  append_user(json, user);
  std::string body = std::move(json).take();
  if (!password.empty()) {
    JsonWriter text;
    text.value(password);
    body.pop_back();
    body += ",\"password\":" + text.text() + "}";
  }
  Response response = json_response(std::move(body), status);
  response.with("ETag", user_etag(user));
  return response;
}

Answer list_users(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  auto rows = DECNET_TRY(call.services.store.accounts().users());
  const auto name = [](const store::UserRow& row) { return row.username; };
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.username < b.username; });
  const auto total =
      list->count != Count::none ? std::optional<std::uint64_t>(rows.size()) : std::nullopt;
  return list_answer(call, *list, page_of(std::move(rows), list->page, name), total, append_user);
}

Answer show_user(Call& call) {
  const auto user = DECNET_TRY(call.services.store.accounts().user(call.path_uuid("uuid")));
  if (matches_etag(call.request.header("if-none-match"), user_etag(user))) {
    Response response = no_content();
    response.status = 304;
    response.with("ETag", user_etag(user));
    return response;
  }
  return user_response(user);
}

// Who makes a user knows the first password, so the user has to change it.
Answer create_user(Call& call) {
  JsonBody body(call.request.body);
  store::UserRow user;
  user.username = body.text("username", {.bytes_max = 64});
  user.role = body.choice("role", kRoles);
  const auto chosen = body.optional_text("password", {.bytes_max = kPasswordBytesMax});
  if (!is_username(user.username)) {
    body.refuse("username", "may have lower-case letters, digits, dots, dashes and underscores");
  }
  if (chosen) {
    const auto fits = check_new_password(*chosen, user.username);
    if (!fits) body.refuse("password", fits.error().detail);
  }
  if (auto problem = body.problem()) return std::move(*problem);
  call.audit_target = user.username;
  call.audit_detail = "role " + user.role;
  const std::string drawn = chosen ? std::string() : draw_password();
  user.uuid = Uuid::v7(call.now);
  user.password_hash = DECNET_TRY(hash_password(chosen.value_or(drawn)));
  user.created_at = call.now;
  user.must_change_password = true;
  auto& accounts = call.services.store.accounts();
  if (auto inserted = accounts.insert_user(user); !inserted) {
    if (inserted.error().code != Errc::conflict) return Problem(inserted.error());
    return Problem(409, "username_taken", "there is a user of this name")
        .at("/username", "is taken", "taken");
  }
  user = DECNET_TRY(accounts.user(user.uuid));
  Response response = user_response(user, 201, drawn);
  response.with("Location", "/api/v1/users/" + user.uuid.text());
  return response;
}

// The user of the path, if the caller's If-Match is of its version.
Answer find_for_change(Call& call, store::UserRow& user) {
  user = DECNET_TRY(call.services.store.accounts().user(call.path_uuid("uuid")));
  call.audit_target = user.username;
  if (!matches_etag(call.request.header("if-match"), user_etag(user))) {
    return Problem(412, "precondition_failed", "somebody has changed this user since");
  }
  return Response{};
}

Answer update_user(Call& call) {
  JsonBody body(call.request.body);
  const auto role = body.optional_choice("role", kRoles);
  const auto disabled = body.optional_flag("disabled");
  if (auto problem = body.problem()) return std::move(*problem);
  const std::lock_guard lock(call.services.account_changes);
  store::UserRow user;
  if (auto found = find_for_change(call, user); !found) return found;
  if (role) call.audit_detail += "role " + user.role + " → " + *role;
  if (disabled) call.audit_detail += *disabled ? " disabled" : " enabled";
  user.role = role.value_or(user.role);
  user.disabled = disabled.value_or(user.disabled);
  if (auto problem = DECNET_TRY(check_last_admin(call, user, false))) return std::move(*problem);
  auto& accounts = call.services.store.accounts();
  DECNET_TRY(accounts.update_user(user));
  if (user.disabled) DECNET_TRY(accounts.delete_sessions_of(user.uuid));
  call.services.authenticator.forget();
  return user_response(DECNET_TRY(accounts.user(user.uuid)));
}

Answer delete_user(Call& call) {
  const std::lock_guard lock(call.services.account_changes);
  store::UserRow user;
  if (auto found = find_for_change(call, user); !found) return found;
  if (auto problem = DECNET_TRY(check_last_admin(call, user, true))) return std::move(*problem);
  DECNET_TRY(call.services.store.accounts().delete_user(user.uuid));
  call.services.authenticator.forget();
  return no_content();
}

Answer reset_password(Call& call) {
  const std::string password = draw_password();
  const std::string hash = DECNET_TRY(hash_password(password));
  const std::lock_guard lock(call.services.account_changes);
  auto& accounts = call.services.store.accounts();
  auto user = DECNET_TRY(accounts.user(call.path_uuid("uuid")));
  call.audit_target = user.username;
  user.password_hash = hash;
  user.must_change_password = true;
  DECNET_TRY(accounts.update_user(user));
  DECNET_TRY(accounts.delete_sessions_of(user.uuid));
  call.services.authenticator.forget();
  JsonWriter json;
  json.begin_object().field("password", password).end_object();
  return json_response(std::move(json).take());
}

constexpr Param kUuid[] = {{.name = "uuid", .type = Type::uuid, .where = Where::path}};
constexpr Field kCreate[] = {
    Field{"username"}.at_most(64).example(R"("bob")"),
    Field{"role"}.ref("Role"),
    Field{"password"}
        .optional()
        .says("Left out: the server draws one and answers with it.")
        .example(R"("correct-horse-battery")"),
};
constexpr Field kCreated[] = {
    Field{"password"}
        .optional()
        .says("The first password, shown once; absent where the caller chose it.")
        .example(R"("k2m9x-7fq3w-hn4tz-5cvbe")")};
constexpr Field kPatch[] = {
    Field{"role"}.ref("Role").optional(),
    Field{"disabled", Type::boolean}.optional(),
};
constexpr Field kNewPassword[] = {Field{"password"}
                                      .says("Shown once; must be changed at the next login.")
                                      .example(R"("k2m9x-7fq3w-hn4tz-5cvbe")")};
constexpr Schema kSchemas[] = {
    {.name = "UserCreate", .fields = kCreate},
    {.name = "UserCreated", .fields = kCreated, .extends = "User"},
    {.name = "UserPatch", .fields = kPatch},
    {.name = "NewPassword", .fields = kNewPassword},
};

constexpr Route kRoutes[] = {
    {.path = "/api/v1/users",
     .operation = "listUsers",
     .tag = "users",
     .summary = "Users",
     .access = Access::admin,
     .is_list = true,
     .response = "UserPage",
     .handler = list_users},
    {.method = Method::post,
     .path = "/api/v1/users",
     .operation = "createUser",
     .tag = "users",
     .summary = "Make a user",
     .access = Access::admin,
     .is_idempotent_post = true,
     .request = "UserCreate",
     .response = "UserCreated",
     .success = 201,
     .thread = Thread::password,
     .handler = create_user},
    {.path = "/api/v1/users/{uuid}",
     .operation = "getUser",
     .tag = "users",
     .summary = "One user",
     .access = Access::admin,
     .params = kUuid,
     .response = "User",
     .handler = show_user},
    {.method = Method::patch,
     .path = "/api/v1/users/{uuid}",
     .operation = "updateUser",
     .tag = "users",
     .summary = "Change role or disable",
     .access = Access::admin,
     .params = kUuid,
     .needs_if_match = true,
     .request = "UserPatch",
     .response = "User",
     .handler = update_user},
    {.method = Method::remove,
     .path = "/api/v1/users/{uuid}",
     .operation = "deleteUser",
     .tag = "users",
     .summary = "Delete a user with their sessions and tokens",
     .access = Access::admin,
     .params = kUuid,
     .needs_if_match = true,
     .success = 204,
     .handler = delete_user},
    {.method = Method::post,
     .path = "/api/v1/users/{uuid}/reset-password",
     .operation = "resetPassword",
     .tag = "users",
     .summary = "Draw a new password",
     .access = Access::admin,
     .params = kUuid,
     .is_idempotent_post = true,
     .response = "NewPassword",
     .thread = Thread::password,
     .handler = reset_password},
};

}  // namespace

Noun users_noun() {
  return {"users", kRoutes, kSchemas};
}

}  // namespace decnet::api
