#include "api/call.h"

#include <algorithm>
#include <charconv>

#include "store/store.h"

namespace decnet::api {
namespace {

constexpr std::string_view kCounts[] = {"exact", "estimate"};
constexpr Param kListParams[] = {
    {.name = "limit", .type = Type::integer},
    {.name = "cursor", .bytes_max = 4096},
    {.name = "count", .choices = kCounts},
};

std::optional<std::int64_t> to_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const Param* find_param(const Route& route, Where where, std::string_view name) {
  const auto named = [&](const Param& param) { return param.where == where && param.name == name; };
  const auto own = std::find_if(route.params.begin(), route.params.end(), named);
  if (own != route.params.end()) return &*own;
  if (!route.is_list) return nullptr;
  const auto common = std::find_if(std::begin(kListParams), std::end(kListParams), named);
  return common != std::end(kListParams) ? common : nullptr;
}

// What is wrong with a value; empty: nothing.
std::string_view fault_of(const Param& param, std::string_view value) {
  if (value.size() > param.bytes_max) return "is too long";
  if (!param.choices.empty() &&
      std::find(param.choices.begin(), param.choices.end(), value) == param.choices.end()) {
    return "is none of the values that are allowed";
  }
  if (param.type == Type::integer && !to_integer(value)) return "is not an integer";
  if (param.type == Type::boolean && value != "true" && value != "false") {
    return "is neither true nor false";
  }
  if (param.type == Type::uuid && !Uuid::parse(value)) return "is not a UUID";
  if (param.type == Type::time && !parse_time(value)) return "is not a time (RFC 3339)";
  return {};
}

Problem bad_parameter(std::string_view where, std::string_view name, std::string_view fault) {
  const std::string what = std::string(name) + " " + std::string(fault);
  return Problem(400, "invalid_parameter", what)
      .at("/" + std::string(where) + "/" + std::string(name), fault);
}

std::optional<Problem> check_query(const Call& call) {
  const auto& given = call.query.parameters();
  for (const Parameter& parameter : given) {
    const Param* param = find_param(call.route, Where::query, parameter.name);
    if (param == nullptr) return bad_parameter("query", parameter.name, "is not a parameter here");
    if (const auto fault = fault_of(*param, parameter.value); !fault.empty()) {
      return bad_parameter("query", param->name, fault);
    }
    const auto times = std::count_if(given.begin(), given.end(), [&](const Parameter& other) {
      return other.name == parameter.name;
    });
    if (times > 1 && !param->repeatable) {
      return bad_parameter("query", param->name, "may be given once");
    }
  }
  for (const Param& param : call.route.params) {
    if (param.required && param.where == Where::query && call.query.find(param.name) == nullptr) {
      return bad_parameter("query", param.name, "is missing");
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Problem> take_parameters(Call& call) {
  auto query = Query::parse(call.request.query);
  if (!query) return Problem(400, "invalid_parameter", query.error().detail);
  for (const Parameter& parameter : query->parameters()) {
    if (!parameter.value.empty()) call.query.add(parameter.name, parameter.value);
  }
  for (const PathValue& value : call.path_values) {
    const Param* param = find_param(call.route, Where::path, value.name);
    if (param == nullptr) continue;
    // What cannot name anything is not found.
    if (!fault_of(*param, value.value).empty()) {
      return Problem(404, "not_found", "nothing here has that name");
    }
  }
  return check_query(call);
}

std::string Call::text(std::string_view name) const {
  const std::string* value = query.find(name);
  return value != nullptr ? *value : std::string();
}

std::optional<TimePoint> Call::time(std::string_view name) const {
  const std::string* value = query.find(name);
  if (value == nullptr) return std::nullopt;
  const auto parsed = parse_time(*value);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

std::optional<Uuid> Call::uuid(std::string_view name) const {
  const std::string* value = query.find(name);
  if (value == nullptr) return std::nullopt;
  const auto parsed = Uuid::parse(*value);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

std::optional<std::int64_t> Call::integer(std::string_view name) const {
  const std::string* value = query.find(name);
  return value != nullptr ? to_integer(*value) : std::nullopt;
}

std::optional<bool> Call::flag(std::string_view name) const {
  const std::string* value = query.find(name);
  return value != nullptr ? std::optional(*value == "true") : std::nullopt;
}

const std::string& Call::path_text(std::string_view name) const {
  static const std::string kNone;
  for (const PathValue& value : path_values) {
    if (value.name == name) return value.value;
  }
  return kNone;
}

Uuid Call::path_uuid(std::string_view name) const {
  return Uuid::parse(path_text(name)).value_or(Uuid{});
}

std::int64_t Call::path_integer(std::string_view name) const {
  return to_integer(path_text(name)).value_or(0);
}

Response json_response(std::string body, int status) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Result<void> audit(const Call& call, std::string_view action, std::string_view target,
                   std::string_view detail, std::string_view outcome) {
  store::AuditRow row;
  row.at = call.services.clock.now();
  row.actor = call.actor();
  row.role = call.principal ? to_string(call.principal->role) : "-";
  row.action = action;
  row.target = target;
  row.detail = detail;
  row.source_ip = call.request.peer.source();
  row.outcome = outcome;
  return call.services.store.accounts().audit(row);
}

}  // namespace decnet::api
