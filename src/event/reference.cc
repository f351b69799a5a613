#include <fmt/format.h>

#include "event/dictionary.h"

namespace decnet::event {
namespace {

constexpr std::string_view kHead = R"(# Event reference

Generated from `src/event/dictionary.cc` and the services' `service.toml`. Do not edit.

An event is one RFC 5424 line: HOSTNAME is the decky, APP-NAME the service, PROCID the session, MSGID the type, and the
fields are the parameters of one structured-data element. A value that is no plain text stands as `<field>_b64` in
base64; one that was too long is cut, and `<field>_bytes` says how long it was.
)";

// A cell of a table must not end it.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string type_of(const FieldInfo& field) {
  if (field.type != FieldType::choice) return std::string(to_string(field.type));
  std::string words;
  for (const std::string_view value : field.values) {
    words += words.empty() ? "" : ", ";
    words += fmt::format("`{}`", value);
  }
  return words;
}

void append_fields(std::string& out, std::span<const FieldInfo> fields) {
  out += "| field | type | meaning |\n|---|---|---|\n";
  for (const FieldInfo& field : fields) {
    out += fmt::format("| `{}`{} | {} | {} |\n", field.name,
                       field.optional ? " (may be absent)" : "", type_of(field), cell(field.doc));
  }
}

void append_type(std::string& out, const TypeInfo& type) {
  out += fmt::format("\n### `{}`\n\n{} Severity {}.{}{}\n", type.name, type.doc,
                     static_cast<int>(type.severity),
                     type.about_peer ? "" : " It is about no peer and has no common fields.",
                     type.rule == FieldRule::open ? " Other fields may follow." : "");
  if (type.fields.empty()) return;
  out += '\n';
  append_fields(out, type.fields);
}

void append_kinds(std::string& out, std::string_view title, std::span<const KindInfo> kinds) {
  out += fmt::format("\n## {}\n\n| kind | what it is | crack format |\n|---|---|---|\n", title);
  for (const KindInfo& kind : kinds) {
    out += fmt::format("| `{}` | {} | {} |\n", kind.name, cell(kind.doc),
                       kind.crack_format.empty() ? "-" : kind.crack_format);
  }
}

}  // namespace

std::string event_reference_markdown(std::span<const ServiceFields> services) {
  std::string out(kHead);
  out += "\n## Common fields\n\nEvery event about a peer has them.\n\n";
  append_fields(out, common_fields());
  out += "\n## Types\n";
  for (const TypeInfo& type : types()) append_type(out, type);
  append_kinds(out, "Secret kinds", secret_kinds());
  append_kinds(out, "Fingerprint kinds", fingerprint_kinds());
  out += "\n## Fields of `request` by service\n";
  for (const ServiceFields& service : services) {
    out += fmt::format("\n### {}\n\n{}\n", service.service, service.summary);
    if (service.fields.empty()) continue;
    out += "\n| field | meaning |\n|---|---|\n";
    for (const auto& [name, doc] : service.fields)
      out += fmt::format("| `{}` | {} |\n", name, cell(doc));
  }
  return out;
}

}  // namespace decnet::event
