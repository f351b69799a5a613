#include "codec/http/apache_head.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <arpa/inet.h>

namespace decnet::codec::http {

namespace {

constexpr std::string_view kSpaces = " \t\n\v\f\r";
constexpr std::uint64_t kLengthMax =
    static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

bool is_space(char c) noexcept {
  return kSpaces.find(c) != std::string_view::npos;
}

bool is_unreserved(char c) noexcept {
  return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// The end of what is visible: the first blank or control byte.
std::size_t visible_end(std::string_view text) noexcept {
  const auto end =
      std::find_if(text.begin(), text.end(), [](char c) { return c == ' ' || is_control_byte(c); });
  return static_cast<std::size_t>(end - text.begin());
}

std::optional<std::uint64_t> strict_length(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || !is_digit(text.front()) || error != std::errc{} ||
      end != text.data() + text.size())
    return std::nullopt;
  if (value > kLengthMax) return std::nullopt;
  return value;
}

// Whether the last of the codings is "chunked", with nothing but blanks and a comma before it.
bool is_chunked(std::string_view codings) noexcept {
  constexpr std::string_view kName = "chunked";
  if (codings.size() < kName.size()) return false;
  const std::size_t at = codings.size() - kName.size();
  if (!equals_ignoring_case(codings.substr(at), kName)) return false;
  return at == 0 || codings[at - 1] == ',' || codings[at - 1] == ' ';
}

bool is_v6(std::string_view text) {
  in6_addr address{};
  return inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

bool is_name(std::string& host) {
  if (host.find("..") != std::string::npos) return false;
  if (host.ends_with('.')) host.pop_back();
  bool dotted_decimal = true;
  bool leading_zeros =
      host.starts_with('.') || (host.size() > 1 && host[0] == '0' && is_digit(host[1]));
  for (std::size_t at = 0; at < host.size(); ++at) {
    const char c = host[at];
    if (is_alpha(c) || c == '-' || c == '_') {
      dotted_decimal = false;
    } else if (c == '.') {
      leading_zeros |= at + 2 < host.size() && host[at + 1] == '0' && is_digit(host[at + 2]);
    } else if (!is_digit(c)) {
      return false;
    }
  }
  if (dotted_decimal) return !leading_zeros && std::count(host.begin(), host.end(), '.') == 3;
  // The last label must begin with a letter, where there are several.
  const auto dot = host.rfind('.');
  return dot == std::string::npos || dot + 1 == host.size() || is_alpha(host[dot + 1]);
}

}  // namespace

std::size_t ApacheHead::feed(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && state_ == State::reading) {
    if (stage_ == Stage::fields) {
      at += fields_.feed(bytes.substr(at));
      if (fields_.state() == ApacheFields::State::refused) refuse(400);
      if (fields_.state() == ApacheFields::State::complete) finish();
      continue;
    }
    const ApacheLine::Fed fed = line_.feed(bytes.substr(at));
    at += fed.taken;
    switch (fed.state) {
      case ApacheLine::State::more:
        return at;
      case ApacheLine::State::too_long:
        refuse(414);
        break;
      case ApacheLine::State::bad:
        refuse(400);
        break;
      case ApacheLine::State::whole: {
        std::string line = line_.take();
        line_ = {};
        if (!line.empty() || blank_lines_++ == kApacheBlankLinesMax) request_line(std::move(line));
      }
    }
  }
  return at;
}

void ApacheHead::end(int status) {
  if (state_ == State::reading) refuse(status);
}

void ApacheHead::refuse(int status) noexcept {
  state_ = State::refused;
  refusal_ = status;
}

// Reads all that can be read before it judges, as the error page may show the method and the host.
void ApacheHead::request_line(std::string whole) {
  request_.line = std::move(whole);
  std::string_view rest = request_.line;
  bool bad = false;
  const auto skip_blanks = [&] {
    const auto blanks = std::min(rest.find_first_not_of(kSpaces), rest.size());
    rest.remove_prefix(blanks);
    return blanks;
  };
  bad |= skip_blanks() > 0;
  auto end = static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_token_byte) -
                                      rest.begin());
  if (end == 0 || (end < rest.size() && !is_space(rest[end]))) {
    bad = true;
    end = std::min(rest.find_first_of(kSpaces, end), rest.size());
  }
  request_.method = std::string(rest.substr(0, end));
  rest.remove_prefix(end);
  bad |= rest.empty() || rest[0] != ' ';
  bad |= skip_blanks() > 1;

  end = visible_end(rest);
  if (end == 0 || (end < rest.size() && !is_space(rest[end]))) {
    bad = true;
    end = std::min(rest.find_first_of(kSpaces, end), rest.size());
  }
  request_.target = std::string(rest.substr(0, end));
  rest.remove_prefix(end);
  bad |= !rest.empty() && rest[0] != ' ';
  bad |= skip_blanks() > 1;

  const bool version_ok = parse_version(rest);
  const bool target_ok = parse_target(request_.target);
  if (bad_authority_) request_.host.clear();
  if (request_.is_09() && !request_.is("GET")) bad = true;
  if (bad || !version_ok || !target_ok) return refuse(400);
  if (request_.is_09()) return finish();
  stage_ = Stage::fields;
}

// "HTTP/x.y" with x above 0; nothing at all means HTTP/0.9. An empty rest behind a blank counts as
// nothing, too.
bool ApacheHead::parse_version(std::string_view version) {
  request_.major = 0;
  request_.minor = 9;
  if (version.empty()) return true;
  const bool shaped = version.size() == 8 && equals_ignoring_case(version.substr(0, 5), "HTTP/") &&
                      is_digit(version[5]) && version[5] != '0' && version[6] == '.' &&
                      is_digit(version[7]);
  request_.major = shaped ? version[5] - '0' : 1;
  request_.minor = shaped ? version[7] - '0' : 0;
  return shaped && version.starts_with("HTTP");
}

// RFC 3986 as apr_uri_parse() takes it. The host counts only with the server's own scheme.
bool ApacheHead::parse_target(std::string_view target) {
  while (target.starts_with("//")) target.remove_prefix(1);
  if (request_.is("CONNECT")) {
    request_.path = "/";
    const bool ok = parse_authority(target);
    bad_authority_ |= target.find(':') == std::string_view::npos;
    return ok && !bad_authority_;
  }
  bool own_scheme = false;
  if (!target.starts_with('/')) {
    std::size_t end = 0;
    if (!target.empty() && is_alpha(target[0])) {
      while (end < target.size() &&
             (is_alpha(target[end]) || is_digit(target[end]) ||
              std::string_view("+-.").find(target[end]) != std::string_view::npos)) {
        ++end;
      }
    }
    if (end > 0 && end < target.size() && target[end] == ':') {
      const std::string_view scheme = target.substr(0, end);
      own_scheme = equals_ignoring_case(scheme, own_scheme_);
      bad_scheme_ = !equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https");
      target.remove_prefix(end + 1);
    } else if (target.substr(0, target.find('/')).find(':') != std::string_view::npos) {
      return false;
    }
    if (target.starts_with("//")) {
      target.remove_prefix(2);
      const auto length = std::min(target.find_first_of("/?#"), target.size());
      if (!parse_authority(target.substr(0, length))) return false;
      target.remove_prefix(length);
    }
  }
  if (!own_scheme) request_.host.clear();
  has_host_ = own_scheme && !request_.host.empty();
  const auto path_end = std::min(target.find_first_of("?#"), target.size());
  request_.path = std::string(target.substr(0, path_end));
  target.remove_prefix(path_end);
  if (request_.path.empty()) {
    request_.path = request_.is("OPTIONS") ? "*" : "/";
  } else if (request_.path[0] != '/' && !(request_.is("OPTIONS") && request_.path == "*")) {
    return false;
  }
  request_.has_query = target.starts_with('?');
  if (request_.has_query) request_.query = std::string(target.substr(1, target.find('#') - 1));
  return target.find('#') == std::string_view::npos;
}

bool ApacheHead::parse_authority(std::string_view authority) {
  const auto at = authority.rfind('@');
  const bool has_user = at != std::string_view::npos;
  if (has_user) authority.remove_prefix(at + 1);
  std::size_t name_end = authority.find(':');
  std::string_view name = authority.substr(0, name_end);
  if (authority.starts_with('[')) {
    const auto bracket = authority.find(']');
    if (bracket == std::string_view::npos) return false;
    name = authority.substr(1, bracket - 1);
    name_end = bracket + 1 < authority.size() && authority[bracket + 1] == ':'
                   ? bracket + 1
                   : std::string_view::npos;
  }
  request_.host = std::string(name);
  if (name_end != std::string_view::npos && name_end + 1 < authority.size()) {
    const std::string_view port = authority.substr(name_end + 1);
    std::uint64_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    request_.port = static_cast<std::uint16_t>(number);
    bad_authority_ = !std::all_of(port.begin(), port.end(), is_digit);
  }
  return !has_user && !bad_authority_;
}

void ApacheHead::finish() {
  request_.headers = fields_.take();
  if (!check_lengths()) return refuse(400);
  stage_ = Stage::checks;
  if (!check_host()) return refuse(400);
  if (bad_scheme_) return refuse(400);
  const auto expect = request_.headers.joined("Expect");
  if (expect && !expect->empty()) {
    if (!equals_ignoring_case(*expect, "100-continue")) return refuse(417);
    expects_continue_ = true;
  }
  state_ = State::complete;
}

bool ApacheHead::check_lengths() {
  for (const Header& header : request_.headers.list()) {
    if (request_.headers.joined(header.name)->size() > kApacheLineBytesMax) return false;
  }
  const auto length = request_.headers.joined("Content-Length");
  if (length) {
    const auto bytes = strict_length(*length);
    if (!bytes) return false;
    body_.bytes = *bytes;
  }
  if (const auto codings = request_.headers.joined("Transfer-Encoding")) {
    if (!is_chunked(*codings)) return false;
    body_ = {.chunked = true, .bytes = 0};
    must_close_ = length.has_value();
  }
  return true;
}

bool ApacheHead::check_host() {
  const auto header = request_.headers.joined("Host");
  if (has_host_ || request_.is("CONNECT")) {
    const auto port = request_.port;
    const std::string name =
        request_.host.find(':') != std::string::npos ? "[" + request_.host + "]" : request_.host;
    if (!apache_host(name, request_)) return false;
    request_.port = port;
  } else if (header && !apache_host(*header, request_)) {
    return false;
  }
  const bool named = has_host_ || !request_.host.empty();
  if (request_.at_least(1, 1) && !named) return false;
  return !(request_.major == 1 && request_.minor == 1 && !header);
}

bool apache_host(std::string_view text, Request& into) {
  if (text.empty()) return true;
  if (std::all_of(text.begin(), text.end(), is_digit)) return false;
  std::size_t digits = text.size();
  while (digits > 0 && is_digit(text[digits - 1])) --digits;
  std::optional<std::uint16_t> port;
  if (digits < text.size() && digits > 0 && text[digits - 1] == ':') {
    std::uint32_t number = 0;
    const auto [end, error] =
        std::from_chars(text.data() + digits, text.data() + text.size(), number);
    if (error != std::errc{} || number < 1 || number > 65535 || digits == 1) return false;
    port = static_cast<std::uint16_t>(number);
    text = text.substr(0, digits - 1);
  }
  std::string host = to_lower(text);
  if (host.starts_with('[')) {
    if (!host.ends_with(']') || !is_v6(host.substr(1, host.size() - 2))) return false;
    host = host.substr(1, host.size() - 2);
  } else if (!is_name(host)) {
    return false;
  }
  into.host = std::move(host);
  if (port) into.port = port;
  return true;
}

ApachePath apache_resolve(std::string& path) {
  if (path == "*") return ApachePath::ok;
  bool bad = false;
  // Escapes of unreserved characters first: they count for the dots.
  std::string plain;
  for (std::size_t at = 0; at < path.size(); ++at) {
    plain += path[at];
    if (path[at] != '%') continue;
    if (at + 2 >= path.size() || hex_digit(path[at + 1]) < 0 || hex_digit(path[at + 2]) < 0) {
      bad = true;
      continue;
    }
    const char c = static_cast<char>(hex_digit(path[at + 1]) * 16 + hex_digit(path[at + 2]));
    if (!is_unreserved(c)) continue;
    plain.back() = c;
    at += 2;
  }
  std::string out = "/";
  for (std::size_t at = 1; at < plain.size();) {
    const auto end = std::min(plain.find('/', at), plain.size());
    const std::string_view segment = std::string_view(plain).substr(at, end - at);
    if (segment == "..") {
      if (out.size() == 1) {
        bad = true;
      } else {
        out.resize(out.rfind('/', out.size() - 2) + 1);
      }
    } else if (!segment.empty() && segment != ".") {
      out += segment;
      if (end < plain.size()) out += '/';
    }
    at = end + 1;
  }
  if (bad) return ApachePath::bad_request;
  // What is escaped still is no dot and no letter; a slash or a NUL among it names no file.
  const bool hidden =
      find_ignoring_case(out, "%2f") != std::string::npos || out.find("%00") != std::string::npos;
  path = percent_decode(out, Plus::stays);
  return hidden ? ApachePath::not_found : ApachePath::ok;
}

}  // namespace decnet::codec::http
