#include "app/import/conversation.h"

#include "base/bytes.h"
#include "net/endpoint.h"

namespace decnet::app {

event::Event Conversation::event(std::string_view type, event::Severity severity,
                                 TimePoint time) const {
  event::Event event{.time = time,
                     .decky = decky,
                     .service = service,
                     .session = session,
                     .type = std::string(type),
                     .severity = severity};
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) event.add(name, value);
  };
  add("src_ip", source_ip);
  add("src_port", source_port);
  add("dst_ip", destination_ip);
  add("dst_port", destination_port);
  add("proto", protocol);
  return event;
}

Result<std::string> peer_address(std::string_view text) {
  if (text.empty()) return fail(Errc::invalid_argument, "the row has no peer");
  const auto address = net::IpAddress::parse(text);
  if (!address) return fail(Errc::invalid_argument, "the row has a malformed address");
  std::string usual = address->text();
  if (usual == "0.0.0.0" || usual == "::")
    return fail(Errc::invalid_argument, "the row has no peer");
  return usual;
}

std::string any_address(std::string_view text) {
  auto address = peer_address(text);
  return address ? std::move(address).value() : std::string{};
}

std::string port_text(const JsonValue& value) {
  const auto number = value.integer();
  if (!number || *number < 0 || *number > 65'535) return {};
  return std::to_string(*number);
}

Result<TimePoint> row_time(std::string_view text) {
  auto time = parse_time(text);
  if (!time) return fail(Errc::invalid_argument, "the row has no time");
  return time;
}

Uuid session_uuid(std::string_view scope, std::string_view native) {
  if (const auto uuid = Uuid::parse(native)) return *uuid;
  std::string name = "imported session\n";
  name.append(scope).append("\n").append(native);
  return Uuid::v8(name);
}

void add_secret(event::Event& event, std::string_view kind, std::string_view secret) {
  event.add("secret_kind", kind).add("secret_b64", to_base64(secret));
  if (is_printable(secret)) event.add("secret_printable", secret);
}

void add_bytes(event::Event& event, std::string_view name, std::string_view bytes) {
  event.add(name, bytes.substr(0, event::kFieldValueBytesMax));
  if (bytes.size() > event::kFieldValueBytesMax) {
    event.add(std::string(name) + "_bytes", bytes.size());
  }
}

}  // namespace decnet::app
