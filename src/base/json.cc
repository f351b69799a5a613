#include "base/json.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/bytes.h"

namespace decnet {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// The longest prefix of `text` that can be copied as it is.
std::size_t plain_prefix(std::string_view text) noexcept {
  std::size_t n = 0;
  while (n < text.size()) {
    const auto byte = static_cast<unsigned char>(text[n]);
    if (byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\') break;
    ++n;
  }
  return n;
}

void append_escaped(std::string& out, unsigned char byte) {
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
  }
}

std::size_t sequence_length(unsigned char first) noexcept {
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    const std::size_t plain = plain_prefix(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto byte = static_cast<unsigned char>(text.front());
    std::size_t length = 1;
    if (byte < 0x80) {
      append_escaped(out, byte);
    } else {
      const auto sequence = text.substr(0, sequence_length(byte));
      if (is_utf8(sequence)) {
        out.append(sequence);
        length = sequence.size();
      } else {
        out.append(kReplacement);
      }
    }
    text.remove_prefix(length);
  }
  out.push_back('"');
}

void JsonWriter::separate() {
  if (after_key_)
    after_key_ = false;
  else if (!first_)
    out_.push_back(',');
  first_ = false;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_.push_back(bracket);
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_.push_back(bracket);
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_.push_back(':');
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  append_json_string(out_, text);
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  return raw(fmt::format("{}", number));
}

JsonWriter& JsonWriter::value(TimePoint time) {
  separate();
  out_.push_back('"');
  append_time(out_, time, TimeDigits::millis);
  out_.push_back('"');
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_.append(json);
  return *this;
}

}  // namespace decnet
