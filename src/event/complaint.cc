#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/uuid.h"
#include "event/dictionary.h"
#include "event/wrapping.h"

namespace decnet::event {
namespace {

std::optional<std::uint64_t> number_of(std::string_view value) noexcept {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size()) return {};
  return number;
}

bool is_digest(std::string_view value) noexcept {
  return value.size() == 64 && std::all_of(value.begin(), value.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// Good enough to find a field that was filled with something else.
bool looks_like_address(std::string_view value) noexcept {
  return value.find_first_of(".:") != value.npos &&
         value.find_first_not_of("0123456789abcdef.:") == value.npos;
}

bool fits(const FieldInfo& field, std::string_view value) {
  switch (field.type) {
    case FieldType::text:
      return true;
    case FieldType::number:
      return number_of(value).has_value();
    case FieldType::base64:
      return from_base64(value).has_value();
    case FieldType::sha256:
      return is_digest(value);
    case FieldType::uuid:
      return Uuid::parse(value).has_value();
    case FieldType::address:
      return looks_like_address(value);
    case FieldType::port:
      return number_of(value).value_or(65'536) < 65'536;
    case FieldType::flag:
      return value == "true";
    case FieldType::list:
      return value.find(' ') == value.npos;
    case FieldType::choice:
      break;
  }
  return std::find(field.values.begin(), field.values.end(), value) != field.values.end();
}

std::string check(const Event& event, std::span<const FieldInfo> fields) {
  for (const FieldInfo& field : fields) {
    const std::string* value = event.find(field.name);
    if (value == nullptr) {
      if (!field.optional) return fmt::format("{} has no {}", event.type, field.name);
    } else if (!fits(field, *value)) {
      return fmt::format("{} is no {}", field.name, to_string(field.type));
    }
  }
  return {};
}

}  // namespace

std::string complaint(const Event& event) {
  const TypeInfo* type = find_type(event.type);
  if (type == nullptr) return fmt::format("the type '{}' is not declared", event.type);
  if (!event.session.empty() && !Uuid::parse(event.session)) return "the session is no uuid";
  for (const Field& field : event.fields) {
    if (!is_name(field.name)) return fmt::format("'{}' cannot be the name of a field", field.name);
    if (!is_declared(*type, field.name)) {
      return fmt::format("{} has no field {}", event.type, field.name);
    }
  }
  std::string wrong = type->about_peer ? check(event, common_fields()) : std::string{};
  if (wrong.empty()) wrong = check(event, type->fields);
  if (wrong.empty() && type->name == kLoginAttempt && !is_secret_kind(event.get("secret_kind"))) {
    wrong = fmt::format("the secret kind {} is not declared", event.get("secret_kind"));
  }
  if (wrong.empty() && type->name == kFingerprint && !is_fingerprint_kind(event.get("kind"))) {
    wrong = fmt::format("the fingerprint kind {} is not declared", event.get("kind"));
  }
  return wrong;
}

}  // namespace decnet::event
