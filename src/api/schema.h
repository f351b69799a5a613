// The shapes of request and response bodies, as constant tables: the OpenAPI document is made from
// them (openapi.h). A noun declares its own beside its routes.
//
//   constexpr Field kToken[] = {{"uuid", Type::uuid}, {"expires_at", Type::time, .nullable =
//   true}}; constexpr Schema kSchemas[] = {{"Token", kToken}};
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace decnet::api {

enum class Type : std::uint8_t {
  text,
  integer,
  number,
  boolean,
  uuid,
  time,      // RFC 3339
  ref,       // Another schema: `ref` names it.
  text_map,  // An object whose values are strings.
  integer_map,
  number_map,
};

struct Field {
  std::string_view name;
  Type type = Type::text;
  std::string_view of = {};  // Of a ref: the schema's name.
  bool is_list = false;      // An array of these.
  bool is_nullable = false;  // May be null.
  bool is_optional = false;  // May be absent.
  std::string_view description = {};
  std::string_view sample = {};  // JSON; empty: one that fits the type.
  std::span<const std::string_view> choices = {};
  std::size_t length_max = 0;  // Of a text, in bytes; 0: not said.

  // A copy with one member changed: what the functions below are made of.
  template <class T>
  constexpr Field with(T Field::*member, T value) const {
    Field field = *this;
    field.*member = value;
    return field;
  }

  constexpr Field ref(std::string_view schema) const {
    Field field = *this;
    field.type = Type::ref;
    field.of = schema;
    return field;
  }
  constexpr Field list() const { return with(&Field::is_list, true); }
  constexpr Field nullable() const { return with(&Field::is_nullable, true); }
  constexpr Field optional() const { return with(&Field::is_optional, true); }
  constexpr Field says(std::string_view text) const { return with(&Field::description, text); }
  constexpr Field example(std::string_view json) const { return with(&Field::sample, json); }
  constexpr Field among(std::span<const std::string_view> closed_set) const {
    return with(&Field::choices, closed_set);
  }
  constexpr Field at_most(std::size_t bytes) const { return with(&Field::length_max, bytes); }
};

struct Schema {
  std::string_view name;
  std::span<const Field> fields = {};
  std::string_view extends = {};  // The name of a schema whose fields this one has too.
  std::string_view says = {};
  std::span<const std::string_view> choices = {};  // Instead of fields: one of these texts.
};

}  // namespace decnet::api
