// How rows look as JSON: what more than one noun shows.
#pragma once

#include "api/event_view.h"
#include "api/geo.h"
#include "base/json.h"
#include "store/accounts.h"
#include "store/attackers.h"

namespace decnet::api {

void append_user(JsonWriter& json, const store::UserRow& user);
std::string user_etag(const store::UserRow& user);
void append_count(JsonWriter& json, const store::ValueCount& count);
void append_fingerprint(JsonWriter& json, const store::FingerprintRow& row);
void append_attacker_fields(JsonWriter& json, const store::AttackerRow& row, const Geo& geo);

// A field that is null where there is nothing.
template <class T>
void optional_field(JsonWriter& json, std::string_view name, const std::optional<T>& value) {
  json.key(name);
  if (value)
    json.value(*value);
  else
    json.null();
}
inline void optional_field(JsonWriter& json, std::string_view name,
                           const std::optional<Uuid>& value) {
  json.key(name);
  if (value)
    json.value(value->text());
  else
    json.null();
}
// The same for a text that is empty where there is nothing.
inline void text_or_null(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  if (text.empty())
    json.null();
  else
    json.value(text);
}

}  // namespace decnet::api
