// Route: one operation of the API, as a constant: what the router matches, what is checked before
// the handler runs, and what the OpenAPI document says of it.
//
//   constexpr Route kRoutes[] = {{.method = Method::get, .path = "/api/v1/tokens",
//                                 .operation = "listTokens", .summary = "API tokens",
//                                 .response = "TokenPage", .handler = list_tokens}};
#pragma once

#include <span>
#include <string_view>

#include "api/principal.h"
#include "api/problem.h"
#include "api/schema.h"

namespace decnet::api {

struct Call;

enum class Where : std::uint8_t { query, path, header };

// A parameter. What breaks its rule is refused (400) before the handler runs; an empty value counts
// as absent.
struct Param {
  std::string_view name;
  Type type = Type::text;
  Where where = Where::query;
  bool repeatable = false;
  bool required = false;
  std::string_view says = {};
  std::span<const std::string_view> choices = {};
  std::size_t bytes_max = 512;
};

// Who may call.
enum class Access : std::uint8_t {
  open,     // Anybody.
  ticket,   // The handler finds out itself: a stream's ticket comes in the query.
  monitor,  // Loopback, the local socket, or any principal.
  known,    // Any principal, also one whose password must be changed first.
  viewer,
  analyst,
  operates,
  admin,
};

enum class Thread : std::uint8_t {
  database,  // The handler blocks: on the pool.
  password,  // It computes an argon2 hash: one at a time, in a bounded queue.
  loop,      // It looks at what lives in memory: on the event loop, at once.
};

using Handler = Answer (*)(Call& call);
using LoopTask = net::Task<Answer> (*)(Call& call);

struct Route {
  Method method = Method::get;
  std::string_view path;       // "/api/v1/users/{uuid}"
  std::string_view operation;  // operationId, and the action in the audit log
  std::string_view tag;
  std::string_view summary;
  Access access = Access::viewer;
  std::span<const Param> params = {};
  bool is_list = false;             // Also takes limit, cursor and count.
  bool is_idempotent_post = false;  // Takes Idempotency-Key: what creates or triggers.
  bool needs_if_match = false;      // 428 without.
  bool audits_itself = false;       // Else every unsafe call leaves a row.
  bool is_documented = true;
  std::string_view request = {};  // A schema's name; empty: no body.
  bool body_is_optional = false;
  std::string_view response = {};  // A schema's name; empty: no body, or not JSON.
  std::string_view media = kJson;  // Of the response; empty: whatever the client accepts.
  int success = 200;
  Thread thread = Thread::database;
  Handler handler = nullptr;
  LoopTask task = nullptr;  // Instead of `handler`: waits for more than one thing.
};

// What one noun brings.
struct Noun {
  std::string_view tag;
  std::span<const Route> routes;
  std::span<const Schema> schemas;
};

}  // namespace decnet::api
