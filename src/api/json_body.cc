#include "api/json_body.h"

#include <algorithm>
#include <set>

#include <boost/json.hpp>

namespace decnet::api {
namespace {

namespace json = boost::json;

bool is_one_of(std::string_view text, std::span<const std::string_view> choices) {
  return std::find(choices.begin(), choices.end(), text) != choices.end();
}

std::string list_of(std::span<const std::string_view> choices) {
  std::string out;
  for (const auto choice : choices) out.append(out.empty() ? "" : ", ").append(choice);
  return out;
}

}  // namespace

struct JsonBody::State {
  json::object members;
  std::set<std::string, std::less<>> asked_for;
  std::vector<FieldError> errors;
  std::string malformed;  // Why there are no members.

  // Null where it is missing or null.
  const json::value* find(std::string_view name) {
    asked_for.emplace(name);
    const auto* value = members.if_contains({name.data(), name.size()});
    return value != nullptr && !value->is_null() ? value : nullptr;
  }
  void refuse(std::string_view name, std::string_view detail, std::string_view code) {
    errors.push_back({json_pointer(name), std::string(detail), std::string(code)});
  }
  void missing(std::string_view name) { refuse(name, "is missing", "required"); }
};

std::string json_pointer(std::string_view member) {
  std::string out = "/";
  for (const char c : member) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out.push_back(c);
  }
  return out;
}

JsonBody::JsonBody(std::string_view text) : state_(std::make_unique<State>()) {
  json::parse_options options;
  options.max_depth = kBodyDepthMax;
  boost::system::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) {
    state_->malformed = "the body is not JSON: " + error.message();
  } else if (auto* object = value.if_object()) {
    state_->members = std::move(*object);
  } else {
    state_->malformed = "the body is not a JSON object";
  }
}

JsonBody::~JsonBody() = default;

std::optional<std::string> JsonBody::optional_text(std::string_view name,
                                                   const TextLimits& limits) {
  const json::value* value = state_->find(name);
  if (value == nullptr) return std::nullopt;
  const auto* text = value->if_string();
  if (text == nullptr) {
    state_->refuse(name, "is not a string", "type");
  } else if (text->size() < limits.bytes_min || text->size() > limits.bytes_max) {
    state_->refuse(name,
                   "must have " + std::to_string(limits.bytes_min) + " to " +
                       std::to_string(limits.bytes_max) + " bytes",
                   "length");
  } else {
    return std::string(text->data(), text->size());
  }
  return std::string();
}

std::string JsonBody::text(std::string_view name, const TextLimits& limits) {
  auto text = optional_text(name, limits);
  if (!text) state_->missing(name);
  return std::move(text).value_or(std::string());
}

std::optional<std::string> JsonBody::optional_choice(std::string_view name,
                                                     std::span<const std::string_view> choices) {
  const std::size_t errors_before = state_->errors.size();
  auto text = optional_text(name, {.bytes_min = 0});
  if (text && state_->errors.size() == errors_before && !is_one_of(*text, choices)) {
    state_->refuse(name, "must be one of: " + list_of(choices), "choice");
  }
  return text;
}

std::string JsonBody::choice(std::string_view name, std::span<const std::string_view> choices) {
  auto text = optional_choice(name, choices);
  if (!text) state_->missing(name);
  return std::move(text).value_or(std::string());
}

std::optional<bool> JsonBody::optional_flag(std::string_view name) {
  const json::value* value = state_->find(name);
  if (value == nullptr) return std::nullopt;
  if (const bool* flag = value->if_bool()) return *flag;
  state_->refuse(name, "is neither true nor false", "type");
  return std::nullopt;
}

std::optional<TimePoint> JsonBody::optional_time(std::string_view name) {
  const auto text = optional_text(name, {.bytes_max = 64});
  if (!text || text->empty()) return std::nullopt;
  if (const auto time = parse_time(*text)) return *time;
  state_->refuse(name, "is not a time (RFC 3339)", "format");
  return std::nullopt;
}

void JsonBody::refuse(std::string_view name, std::string_view detail, std::string_view code) {
  state_->refuse(name, detail, code);
}

std::optional<Problem> JsonBody::problem() {
  if (!state_->malformed.empty()) return Problem(400, "malformed_json", state_->malformed);
  for (const auto& member : state_->members) {
    const std::string_view name(member.key().data(), member.key().size());
    if (!state_->asked_for.contains(name)) state_->refuse(name, "is not known here", "unknown");
  }
  if (state_->errors.empty()) return std::nullopt;
  const FieldError& first = state_->errors.front();
  Problem problem(422, "invalid_body", first.pointer.substr(1) + " " + first.detail);
  problem.errors = std::move(state_->errors);
  return problem;
}

}  // namespace decnet::api
