// The dictionary: every event type with its fields, said once. Documentation is generated from it
// (event_reference_markdown), and tests check with it that nobody emits what is not declared.
//
//   const TypeInfo* attempt = find_type("login.attempt");
//   is_declared(*attempt, "principal")      // true
//
// What a service says in its `request` events is declared in its service.toml, not here.
// All views are constants; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "event/event.h"

namespace decnet::event {

// How a field's value is to be read. All are text on the wire.
enum class FieldType : std::uint8_t {
  text,    // What a person reads; may be any bytes where a peer chose it.
  number,  // Decimal, no sign.
  base64,  // RFC 4648 section 4; any bytes.
  sha256,  // 64 hexadecimal digits, lower case.
  uuid,
  address,  // IPv4 or IPv6 in its usual form.
  port,     // 0 … 65535
  choice,   // One of `values`.
  list,     // Sorted, comma-separated; empty for none.
  flag,     // "true", or the field is absent.
};
std::string_view to_string(FieldType type) noexcept;

struct FieldInfo {
  std::string_view name;
  FieldType type;
  bool optional;
  std::string_view doc;
  std::span<const std::string_view> values;  // Of a choice.
};

enum class FieldRule : std::uint8_t {
  closed,  // The fields that are declared, and no others.
  open,    // Others may follow: a service's own, or what another program sent.
};

struct TypeInfo {
  std::string_view name;
  Severity severity;  // The usual one.
  bool about_peer;    // Has the common fields.
  FieldRule rule;
  std::string_view doc;
  std::span<const FieldInfo> fields;  // Its own, in the order in which they are written.
};

// A word that stands for a kind of secret or fingerprint.
struct KindInfo {
  std::string_view name;
  std::string_view doc;
  std::string_view crack_format;  // Of a challenge and response: hashcat's mode or john's format.
};

std::span<const FieldInfo> common_fields() noexcept;
std::span<const TypeInfo> types() noexcept;
std::span<const KindInfo> secret_kinds() noexcept;
std::span<const KindInfo> fingerprint_kinds() noexcept;

const TypeInfo* find_type(std::string_view name) noexcept;  // Null if there is none.
bool is_secret_kind(std::string_view name) noexcept;
bool is_fingerprint_kind(std::string_view name) noexcept;

// Common and own fields, the lengths of fields that were cut (`<name>_bytes`), and every field of
// an open type.
bool is_declared(const TypeInfo& type, std::string_view field) noexcept;

// What is wrong with an event, in one clause; empty if nothing: an unknown type, a field that is
// not declared, one that is missing or of another type. For tests of whoever emits.
std::string complaint(const Event& event);

// The `request` fields of one service, for the reference.
struct ServiceFields {
  std::string_view service;
  std::string_view summary;
  std::span<const std::pair<std::string_view, std::string_view>> fields;  // name, doc
};

// The event reference as Markdown: types, fields, kinds, and per service its request fields.
std::string event_reference_markdown(std::span<const ServiceFields> services);

}  // namespace decnet::event
