#include "api/problem.h"

#include "base/json.h"
#include "base/log.h"

namespace decnet::api {
namespace {

int status_of(Errc code) {
  if (code == Errc::invalid_argument) return 400;
  if (code == Errc::not_found) return 404;
  if (code == Errc::conflict) return 409;
  if (code == Errc::denied) return 403;
  if (code == Errc::limit || code == Errc::unavailable) return 503;
  if (code == Errc::timeout) return 504;
  if (code == Errc::unsupported) return 501;
  return 500;
}

// "not_found" → "Not found"
std::string title_of(std::string_view code) {
  std::string title(code);
  for (char& c : title) {
    if (c == '_') c = ' ';
  }
  if (!title.empty() && title.front() >= 'a' && title.front() <= 'z') {
    title.front() = static_cast<char>(title.front() - 'a' + 'A');
  }
  return title;
}

}  // namespace

Problem::Problem(const Error& error)
    : status(status_of(error.code)), code(to_string(error.code)), detail(error.detail) {
  if (status < 500) return;
  // What failed inside is for the operator: the log has it, under the request's id.
  log::warn("a request failed: {}: {}", to_string(error.code), log::safe(error.detail));
  if (status == 500) {
    code = "internal";
    detail = "the server failed; its log says why";
  } else if (status == 503) {
    code = "unavailable";
    headers.push_back({"Retry-After", "1"});
  }
}

Problem&& Problem::at(std::string_view pointer, std::string_view what,
                      std::string_view error_code) && {
  errors.push_back({std::string(pointer), std::string(what), std::string(error_code)});
  return std::move(*this);
}

Problem&& Problem::with(std::string_view name, std::string_view value) && {
  headers.push_back({std::string(name), std::string(value)});
  return std::move(*this);
}

Response to_response(const Problem& problem, const Request& request) {
  JsonWriter json;
  json.begin_object()
      .field("type", "/problems/" + problem.code)
      .field("title", title_of(problem.code))
      .field("status", problem.status)
      .field("detail", problem.detail)
      .field("instance", request.path)
      .field("code", problem.code)
      .field("request_id", request.request_id);
  if (!problem.required_role.empty()) json.field("required_role", problem.required_role);
  if (!problem.errors.empty()) {
    json.key("errors").begin_array();
    for (const FieldError& error : problem.errors) {
      json.begin_object()
          .field("pointer", error.pointer)
          .field("detail", error.detail)
          .field("code", error.code)
          .end_object();
    }
    json.end_array();
  }
  json.end_object();
  Response response;
  response.status = problem.status;
  response.content_type = kProblemJson;
  response.headers = problem.headers;
  response.body = std::move(json).take();
  return response;
}

}  // namespace decnet::api
