// The schemas of the OpenAPI document, and examples that fit them, from the tables of schema.h.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"
#include "base/json.h"

namespace decnet::api {

// Every schema that the nouns declare, RFC 9457's Problem, and a page (`XPage`) for each X that a
// route answers with lists of.
class Shapes {
 public:
  explicit Shapes(std::span<const Noun> nouns);

  // JSON texts.
  std::string reference(std::string_view name) const;  // {"$ref":"#/components/schemas/User"}
  std::string schema_of(const Field& field) const;
  std::string example(std::string_view name) const;

  void append_all(JsonWriter& json) const;  // {"User":{…},…}
  bool knows(std::string_view name) const { return schemas_.contains(name); }

 private:
  void append_schema(JsonWriter& json, const Schema& schema) const;
  void append_object(JsonWriter& json, const Schema& schema) const;
  void append_page(JsonWriter& json, std::string_view of) const;
  void append_example_fields(JsonWriter& json, std::string_view name) const;
  std::string example_of(const Field& field) const;
  const Schema* find(std::string_view name) const;

  std::vector<std::string_view> order_;
  std::map<std::string_view, const Schema*> schemas_;
  std::vector<std::string_view> pages_;  // What they are pages of.
};

// Indented by two blanks a level, an LF at the end. `json` is valid.
std::string pretty_json(std::string_view json);

}  // namespace decnet::api
