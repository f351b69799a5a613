#include "store/sqlite/event_fields.h"

#include <array>
#include <charconv>

#include <arpa/inet.h>

#include "base/bytes.h"
#include "base/json.h"
#include "event/wrapping.h"

namespace decnet::store::sqlite {
namespace {

enum class Common : std::uint8_t { none, src_ip, dst_ip, src_port, dst_port, proto };

Common common_of(std::string_view name) noexcept {
  switch (name.size()) {
    case 5:
      return name == "proto" ? Common::proto : Common::none;
    case 6:
      return name == "src_ip" ? Common::src_ip : name == "dst_ip" ? Common::dst_ip : Common::none;
    case 8:
      return name == "src_port"   ? Common::src_port
             : name == "dst_port" ? Common::dst_port
                                  : Common::none;
    default:
      return Common::none;
  }
}

bool take_port(std::string_view text, std::uint16_t& port) noexcept {
  if (port != 0 || text.empty() || text.front() == '0') return false;
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  port = value;
  return true;
}

// Dotted quads of one usual spelling are the bulk, and cost no conversion.
bool is_plain_ipv4(std::string_view text) noexcept {
  unsigned parts = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = at;
    unsigned value = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - begin < 4)
      value = value * 10 + static_cast<unsigned>(text[at++] - '0');
    if (at == begin || value > 255 || at - begin > 3 || (at - begin > 1 && text[begin] == '0'))
      return false;
    ++parts;
    if (at == text.size()) return parts == 4;
    if (text[at++] != '.') return false;
  }
  return false;
}

bool take_address(std::string_view text, std::string_view& address, std::string& spelling) {
  if (!address.empty()) return false;
  if (is_plain_ipv4(text)) {
    address = text;
    return true;
  }
  if (!canonical_address(text, spelling)) return false;
  address = spelling;
  return true;
}

bool take(Common which, std::string_view value, CommonFields& common) {
  switch (which) {
    case Common::src_ip:
      return take_address(value, common.src_ip, common.src_spelling);
    case Common::dst_ip:
      return take_address(value, common.dst_ip, common.dst_spelling);
    case Common::src_port:
      return take_port(value, common.src_port);
    case Common::dst_port:
      return take_port(value, common.dst_port);
    case Common::proto:
      if (!common.proto.empty() || value.empty() || value.size() > kProtoBytesMax ||
          !is_printable(value))
        return false;
      common.proto = value;
      return true;
    case Common::none:
      break;
  }
  return false;
}

bool needs_no_escape(std::string_view text) noexcept {
  bool odd = false;  // Without a branch a byte, so that the compiler can take many at once.
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    odd |= byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\';
  }
  return !odd;
}

void append_text(std::string& json, std::string_view text) {
  if (needs_no_escape(text)) {
    json.push_back('"');
    json.append(text);
    json.push_back('"');
  } else {
    append_json_string(json, text);
  }
}

// A literal field that looks like a wrapped one is wrapped again, so that unwrapping gives back
// what was there.
bool looks_wrapped(std::string_view name, std::string_view value) {
  if (!name.ends_with(event::kBase64Suffix) || event::is_base64_by_declaration(name)) return false;
  const auto bytes = from_base64(value);
  return bytes && !is_utf8(*bytes);
}

void append_member(std::string& json, std::string_view name, std::string_view value) {
  json.push_back(json.empty() ? '{' : ',');
  const bool plain = needs_no_escape(value);
  if (looks_wrapped(name, value) || (!plain && !is_utf8(value))) {
    append_text(json, std::string(name) + std::string(event::kBase64Suffix));
    json += ":\"";
    json += to_base64(value);
    json.push_back('"');
    return;
  }
  append_text(json, name);
  json.push_back(':');
  append_text(json, value);
}

}  // namespace

bool canonical_address(std::string_view text, std::string& out) {
  std::array<char, INET6_ADDRSTRLEN> given{};
  if (text.empty() || text.size() >= given.size()) return false;
  text.copy(given.data(), text.size());
  std::array<unsigned char, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> spelled{};
  constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (::inet_pton(AF_INET, given.data(), bytes.data()) == 1) {
    ::inet_ntop(AF_INET, bytes.data(), spelled.data(), spelled.size());
  } else if (::inet_pton(AF_INET6, given.data(), bytes.data()) == 1) {
    const bool mapped = std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
    ::inet_ntop(mapped ? AF_INET : AF_INET6, mapped ? bytes.data() + 12 : bytes.data(),
                spelled.data(), spelled.size());
  } else {
    return false;
  }
  out = spelled.data();
  return true;
}

void split_fields(const event::Event& event, std::string_view procid, CommonFields& common,
                  std::string& json) {
  common.src_ip = common.dst_ip = common.proto = {};
  common.src_port = common.dst_port = 0;
  json.clear();
  for (const event::Field& field : event.fields) {
    const Common which = common_of(field.name);
    if (which != Common::none && take(which, field.value, common)) continue;
    append_member(json, field.name, field.value);
  }
  if (!procid.empty()) append_member(json, kProcidKey, procid);
  if (!event.message.empty()) append_member(json, kMessageKey, event.message);
  json += json.empty() ? "{}" : "}";
}

}  // namespace decnet::store::sqlite
