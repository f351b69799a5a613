#include "base/bytes.h"

#include <algorithm>
#include <array>

namespace decnet {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string encode_base64(std::string_view bytes, std::string_view alphabet, bool padded) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t n = 0; n < bytes.size(); n += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - n);
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[n + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      if (k <= count)
        out.push_back(alphabet[group >> (18 - 6 * k) & 63]);
      else if (padded)
        out.push_back('=');
    }
  }
  return out;
}

// The length of the UTF-8 sequence at the front of `bytes`; 0 if it is malformed.
std::size_t utf8_length(std::string_view bytes) noexcept {
  const auto at = [&](std::size_t n) { return static_cast<unsigned char>(bytes[n]); };
  const auto tail = [&](std::size_t n, unsigned low = 0x80, unsigned high = 0xbf) {
    return n < bytes.size() && at(n) >= low && at(n) <= high;
  };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return tail(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : 0xbf;
    return tail(1, low, high) && tail(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
    return tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out.push_back(kHexDigits[static_cast<unsigned char>(c) >> 4]);
    out.push_back(kHexDigits[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

Result<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(Errc::invalid_argument, "hex text has an odd length");
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t n = 0; n < text.size(); n += 2) {
    const int high = hex_value(text[n]);
    const int low = hex_value(text[n + 1]);
    if (high < 0 || low < 0) return fail(Errc::invalid_argument, "hex text has another character");
    out.push_back(static_cast<char>(high << 4 | low));
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  return encode_base64(bytes, kBase64, true);
}
std::string to_base64url(std::string_view bytes) {
  return encode_base64(bytes, kBase64Url, false);
}

Result<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 == 0 && !text.empty()) {
    text.remove_suffix(text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0);
  }
  if (text.size() % 4 == 1)
    return fail(Errc::invalid_argument, "base64 text has an impossible length");
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const auto value = kBase64.find(c);
    if (value == kBase64.npos)
      return fail(Errc::invalid_argument, "base64 text has another character");
    group = group << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<char>(group >> bits & 0xff));
    }
  }
  return out;
}

bool is_utf8(std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

bool is_printable(std::string_view bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool equal_secret(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t n = 0; n < a.size(); ++n) {
    difference |=
        static_cast<unsigned>(static_cast<unsigned char>(a[n]) ^ static_cast<unsigned char>(b[n]));
  }
  return difference == 0;
}

std::string_view ByteReader::take(std::size_t count) noexcept {
  if (count > rest_.size()) {
    ok_ = false;
    rest_ = {};
    return {};
  }
  const auto out = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return out;
}

std::uint64_t ByteReader::big(std::size_t count) noexcept {
  std::uint64_t value = 0;
  for (const char c : take(count)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::uint64_t ByteReader::little(std::size_t count) noexcept {
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const char c : take(count)) {
    value |= std::uint64_t{static_cast<unsigned char>(c)} << shift;
    shift += 8;
  }
  return value;
}

ByteWriter& ByteWriter::big(std::uint64_t value, unsigned count) {
  for (unsigned n = count; n-- > 0;) out_.push_back(static_cast<char>(value >> (8 * n) & 0xff));
  return *this;
}

ByteWriter& ByteWriter::little(std::uint64_t value, unsigned count) {
  for (unsigned n = 0; n < count; ++n) out_.push_back(static_cast<char>(value >> (8 * n) & 0xff));
  return *this;
}

}  // namespace decnet
