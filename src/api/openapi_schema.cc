#include "api/openapi_schema.h"

#include <algorithm>
#include <cassert>

namespace decnet::api {
namespace {

constexpr std::string_view kPage = "Page";

constexpr Field kFieldError[] = {
    Field{"pointer"}.says("JSON Pointer of the field, or /query/<name>.").example(R"("/username")"),
    Field{"detail"}.example(R"("is missing")"),
    Field{"code"}.example(R"("required")"),
};
constexpr Field kProblem[] = {
    Field{"type"}.says("A stable URI below /problems/.").example(R"("/problems/not_found")"),
    Field{"title"}.example(R"("Not found")"),
    Field{"status", Type::integer}.example("404"),
    Field{"detail"}.optional(),
    Field{"instance"}.optional(),
    Field{"code"}.optional().example(R"("not_found")"),
    Field{"request_id"}.optional(),
    Field{"required_role"}.optional().says("Which role was missing."),
    Field{"errors"}.ref("FieldError").list().optional(),
};
constexpr Schema kCommon[] = {
    {"FieldError", kFieldError},
    {.name = "Problem", .fields = kProblem, .says = "RFC 9457."},
};

struct TypeText {
  std::string_view type, format, example;
};
TypeText text_of(Type type) {
  switch (type) {
    case Type::integer:
      return {"integer", {}, "7"};
    case Type::number:
      return {"number", {}, "1.5"};
    case Type::boolean:
      return {"boolean", {}, "true"};
    case Type::uuid:
      return {"string", "uuid", R"("0192f0c1-2b3d-7abc-8def-0123456789ab")"};
    case Type::time:
      return {"string", "date-time", R"("2026-01-02T03:04:05.678Z")"};
    case Type::text_map:
      return {"object", "string", R"({"name":"value"})"};
    case Type::integer_map:
      return {"object", "integer", R"({"name":7})"};
    case Type::number_map:
      return {"object", "number", R"({"name":7})"};
    default:
      return {"string", {}, R"("text")"};
  }
}

bool is_map(Type type) {
  return type == Type::text_map || type == Type::integer_map || type == Type::number_map;
}

void append_type(JsonWriter& json, std::string_view type, bool nullable) {
  json.key("type");
  if (nullable)
    json.begin_array().value(type).value("null").end_array();
  else
    json.value(type);
}

void append_choices(JsonWriter& json, std::span<const std::string_view> choices) {
  json.key("enum").begin_array();
  for (const auto choice : choices) json.value(choice);
  json.end_array();
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

Shapes::Shapes(std::span<const Noun> nouns) {
  const auto add = [this](const Schema& schema) {
    order_.push_back(schema.name);
    [[maybe_unused]] const bool is_new = schemas_.emplace(schema.name, &schema).second;
    assert(is_new);
  };
  for (const Schema& schema : kCommon) add(schema);
  for (const Noun& noun : nouns) {
    for (const Schema& schema : noun.schemas) add(schema);
  }
  const auto note_page = [this](std::string_view name) {
    if (!name.ends_with(kPage)) return;
    const auto of = name.substr(0, name.size() - kPage.size());
    if (schemas_.contains(of) && std::find(pages_.begin(), pages_.end(), of) == pages_.end()) {
      pages_.push_back(of);
    }
  };
  for (const Noun& noun : nouns) {
    for (const Route& route : noun.routes) note_page(route.response);
    for (const Schema& schema : noun.schemas) note_page(schema.extends);
  }
}

const Schema* Shapes::find(std::string_view name) const {
  const auto at = schemas_.find(name);
  return at != schemas_.end() ? at->second : nullptr;
}

std::string Shapes::reference(std::string_view name) const {
  return R"({"$ref":"#/components/schemas/)" + std::string(name) + "\"}";
}

std::string Shapes::schema_of(const Field& field) const {
  JsonWriter json;
  json.begin_object();
  const TypeText text = text_of(field.type);
  const bool nullable = field.is_nullable && !field.is_list;
  if (field.type == Type::ref) {
    if (field.is_list)
      json.field("type", "array").key("items").raw(reference(field.of));
    else if (nullable)
      json.key("oneOf").raw("[" + reference(field.of) + R"(,{"type":"null"}])");
    else
      json.field("$ref", "#/components/schemas/" + std::string(field.of));
  } else if (field.is_list) {
    const Field one{.name = field.name, .type = field.type, .choices = field.choices};
    json.field("type", "array").key("items").raw(schema_of(one));
  } else {
    append_type(json, text.type, nullable);
    if (is_map(field.type)) {
      json.key("additionalProperties").begin_object().field("type", text.format).end_object();
    } else if (!text.format.empty()) {
      json.field("format", text.format);
    }
    if (!field.choices.empty()) append_choices(json, field.choices);
    if (field.length_max > 0) json.field("maxLength", field.length_max);
  }
  if (!field.description.empty()) json.field("description", field.description);
  json.end_object();
  return std::move(json).take();
}

std::string Shapes::example_of(const Field& field) const {
  std::string one(field.sample);
  if (one.empty() && field.type == Type::ref) {
    one = example(field.of);
  } else if (one.empty() && !field.choices.empty()) {
    one = quoted(field.choices.front());
  } else if (one.empty()) {
    one = text_of(field.type).example;
  }
  return field.is_list && !one.starts_with('[') ? "[" + one + "]" : one;
}

void Shapes::append_example_fields(JsonWriter& json, std::string_view name) const {
  if (const Schema* schema = find(name)) {
    if (!schema->extends.empty()) append_example_fields(json, schema->extends);
    for (const Field& field : schema->fields) json.key(field.name).raw(example_of(field));
  } else if (name.ends_with(kPage)) {
    json.key("data").raw("[" + example(name.substr(0, name.size() - kPage.size())) + "]");
    json.key("next_cursor").null().key("prev_cursor").null();
  }
}

std::string Shapes::example(std::string_view name) const {
  const Schema* schema = find(name);
  if (schema != nullptr && !schema->choices.empty()) return quoted(schema->choices.front());
  JsonWriter json;
  json.begin_object();
  append_example_fields(json, name);
  json.end_object();
  return std::move(json).take();
}

void Shapes::append_object(JsonWriter& json, const Schema& schema) const {
  json.field("type", "object").key("properties").begin_object();
  for (const Field& field : schema.fields) json.key(field.name).raw(schema_of(field));
  json.end_object().key("required").begin_array();
  for (const Field& field : schema.fields) {
    if (!field.is_optional) json.value(field.name);
  }
  json.end_array();
}

void Shapes::append_schema(JsonWriter& json, const Schema& schema) const {
  json.key(schema.name).begin_object();
  if (!schema.says.empty()) json.field("description", schema.says);
  if (!schema.choices.empty()) {
    json.field("type", "string");
    append_choices(json, schema.choices);
  } else if (!schema.extends.empty()) {
    json.key("allOf").begin_array().raw(reference(schema.extends)).begin_object();
    append_object(json, schema);
    json.end_object().end_array();
  } else {
    append_object(json, schema);
  }
  json.end_object();
}

void Shapes::append_page(JsonWriter& json, std::string_view of) const {
  json.key(std::string(of) + std::string(kPage)).begin_object().field("type", "object");
  json.key("properties").begin_object();
  json.key("data")
      .begin_object()
      .field("type", "array")
      .key("items")
      .raw(reference(of))
      .end_object();
  json.key("next_cursor").raw(R"({"type":["string","null"]})");
  json.key("prev_cursor").raw(R"({"type":["string","null"]})");
  json.key("total").raw(R"({"type":"integer","description":"Where count asked for it."})");
  json.end_object().key("required").raw(R"(["data","next_cursor","prev_cursor"])").end_object();
}

void Shapes::append_all(JsonWriter& json) const {
  json.begin_object();
  for (const auto name : order_) append_schema(json, *find(name));
  for (const auto of : pages_) append_page(json, of);
  json.end_object();
}

std::string pretty_json(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool in_string = false;
  const auto new_line = [&] { out.append("\n").append(2 * depth, ' '); };
  for (std::size_t n = 0; n < json.size(); ++n) {
    const char c = json[n];
    if (in_string) {
      out.push_back(c);
      if (c == '\\') out.push_back(json[++n]);
      if (c == '"') in_string = false;
    } else if (c == '{' || c == '[') {
      out.push_back(c);
      const bool is_empty = n + 1 < json.size() && (json[n + 1] == '}' || json[n + 1] == ']');
      if (is_empty) {
        out.push_back(json[++n]);
      } else {
        ++depth;
        new_line();
      }
    } else if (c == '}' || c == ']') {
      --depth;
      new_line();
      out.push_back(c);
    } else if (c == ',') {
      out.push_back(c);
      new_line();
    } else {
      out.push_back(c);
      if (c == ':') out.push_back(' ');
      in_string = c == '"';
    }
  }
  out.push_back('\n');
  return out;
}

}  // namespace decnet::api
