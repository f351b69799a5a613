// Writing JSON. (Reading: json_value.h for small things, simdjson behind a seam for hot ones.)
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace decnet {

// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, so the
// result is always valid.
void append_json_string(std::string& out, std::string_view text);

// Builds one JSON text front to back. The caller keeps the brackets balanced; commas are set by the
// writer.
//   JsonWriter json;
//   json.begin_object().field("ip",
//   ip).key("ports").begin_array().value(22).end_array().end_object();
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(std::same_as<bool> auto truth) { return raw(truth ? "true" : "false"); }
  JsonWriter& value(std::integral auto number) requires(!std::same_as<decltype(number), bool>) {
    return raw(std::to_string(number));
  }
  JsonWriter& value(double number);   // Not a number and infinities become null.
  JsonWriter& value(TimePoint time);  // RFC 3339 with milliseconds.
  JsonWriter& null() { return raw("null"); }
  JsonWriter& raw(std::string_view json);  // Something that is JSON already.

  template <class T>
  JsonWriter& field(std::string_view name, const T& of) {
    key(name);
    return value(of);
  }

  const std::string& text() const noexcept { return out_; }
  std::string take() && { return std::move(out_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string out_;
  bool first_ = true;  // Nothing has been written yet in the innermost bracket.
  bool after_key_ = false;
};

}  // namespace decnet
