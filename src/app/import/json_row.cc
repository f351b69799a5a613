#include "app/import/json_row.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include <simdjson.h>

namespace decnet::app {

using simdjson::dom::element;

static_assert(sizeof(element) == 16 && std::is_trivially_copyable_v<element>);

// Turns a JsonValue into what it holds, and back.
struct JsonAccess {
  static element in(const JsonValue& value) noexcept {
    element out;
    std::memcpy(static_cast<void*>(&out), value.element_.data(), sizeof out);
    return out;
  }
  static JsonValue out(const simdjson::simdjson_result<element>& found) noexcept {
    JsonValue value;
    element inner;
    if (found.get(inner) != simdjson::SUCCESS) return value;
    std::memcpy(value.element_.data(), static_cast<const void*>(&inner), sizeof inner);
    value.exists_ = true;
    return value;
  }
};

namespace {

// Of a value that may be absent.
template <class T>
std::optional<T> get(const JsonValue& value) noexcept {
  T out;
  if (!value.exists() || JsonAccess::in(value).get(out) != simdjson::SUCCESS) return {};
  return out;
}

}  // namespace

bool JsonValue::is_null() const noexcept {
  return exists_ && JsonAccess::in(*this).is_null();
}
bool JsonValue::is_object() const noexcept {
  return exists_ && JsonAccess::in(*this).is_object();
}
bool JsonValue::is_array() const noexcept {
  return exists_ && JsonAccess::in(*this).is_array();
}

JsonValue JsonValue::at(std::string_view key) const noexcept {
  if (!is_object()) return {};
  return JsonAccess::out(JsonAccess::in(*this).at_key(key));
}

std::string_view JsonValue::text() const noexcept {
  return get<std::string_view>(*this).value_or(std::string_view{});
}

std::optional<std::int64_t> JsonValue::integer() const noexcept {
  if (const auto number = get<std::int64_t>(*this)) return number;
  const std::string_view digits = text();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return {};
  return number;
}

std::optional<double> JsonValue::number() const noexcept {
  if (const auto number = get<double>(*this)) return number;
  const std::string_view digits = text();
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return {};
  if (!std::isfinite(number)) return {};
  return number;
}

bool JsonValue::truth() const noexcept {
  return get<bool>(*this).value_or(false);
}

std::string JsonValue::scalar() const {
  if (const auto words = get<std::string_view>(*this)) return std::string(*words);
  if (const auto whole = get<std::int64_t>(*this)) return std::to_string(*whole);
  if (const auto truth = get<bool>(*this)) return *truth ? "true" : "false";
  if (get<double>(*this)) return simdjson::minify(JsonAccess::in(*this));
  return {};
}

std::size_t JsonValue::size() const noexcept {
  const auto array = get<simdjson::dom::array>(*this);
  std::size_t count = 0;  // simdjson's own count stops at 2^24 - 1.
  if (array) {
    for ([[maybe_unused]] const element inner : *array) ++count;
  }
  return count;
}

JsonValue JsonValue::item(std::size_t index) const noexcept {
  const auto array = get<simdjson::dom::array>(*this);
  return array ? JsonAccess::out(array->at(index)) : JsonValue{};
}

void JsonValue::for_each(const std::function<void(JsonValue)>& each) const {
  const auto array = get<simdjson::dom::array>(*this);
  if (!array) return;
  for (const element inner : *array) {
    each(JsonAccess::out(simdjson::simdjson_result<element>(element(inner))));
  }
}

struct JsonReader::State {
  simdjson::dom::parser parser;
};

JsonReader::JsonReader() : state_(std::make_unique<State>()) {}
JsonReader::~JsonReader() = default;

Result<JsonValue> JsonReader::parse(std::string_view line) {
  const JsonValue value = JsonAccess::out(state_->parser.parse(line.data(), line.size()));
  if (!value.exists()) return fail(Errc::invalid_argument, "the row is no JSON");
  if (!value.is_object()) return fail(Errc::invalid_argument, "the row is no JSON object");
  return value;
}

}  // namespace decnet::app
