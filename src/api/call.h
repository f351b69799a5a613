// Call: what a handler gets. Its parameters have been checked against the route, its caller's role,
// too.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"
#include "api/principal.h"
#include "api/problem.h"
#include "api/route.h"
#include "api/router.h"
#include "api/services.h"
#include "api/url.h"
#include "base/try.h"
#include "base/uuid.h"

namespace decnet::api {

struct Call {
  const Request& request;
  const Route& route;
  Services& services;
  PrincipalPtr principal;  // Null where the route is open and nobody has said who they are.
  std::vector<PathValue> path_values;
  Query query;
  TimePoint now{};

  // For the audit log: on whom or what, and what of it.
  std::string audit_target, audit_detail;

  // Parameters of the query by name; absent ones are empty.
  std::string text(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const { return query.all(name); }
  std::optional<TimePoint> time(std::string_view name) const;
  std::optional<Uuid> uuid(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;
  std::optional<bool> flag(std::string_view name) const;

  // Values of the path.
  const std::string& path_text(std::string_view name) const;
  Uuid path_uuid(std::string_view name) const;
  std::int64_t path_integer(std::string_view name) const;

  bool may(Role role) const noexcept { return principal != nullptr && principal->may(role); }
  std::string_view actor() const noexcept {
    return principal ? std::string_view(principal->name) : "-";
  }
};

// Reads the query and checks every parameter against the route. Nothing: all is well, and
// `call.query` is filled.
std::optional<Problem> take_parameters(Call& call);

Response json_response(std::string body, int status = 200);
Response no_content();

// A row for the audit log about something that is no unsafe call (a secret that was revealed).
// Blocks.
Result<void> audit(const Call& call, std::string_view action, std::string_view target,
                   std::string_view detail, std::string_view outcome = "ok");

}  // namespace decnet::api
