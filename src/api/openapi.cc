#include "api/openapi.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "api/openapi_schema.h"
#include "base/json.h"

namespace decnet::api {
namespace {

constexpr std::string_view kBase = "/api/v1";
constexpr std::string_view kProblemRef = "#/components/schemas/Problem";

std::string_view where_name(Where where) noexcept {
  if (where == Where::path) return "path";
  return where == Where::header ? "header" : "query";
}

// Who may call; empty: anybody who is known, or anybody.
std::string_view role_name(Access access) noexcept {
  if (access == Access::viewer || access == Access::ticket) return "viewer";
  if (access == Access::analyst) return "analyst";
  if (access == Access::operates) return "operator";
  return access == Access::admin ? "admin" : "";
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

class Document {
 public:
  explicit Document(std::span<const Noun> nouns) : nouns_(nouns), shapes_(nouns) {}

  std::string make();

 private:
  void info();
  void paths();
  void operation(const Route& route);
  void parameters(const Route& route);
  void parameter(std::string_view name, Where where, bool required, std::string_view says,
                 std::string_view schema);
  void declared(const Param& param);
  void request(const Route& route);
  void responses(const Route& route);
  void problem_response(std::string_view key);
  void components();

  std::span<const Noun> nouns_;
  Shapes shapes_;
  JsonWriter json_;
};

void Document::info() {
  json_.field("openapi", "3.1.0").key("info").begin_object();
  json_.field("title", "decnet").field("version", "1");
  json_.field("description", "API of a decnet deception network.");
  json_.key("license").begin_object().field("name", "Apache-2.0");
  json_.field("identifier", "Apache-2.0").end_object().end_object();
  json_.key("servers").begin_array().begin_object().field("url", kBase).end_object().end_array();
  json_.key("security").raw(R"([{"cookie":[]},{"bearer":[]}])");
  json_.key("tags").begin_array();
  for (const Noun& noun : nouns_) {
    const bool shown = std::any_of(noun.routes.begin(), noun.routes.end(),
                                   [](const Route& route) { return route.is_documented; });
    if (shown) json_.begin_object().field("name", noun.tag).end_object();
  }
  json_.end_array();
}

void Document::parameter(std::string_view name, Where where, bool required, std::string_view says,
                         std::string_view schema) {
  json_.begin_object().field("name", name).field("in", where_name(where));
  if (required) json_.field("required", true);
  if (!says.empty()) json_.field("description", says);
  json_.key("schema").raw(schema).end_object();
}

void Document::declared(const Param& param) {
  const Field field{.name = param.name,
                    .type = param.type,
                    .is_list = param.repeatable,
                    .choices = param.choices};
  parameter(param.name, param.where, param.required || param.where == Where::path, param.says,
            shapes_.schema_of(field));
}

void Document::parameters(const Route& route) {
  json_.key("parameters").begin_array();
  for (const Param& param : route.params) declared(param);
  if (route.is_list) {
    parameter("limit", Where::query, false, {},
              R"({"type":"integer","minimum":1,"maximum":200,"default":50})");
    parameter("cursor", Where::query, false, "next_cursor or prev_cursor of a page before.",
              R"({"type":"string"})");
    parameter("count", Where::query, false, "Adds the total.",
              R"({"type":"string","enum":["estimate","exact"]})");
  }
  if (route.is_idempotent_post) {
    parameter("Idempotency-Key", Where::header, false, "Kept for 24 hours.",
              R"({"type":"string","maxLength":64})");
  }
  if (route.needs_if_match) {
    parameter("If-Match", Where::header, false, "The ETag of what was seen; 428 without.",
              R"({"type":"string"})");
  }
  if (!is_safe(route.method) && route.access != Access::open) {
    parameter("X-CSRF-Token", Where::header, false, "Needed with a cookie session.",
              R"({"type":"string"})");
  }
  json_.end_array();
}

void Document::request(const Route& route) {
  if (route.request.empty()) return;
  const std::string_view media =
      route.method == Method::patch ? "application/merge-patch+json" : kJson;
  json_.key("requestBody").begin_object().field("required", !route.body_is_optional);
  json_.key("content").begin_object().key(media).begin_object();
  json_.key("schema").raw(shapes_.reference(route.request));
  json_.key("example").raw(shapes_.example(route.request));
  json_.end_object().end_object().end_object();
}

void Document::problem_response(std::string_view key) {
  json_.key(key).begin_object().field("description", "A problem (RFC 9457).");
  json_.key("content").begin_object().key(kProblemJson).begin_object();
  json_.key("schema").begin_object().field("$ref", kProblemRef).end_object();
  json_.end_object().end_object().end_object();
}

void Document::responses(const Route& route) {
  json_.key("responses").begin_object().key(std::to_string(route.success)).begin_object();
  json_.field("description", "Done.");
  if (route.success != 204) {
    json_.key("content").begin_object().key(route.media).begin_object().key("schema");
    if (!route.response.empty()) {
      json_.raw(shapes_.reference(route.response));
      json_.key("example").raw(shapes_.example(route.response));
    } else if (route.media == kJson) {
      json_.raw(R"({"type":"object"})");
    } else {
      json_.raw(route.media == "application/octet-stream" ? R"({"type":"string","format":"binary"})"
                                                          : R"({"type":"string"})");
    }
    json_.end_object().end_object();
  }
  json_.end_object();
  problem_response("4XX");
  problem_response("default");
  json_.end_object();
}

void Document::operation(const Route& route) {
  json_.key(lower(to_string(route.method))).begin_object();
  json_.field("operationId", route.operation).field("summary", route.summary);
  json_.key("tags").begin_array().value(route.tag).end_array();
  if (route.access == Access::open) json_.key("security").begin_array().end_array();
  if (const auto role = role_name(route.access); !role.empty()) json_.field("x-role", role);
  parameters(route);
  request(route);
  responses(route);
  json_.end_object();
}

void Document::paths() {
  std::vector<std::string_view> order;
  std::map<std::string_view, std::vector<const Route*>> by_path;
  for (const Noun& noun : nouns_) {
    for (const Route& route : noun.routes) {
      if (!route.is_documented) continue;
      if (!by_path.contains(route.path)) order.push_back(route.path);
      by_path[route.path].push_back(&route);
    }
  }
  json_.key("paths").begin_object();
  for (const std::string_view path : order) {
    json_.key(path.substr(kBase.size())).begin_object();
    for (const Route* route : by_path[path]) operation(*route);
    json_.end_object();
  }
  json_.end_object();
}

void Document::components() {
  json_.key("components").begin_object().key("schemas");
  shapes_.append_all(json_);
  json_.key("securitySchemes").begin_object();
  json_.key("cookie").raw(R"({"type":"apiKey","in":"cookie","name":"decnet_session"})");
  json_.key("bearer").raw(R"({"type":"http","scheme":"bearer"})");
  json_.end_object().end_object();
}

std::string Document::make() {
  json_.begin_object();
  info();
  paths();
  components();
  json_.end_object();
  return pretty_json(json_.text());
}

}  // namespace

std::string make_openapi(std::span<const Noun> nouns) {
  return Document(nouns).make();
}

}  // namespace decnet::api
