#include "api/event_view.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "event/codec.h"

namespace decnet::api {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 8> kSecretFields{
    "secret_b64", "secret_printable",    "crack_line", "authorization",
    "cookie",     "proxy_authorization", "password",   "set_cookie"};

std::vector<event::Field> parse_fields(std::string_view text) {
  std::vector<event::Field> fields;
  boost::system::error_code error;
  const json::value value = json::parse({text.data(), text.size()}, error);
  const json::object* object = error ? nullptr : value.if_object();
  if (object == nullptr) return fields;
  fields.reserve(object->size());
  for (const auto& member : *object) {
    const json::string* content = member.value().if_string();
    if (content == nullptr) continue;
    fields.push_back({std::string(member.key().data(), member.key().size()),
                      std::string(content->data(), content->size())});
  }
  return fields;
}

std::string size_text(std::string_view bytes) {
  double count = 0;
  std::from_chars(bytes.data(), bytes.data() + bytes.size(), count);
  if (count < 1024) return fmt::format("{} bytes", bytes);
  if (count < 1024 * 1024) return fmt::format("{:.1f} KiB", count / 1024);
  return fmt::format("{:.1f} MiB", count / (1024 * 1024));
}

std::string seconds_text(std::string_view millis) {
  double count = 0;
  std::from_chars(millis.data(), millis.data() + millis.size(), count);
  return fmt::format("{:.1f} s", count / 1000);
}

// On one line: control characters (C0, DEL, C1) are spelled out, what is too long is cut between
// characters.
std::string plain_line(std::string_view text, std::size_t bytes_max) {
  std::string out;
  std::size_t n = 0;
  for (; n < text.size() && out.size() < bytes_max; ++n) {
    const auto byte = static_cast<unsigned char>(text[n]);
    const auto next = n + 1 < text.size() ? static_cast<unsigned char>(text[n + 1]) : 0U;
    const bool is_c1 = byte == 0xc2 && next >= 0x80 && next < 0xa0;
    if (byte < 0x20 || byte == 0x7f || is_c1) {
      out += fmt::format("\\x{:02x}", is_c1 ? next : byte);
      if (is_c1) ++n;
    } else {
      out.push_back(text[n]);
    }
  }
  if (n == text.size()) return out;
  while (n < text.size() && (static_cast<unsigned char>(text[n]) & 0xc0U) == 0x80) {
    out.push_back(text[n++]);
  }
  return n < text.size() ? out + "…" : out;
}

std::string_view or_dash(std::string_view text) {
  return text.empty() ? "(none)" : text;
}

}  // namespace

std::string_view to_string(event::Severity severity) noexcept {
  switch (severity) {
    case event::Severity::error:
      return "error";
    case event::Severity::warning:
      return "warning";
    case event::Severity::notice:
      return "notice";
    case event::Severity::info:
      break;
  }
  return "info";
}

bool is_secret_field(std::string_view name) noexcept {
  return std::find(kSecretFields.begin(), kSecretFields.end(), name) != kSecretFields.end() ||
         name.ends_with("_password") || name.ends_with("_secret") || name.ends_with("_token");
}

std::string_view mask(std::string_view secret) noexcept {
  return secret.empty() ? std::string_view{} : kMask;
}

EventView::EventView(const store::EventRow& row, Secrets secrets)
    : row_(row), fields_(parse_fields(row.fields_json)) {
  if (secrets == Secrets::shown) return;
  for (event::Field& field : fields_) {
    if (is_secret_field(field.name)) field.value = mask(field.value);
  }
}

std::string_view EventView::get(std::string_view name) const noexcept {
  for (const event::Field& field : fields_) {
    if (field.name == name) return field.value;
  }
  return {};
}

std::uint64_t EventView::number(std::string_view name) const noexcept {
  const auto text = get(name);
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string EventView::summary() const {
  std::string text;
  const std::string_view type = row_.type;
  if (type == event::kSessionStarted) {
    text = fmt::format("connected from {}:{}", row_.src_ip, row_.src_port);
  } else if (type == event::kSessionEnded) {
    text =
        fmt::format("disconnected after {}: {}", seconds_text(get("duration_ms")), get("reason"));
  } else if (type == event::kLoginAttempt) {
    const auto shown =
        get("secret_printable").empty() ? get("secret_b64") : get("secret_printable");
    text = fmt::format("login {}: {} / {} ({})", get("outcome"), or_dash(get("principal")),
                       or_dash(shown), get("secret_kind"));
  } else if (type == event::kCommand) {
    text = fmt::format("command: {}", get("command"));
  } else if (type == event::kFileCaptured) {
    text = fmt::format("file: {} ({})", or_dash(get("name")), size_text(get("size")));
  } else if (type == event::kRecording) {
    text = fmt::format("recording, {} so far{}", seconds_text(get("duration_ms")),
                       get("final") == "true" ? ", ended" : "");
  } else if (type == event::kFingerprint) {
    text = fmt::format("fingerprint {}: {}", get("kind"), get("value"));
  } else if (type == event::kScan) {
    text = fmt::format("touched port {} ({})", get("port"), get("flags"));
  } else if (type == event::kDetectionProbe) {
    text = fmt::format("probed for a honeypot: {}", get("name"));
  } else if (type == event::kDeckyMutated) {
    text = fmt::format("changed ({}): {} → {}", get("trigger"), or_dash(get("old_services")),
                       or_dash(get("new_services")));
  } else if (!get("method").empty()) {
    const auto where = get("path").empty() ? get("target") : get("path");
    text = fmt::format("{} {}", get("method"), where);
    if (!get("status").empty()) text += fmt::format(" → {}", get("status"));
  } else {
    text = type == event::kRequest ? "" : row_.type + ":";
    for (const event::Field& field : fields_) {
      if (text.size() > kSummaryBytesMax) break;
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", field.name, field.value);
    }
  }
  return plain_line(text, kSummaryBytesMax);
}

void EventView::append_with(JsonWriter& json, std::string_view raw) const {
  const auto uuid_or_null = [&json](std::string_view name, const std::optional<Uuid>& uuid) {
    json.key(name);
    if (uuid)
      json.value(uuid->text());
    else
      json.null();
  };
  json.begin_object()
      .field("seq", row_.seq)
      .field("at", row_.at)
      .field("severity", to_string(row_.severity))
      .field("type", row_.type)
      .field("decky", row_.decky)
      .field("service", row_.service);
  uuid_or_null("session_uuid", row_.session_uuid);
  uuid_or_null("attacker_uuid", row_.attacker_uuid);
  json.field("src_ip", row_.src_ip)
      .field("src_port", row_.src_port)
      .field("dst_ip", row_.dst_ip)
      .field("dst_port", row_.dst_port)
      .field("proto", row_.proto)
      .field("summary", summary());
  json.key("fields").begin_object();
  for (const event::Field& field : fields_) json.field(field.name, field.value);
  json.end_object();
  if (!raw.empty()) json.field("raw", raw);
  json.end_object();
}

std::string EventView::line(std::uint32_t enterprise) const {
  event::Event event;
  event.origin = row_.origin;
  event.seq = row_.origin_seq;
  event.time = row_.at;
  event.decky = row_.decky;
  event.service = row_.service;
  event.session = row_.session_uuid ? row_.session_uuid->text() : std::string();
  event.type = row_.type;
  event.severity = row_.severity;
  if (!row_.src_ip.empty()) {
    event.add("src_ip", row_.src_ip).add("src_port", row_.src_port);
    event.add("dst_ip", row_.dst_ip).add("dst_port", row_.dst_port).add("proto", row_.proto);
  }
  event.fields.insert(event.fields.end(), fields_.begin(), fields_.end());
  return event::to_line(event, enterprise);
}

}  // namespace decnet::api
