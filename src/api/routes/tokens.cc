// API tokens. Everybody has their own; an admin sees and ends all of them. The token itself is in
// the answer to its creation and nowhere else.
#include <algorithm>

#include "api/authenticator.h"
#include "api/json_body.h"
#include "api/list.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "base/hash.h"
#include "store/store.h"

namespace decnet::api {
namespace {

constexpr std::size_t kTokensPerUserMax = 100;

void append_token_fields(JsonWriter& json, const store::TokenRow& row) {
  json.field("uuid", row.uuid.text())
      .field("name", row.name)
      .field("role", row.role)
      .field("created_at", row.created_at);
  optional_field(json, "expires_at", row.expires_at);
  optional_field(json, "last_used_at", row.last_used_at);
  json.field("prefix", row.prefix);
}

// Those that the caller may see.
Result<std::vector<store::TokenRow>> visible_tokens(const Call& call) {
  auto rows = DECNET_TRY(call.services.store.accounts().tokens());
  if (!call.may(Role::admin)) {
    std::erase_if(rows, [&](const store::TokenRow& row) {
      return row.created_by != call.principal->user_uuid;
    });
  }
  return rows;
}

Answer list_tokens(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  auto rows = DECNET_TRY(visible_tokens(call));
  const auto name = [](const store::TokenRow& row) { return row.uuid.text(); };  // By their age.
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.uuid < b.uuid; });
  const auto total =
      list->count != Count::none ? std::optional<std::uint64_t>(rows.size()) : std::nullopt;
  const auto append = [](JsonWriter& json, const store::TokenRow& row) {
    json.begin_object();
    append_token_fields(json, row);
    json.end_object();
  };
  return list_answer(call, *list, page_of(std::move(rows), list->page, name), total, append);
}

constexpr std::string_view kRoles[] = {"viewer", "analyst", "operator", "admin"};

Answer create_token(Call& call) {
  JsonBody body(call.request.body);
  store::TokenRow row;
  row.name = body.text("name", {.bytes_max = 64});
  row.role = body.choice("role", kRoles);
  row.expires_at = body.optional_time("expires_at");
  if (row.expires_at && *row.expires_at <= call.now) body.refuse("expires_at", "has passed");
  if (auto problem = body.problem()) return std::move(*problem);
  call.audit_target = row.name;
  call.audit_detail = "role " + row.role;
  if (call.principal->kind == Principal::Kind::token) {
    return Problem(403, "session_required", "a token cannot make tokens");
  }
  if (!call.may(*parse_role(row.role))) {
    Problem problem(403, "role_required", "a token can do no more than who makes it");
    problem.required_role = row.role;
    return problem;
  }
  row.created_by = call.principal->user_uuid;
  auto rows = DECNET_TRY(call.services.store.accounts().tokens());
  const auto own = std::count_if(rows.begin(), rows.end(), [&](const store::TokenRow& other) {
    return other.created_by == row.created_by;
  });
  if (own >= static_cast<std::ptrdiff_t>(kTokensPerUserMax)) {
    return Problem(409, "too_many_tokens", "100 tokens are enough; delete one first");
  }
  const std::string token = draw_token();
  row.uuid = Uuid::v7(call.now);
  row.token_sha256 = sha256_hex(token);
  row.prefix = token.substr(0, kTokenShownBytes);
  row.created_at = call.now;
  DECNET_TRY(call.services.store.accounts().insert_token(row));
  call.services.authenticator.forget();
  JsonWriter json;
  json.begin_object();
  append_token_fields(json, row);
  json.field("token", token).end_object();
  Response response = json_response(std::move(json).take(), 201);
  response.with("Location", "/api/v1/tokens/" + row.uuid.text());
  return response;
}

Answer delete_token(Call& call) {
  const Uuid uuid = call.path_uuid("uuid");
  const auto rows = DECNET_TRY(visible_tokens(call));
  const auto at = std::find_if(rows.begin(), rows.end(),
                               [&](const store::TokenRow& row) { return row.uuid == uuid; });
  if (at == rows.end()) return Problem(404, "not_found", "there is no such token");
  call.audit_target = at->name;
  DECNET_TRY(call.services.store.accounts().delete_token(uuid));
  call.services.authenticator.forget();
  return no_content();
}

constexpr Param kUuid[] = {{.name = "uuid", .type = Type::uuid, .where = Where::path}};
constexpr Field kToken[] = {
    {"uuid", Type::uuid},
    Field{"name"}.example(R"("backup")"),
    Field{"role"}.ref("Role"),
    {"created_at", Type::time},
    Field{"expires_at", Type::time}.nullable(),
    Field{"last_used_at", Type::time}.nullable(),
    Field{"prefix"}.example(R"("dnt_4fJk0a")"),
};
constexpr Field kCreate[] = {
    Field{"name"}.at_most(64).example(R"("backup")"),
    Field{"role"}.ref("Role"),
    Field{"expires_at", Type::time}.nullable().optional(),
};
constexpr Field kCreated[] = {
    Field{"token"}.says("dnt_…; shown once.").example(R"("dnt_4fJk0a…")")};
constexpr Schema kSchemas[] = {
    {.name = "Token", .fields = kToken},
    {.name = "TokenCreate", .fields = kCreate},
    {.name = "TokenCreated", .fields = kCreated, .extends = "Token"},
};
constexpr Route kRoutes[] = {
    {.path = "/api/v1/tokens",
     .operation = "listTokens",
     .tag = "tokens",
     .summary = "API tokens: the own ones; all for an admin",
     .is_list = true,
     .response = "TokenPage",
     .handler = list_tokens},
    {.method = Method::post,
     .path = "/api/v1/tokens",
     .operation = "createToken",
     .tag = "tokens",
     .summary = "Make a token",
     .is_idempotent_post = true,
     .request = "TokenCreate",
     .response = "TokenCreated",
     .success = 201,
     .handler = create_token},
    {.method = Method::remove,
     .path = "/api/v1/tokens/{uuid}",
     .operation = "deleteToken",
     .tag = "tokens",
     .summary = "End a token",
     .params = kUuid,
     .success = 204,
     .handler = delete_token},
};

}  // namespace

Noun tokens_noun() {
  return {"tokens", kRoutes, kSchemas};
}

}  // namespace decnet::api
