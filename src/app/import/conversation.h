// What the mappers share: the peer and the decoy of a row, and events about them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/import/json_row.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "event/event.h"

namespace decnet::app {

// Who talked to whom. What a log does not say stays empty, and then the event has no such field.
struct Conversation {
  std::string decky;    // The sensor's name, or the decoy's address.
  std::string service;  // In decnet's names: "smb", not "smbd".
  std::string session;  // Text of a UUID; empty if there is none.
  std::string source_ip, destination_ip;
  std::string source_port, destination_port;
  std::string protocol = "tcp";

  // An event with the common fields.
  event::Event event(std::string_view type, event::Severity severity, TimePoint time) const;
  event::Event event(std::string_view type, TimePoint time) const {
    return event(type, event::Severity::info, time);
  }
};

// The text of an address in its usual form, of ::ffff:a.b.c.d that of the IPv4 address.
// Errors: invalid_argument ("the row has no peer" for an empty or unspecified address, "the row has
// a malformed address").
Result<std::string> peer_address(std::string_view text);
std::string any_address(std::string_view text);  // The same, but empty where it is none.

// "80"; empty where it is no port.
std::string port_text(const JsonValue& value);

// Errors: invalid_argument ("the row has no time").
Result<TimePoint> row_time(std::string_view text);

// The id of a session: itself if it is a UUID, else one that follows from where it comes from.
Uuid session_uuid(std::string_view scope, std::string_view native);

// Adds secret_kind, secret_b64 and, where it is printable, secret_printable.
void add_secret(event::Event& event, std::string_view kind, std::string_view secret);

// A field with any bytes, cut at kFieldValueBytesMax; `<name>_bytes` says the length of what was
// cut.
void add_bytes(event::Event& event, std::string_view name, std::string_view bytes);

}  // namespace decnet::app
