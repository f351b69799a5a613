// Reads one JSON object per line. The only file that knows simdjson is json_row.cc.
//
//   JsonReader reader;
//   const JsonValue row = DECNET_TRY(reader.parse(line));
//   row.at("src_ip").text()                              // "" if it is absent or no text
//   row.at("credentials").at("username").for_each([&](JsonValue name) { … });
//
// A value lives until the reader's next parse(). Whatever is absent, or of another type, is empty:
// asking for it is no error.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet::app {

class JsonValue {
 public:
  JsonValue() = default;  // Absent.

  bool exists() const noexcept { return exists_; }
  bool is_null() const noexcept;
  bool is_object() const noexcept;
  bool is_array() const noexcept;

  JsonValue at(std::string_view key) const noexcept;  // A member of an object.
  std::string_view text() const noexcept;
  std::optional<std::int64_t> integer() const noexcept;  // Also from a text of digits.
  std::optional<double> number() const noexcept;         // Also from a text that is one.
  bool truth() const noexcept;                           // False unless it is true.
  // Text, or a number, true or false as text; empty for the rest.
  std::string scalar() const;

  std::size_t size() const noexcept;                                // Of an array.
  JsonValue item(std::size_t index) const noexcept;                 // Of an array.
  void for_each(const std::function<void(JsonValue)>& each) const;  // Of an array.

 private:
  friend class JsonReader;
  friend struct JsonAccess;
  alignas(std::max_align_t) std::array<std::byte, 16> element_{};
  bool exists_ = false;
};

class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  // Errors: invalid_argument ("the row is no JSON", "the row is no JSON object").
  Result<JsonValue> parse(std::string_view line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace decnet::app
