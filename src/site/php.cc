#include "site/php.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/random.h"
#include "codec/http/date.h"

namespace decnet::site::php {

namespace http = codec::http;

std::string cookie(const http::Request& request, std::string_view name) {
  std::string_view rest = request.headers.get("Cookie");
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    const std::string_view pair = http::trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return http::percent_decode(pair.substr(equals + 1), http::Plus::is_blank);
    }
  }
  return {};
}

http::Form query(const http::Request& request) {
  return http::parse_urlencoded(request.query);
}

std::string rawurlencode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain =
        http::is_alpha(c) || http::is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : http::escape_html(text))
    out += c == '\'' ? std::string("&#039;") : std::string(1, c);
  return out;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : is_utf8(text) ? text : std::string_view{}) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || c == '/') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string session_id() {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuv";
  constexpr std::size_t kLength = 26;
  std::string id = random_bytes(kLength);
  for (char& c : id) c = kDigits[static_cast<unsigned char>(c) % kDigits.size()];
  return id;
}

std::string printable_token() {
  constexpr std::size_t kBytes = 16;
  std::string token;
  while (token.size() < kBytes) token += static_cast<char>('!' + random_below('~' - '!' + 1));
  return to_hex(token);
}

std::string rfc2822(TimePoint time) {
  std::string date = http::format_date(time);
  return date.replace(date.size() - 3, 3, "+0000");
}

Duration page_time(Duration least) {
  // The sum of two even draws, and one page in thirty that waits for something.
  const auto unit = static_cast<std::uint64_t>(least.count());
  std::uint64_t extra = random_below(unit / 2 + 1) + random_below(unit / 2 + 1);
  if (random_below(30) == 0) extra += random_below(4 * unit + 1);
  return least + Duration(static_cast<std::int64_t>(extra));
}

}  // namespace decnet::site::php
