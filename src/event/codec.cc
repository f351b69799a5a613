#include "event/codec.h"

#include <array>
#include <charconv>

#include "base/bytes.h"
#include "event/wrapping.h"

namespace decnet::event {
namespace {

void append_header_part(std::string& out, std::string_view text, std::size_t most) {
  if (text.empty()) {
    out += "- ";
    return;
  }
  const std::size_t at = out.size();
  out.append(text.substr(0, most));
  for (std::size_t n = at; n < out.size(); ++n) {
    if (out[n] <= 0x20 || out[n] >= 0x7f) out[n] = '_';
  }
  out.push_back(' ');
}

void append_escaped(std::string& out, std::string_view value) {
  std::size_t from = 0;
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (value[at] != '"' && value[at] != '\\' && value[at] != ']') continue;
    out.append(value.substr(from, at - from));
    out.push_back('\\');
    from = at;
  }
  out.append(value.substr(from));
}

void append_param(std::string& out, std::string_view name, std::string_view value) {
  out.push_back(' ');
  out.append(name);
  const bool wrap = !is_plain(value) || looks_wrapped(name, value);
  if (wrap) out.append(kBase64Suffix);
  out.append("=\"");
  if (wrap)
    out.append(to_base64(value));
  else
    append_escaped(out, value);
  out.push_back('"');
}

void append_hex16(std::string& out, std::uint64_t value) {
  std::string bytes;
  ByteWriter{bytes}.u64(value);
  out += to_hex(bytes);
}

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

// A cut must not split a UTF-8 sequence: then the whole value would have to be wrapped.
std::string_view cut(std::string_view value) noexcept {
  if (value.size() <= kFieldValueBytesMax) return value;
  std::size_t end = kFieldValueBytesMax;
  for (int n = 0; n < 3 && end > 0 && (static_cast<unsigned char>(value[end]) & 0xc0) == 0x80; ++n)
    --end;
  return value.substr(0, end);
}

}  // namespace

void append_line(std::string& out, const Event& event, std::uint32_t enterprise) {
  out.push_back('<');
  append_number(out, std::uint64_t{kFacility} * 8 + static_cast<std::uint64_t>(event.severity));
  out += ">1 ";
  append_time(out, event.time, TimeDigits::micros);
  out.push_back(' ');
  append_header_part(out, event.decky, 255);
  append_header_part(out, event.service, 48);
  append_header_part(out, event.session, 128);
  append_header_part(out, event.type, 32);
  out += "[decnet@";
  append_number(out, enterprise);
  out += " origin=\"";
  append_hex16(out, event.origin);
  out += "\" seq=\"";
  append_number(out, event.seq);
  out.push_back('"');
  std::size_t count = 0;
  for (const Field& field : event.fields) {
    if (!is_name(field.name)) continue;
    if (++count > kEventFieldsMax) break;
    append_param(out, field.name, cut(field.value));
    if (field.value.size() > kFieldValueBytesMax && field.name.size() <= kFieldNameBytesMax - 6) {
      append_param(out, field.name + "_bytes", std::to_string(field.value.size()));
    }
  }
  const std::string_view message = cut(event.message);
  // A reader takes one byte order mark off the front, so one that is meant goes into a parameter.
  const bool plain_message = is_plain(message) && !message.starts_with(kByteOrderMark);
  if (!plain_message) append_param(out, kMessageField, message);
  out.push_back(']');
  if (plain_message && !message.empty()) {
    out.push_back(' ');
    out.append(message);
  }
}

std::string to_line(const Event& event, std::uint32_t enterprise) {
  std::string out;
  append_line(out, event, enterprise);
  return out;
}

}  // namespace decnet::event
