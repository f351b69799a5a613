// Problem: an error as clients get it (RFC 9457).
//
//   if (name.empty()) return Problem(422, "invalid_body", "the name is empty").at("/name",
//   "empty");
//
// A house Error becomes a Problem by itself, so that DECNET_TRY works in a handler.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"
#include "base/result.h"

namespace decnet::api {

struct FieldError {
  std::string pointer;  // JSON Pointer into the body; "/query/<name>" for a parameter.
  std::string detail;
  std::string code;
};

struct Problem {
  Problem(int http_status, std::string_view stable_code, std::string_view what)
      : status(http_status), code(stable_code), detail(what) {}

  // invalid_argument → 400, not_found → 404, conflict → 409, limit → 503, denied → 403, timeout →
  // 504, unavailable → 503, unsupported → 501, all others → 500 without the detail.
  Problem(const Error& error);  // NOLINT(google-explicit-constructor)

  Problem&& at(std::string_view pointer, std::string_view what,
               std::string_view error_code = "invalid") &&;
  Problem&& with(std::string_view name, std::string_view value) &&;  // A header: Retry-After …

  int status;
  std::string code;  // "role_required": also the last part of `type`.
  std::string detail;
  std::string required_role;  // Of a 403, where a role is what is missing.
  std::vector<FieldError> errors;
  std::vector<Header> headers;
};

// `instance` is the path that was asked for.
Response to_response(const Problem& problem, const Request& request);

// What a handler returns.
class [[nodiscard]] Answer : public tl::expected<Response, Problem> {
 public:
  using tl::expected<Response, Problem>::expected;
  Answer(Problem problem)  // NOLINT(google-explicit-constructor)
      : expected(tl::unexpected<Problem>(std::move(problem))) {}
};

}  // namespace decnet::api
