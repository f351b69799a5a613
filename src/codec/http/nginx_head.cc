#include "codec/http/nginx_head.h"

#include <algorithm>
#include <limits>

namespace decnet::codec::http {

namespace {

constexpr std::string_view kVersionName = "HTTP/";
constexpr char kDelete = 0x7f;

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == kDelete;
}

bool is_method_byte(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

// What may stand between the brackets of an address in the request line (RFC 3986 section 3.2.2).
bool is_literal_byte(char c) noexcept {
  return is_alpha(c) || is_digit(c) ||
         std::string_view(":-._~!$&'()*+,;=").find(c) != std::string_view::npos;
}

// Fields that may come once; a second one is refused.
constexpr std::array kUnique = {std::string_view("Host"),
                                std::string_view("If-Modified-Since"),
                                std::string_view("If-Unmodified-Since"),
                                std::string_view("If-Match"),
                                std::string_view("If-None-Match"),
                                std::string_view("Content-Length"),
                                std::string_view("Content-Range"),
                                std::string_view("If-Range"),
                                std::string_view("Transfer-Encoding"),
                                std::string_view("Expect"),
                                std::string_view("Authorization")};

std::optional<std::uint64_t> parse_length(std::string_view text) noexcept {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (kMax - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

}  // namespace

std::size_t NginxHead::feed(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && state_ == State::reading) {
    if (used_ == size_ && !make_room()) break;
    ++used_;
    ++line_bytes_;
    step(bytes[at++]);
  }
  return at;
}

// The buffer is full: the line that has begun moves to a large one, if there is one left and it
// fits.
bool NginxHead::make_room() {
  if (phase_ == Phase::start) {
    used_ = 0;
    line_bytes_ = 0;
    return true;
  }
  const bool in_request_line = phase_ < Phase::header_start;
  const bool between_lines = phase_ == Phase::header_start;
  if ((!between_lines && line_bytes_ >= kNginxLargeBufferBytes) ||
      large_buffers_ == kNginxLargeBuffersMax) {
    refuse(in_request_line ? 414 : kNginxHeaderTooLarge);
    return false;
  }
  ++large_buffers_;
  size_ = kNginxLargeBufferBytes;
  used_ = between_lines ? 0 : line_bytes_;
  return true;
}

void NginxHead::refuse(int status) {
  state_ = State::refused;
  refusal_ = status;
}

void NginxHead::step(char c) {
  if (phase_ < Phase::header_start) {
    if (c != '\r' && c != '\n' && request_.line.size() < kNginxLargeBufferBytes) request_.line += c;
    request_line(c);
  } else {
    header(c);
  }
}

void NginxHead::request_line(char c) {
  switch (phase_) {
    case Phase::start:
      if (c == '\r' || c == '\n') return;
      line_bytes_ = 1;
      if (!is_method_byte(c)) return refuse(400);
      request_.method = c;
      phase_ = Phase::method;
      return;
    case Phase::method:
      if (c == ' ') {
        phase_ = Phase::before_target;
      } else if (is_method_byte(c)) {
        request_.method += c;
      } else {
        refuse(400);
      }
      return;
    case Phase::line_almost_done:
      return c == '\n' ? finish_request_line() : refuse(400);
    case Phase::before_version:
    case Phase::version_name:
    case Phase::major_first:
    case Phase::major:
    case Phase::minor_first:
    case Phase::minor:
    case Phase::after_version:
      return version(c);
    default:
      return target_byte(c);
  }
}

void NginxHead::target_byte(char c) {
  if (phase_ != Phase::before_target && c != ' ' && c != '\r' && c != '\n') request_.target += c;
  switch (phase_) {
    case Phase::before_target:
      if (c == ' ') return;
      request_.target = c;
      if (c == '/') {
        phase_ = Phase::path;
      } else if (is_alpha(c)) {
        phase_ = Phase::scheme;
      } else {
        refuse(400);
      }
      return;
    case Phase::scheme:
      if (is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.') return;
      return c == ':' ? void(phase_ = Phase::scheme_slash) : refuse(400);
    case Phase::scheme_slash:
      return c == '/' ? void(phase_ = Phase::scheme_slashes) : refuse(400);
    case Phase::scheme_slashes:
      return c == '/' ? void(phase_ = Phase::host_start) : refuse(400);
    case Phase::host_start:
      has_host_ = true;
      if (c == '[') {
        host_ = c;
        phase_ = Phase::host_literal;
        return;
      }
      phase_ = Phase::host;
      [[fallthrough]];
    case Phase::host:
      if (is_alpha(c) || is_digit(c) || c == '.' || c == '-') {
        host_ += c;
        return;
      }
      [[fallthrough]];
    case Phase::host_end:
    case Phase::port:
      if (c == ':' && phase_ != Phase::port) {
        phase_ = Phase::port;
      } else if (c == '/' || c == '?') {
        path_at_ = request_.target.size() - 1;
        phase_ = Phase::path;
      } else if (c == ' ') {
        path_at_ = request_.target.size();
        phase_ = Phase::before_version;
      } else if (phase_ != Phase::port || !is_digit(c)) {
        refuse(400);
      }
      return;
    case Phase::host_literal:
      host_ += c;
      if (c == ']') {
        phase_ = Phase::host_end;
      } else if (!is_literal_byte(c)) {
        refuse(400);
      }
      return;
    default:  // the path and the query
      if (c == ' ') {
        phase_ = Phase::before_version;
      } else if (c == '\r' || c == '\n') {
        phase_ = Phase::before_version;
        version(c);
      } else if (is_control(c)) {
        refuse(400);
      }
  }
}

void NginxHead::version(char c) {
  const bool digit = is_digit(c);
  switch (phase_) {
    case Phase::before_version:
      if (c == ' ') return;
      if (c == '\r' || c == '\n') {
        no_version_ = true;
        if (c == '\n') return finish_request_line();
        phase_ = Phase::line_almost_done;
        return;
      }
      phase_ = Phase::version_name;
      [[fallthrough]];
    case Phase::version_name:
      if (c != kVersionName[spelled_]) return refuse(400);
      if (++spelled_ == kVersionName.size()) phase_ = Phase::major_first;
      return;
    case Phase::major_first:
      if (!digit || c == '0') return refuse(400);
      if (c > '1') return refuse(505);
      phase_ = Phase::major;
      return;
    case Phase::major:
      if (c == '.') {
        phase_ = Phase::minor_first;
      } else {
        refuse(digit ? 505 : 400);
      }
      return;
    case Phase::minor_first:
      if (!digit) return refuse(400);
      request_.minor = c - '0';
      phase_ = Phase::minor;
      return;
    case Phase::minor:
      if (digit) {
        if (request_.minor > 99) return refuse(400);
        request_.minor = request_.minor * 10 + (c - '0');
        return;
      }
      [[fallthrough]];
    default:
      if (c == '\r') {
        phase_ = Phase::line_almost_done;
      } else if (c == '\n') {
        finish_request_line();
      } else if (c == ' ') {
        phase_ = Phase::after_version;
      } else {
        refuse(400);
      }
  }
}

void NginxHead::finish_request_line() {
  line_bytes_ = 0;
  phase_ = Phase::header_start;
  if (no_version_) {
    request_.major = 0;
    request_.minor = 9;
  }
  if (request_.is_09() && !request_.is("GET")) return refuse(400);
  std::string_view path = std::string_view(request_.target).substr(path_at_);
  const std::string rooted = path.starts_with('/') ? std::string() : "/" + std::string(path);
  if (!nginx_resolve(rooted.empty() ? path : std::string_view(rooted), request_))
    return refuse(400);
  if (has_host_) {
    auto host = nginx_host(host_);
    if (!host) return refuse(400);
    request_.host = std::move(*host);
  }
  if (request_.is_09()) state_ = State::complete;
}

void NginxHead::header(char c) {
  switch (phase_) {
    case Phase::header_start:
      line_bytes_ = 1;
      name_.clear();
      value_.clear();
      trailing_blanks_ = 0;
      if (c == '\r') {
        phase_ = Phase::head_almost_done;
      } else if (c == '\n') {
        finish_head();
      } else if (c == ' ' || c == ':' || is_control(c)) {
        refuse(400);
      } else {
        name_ = c;
        phase_ = Phase::name;
      }
      return;
    case Phase::name:
      if (c == ':') {
        phase_ = Phase::before_value;
      } else if (c == '\r') {
        phase_ = Phase::header_almost_done;
      } else if (c == '\n') {
        finish_header();
      } else if (c == ' ' || is_control(c)) {
        refuse(400);
      } else {
        name_ += c;
      }
      return;
    case Phase::before_value:
      if (c == ' ') return;
      phase_ = Phase::value;
      [[fallthrough]];
    case Phase::value:
      if (c == '\0') return refuse(400);
      if (c == '\r') {
        phase_ = Phase::header_almost_done;
      } else if (c == '\n') {
        finish_header();
      } else {
        value_ += c;
        trailing_blanks_ = c == ' ' ? trailing_blanks_ + 1 : 0;
      }
      return;
    case Phase::header_almost_done:
      if (c == '\r') return;
      return c == '\n' ? finish_header() : refuse(400);
    default:
      return c == '\n' ? finish_head() : refuse(400);
  }
}

void NginxHead::finish_header() {
  phase_ = Phase::header_start;
  line_bytes_ = 0;
  value_.resize(value_.size() - trailing_blanks_);
  // Names with other bytes than these are read and ignored (ignore_invalid_headers).
  const bool usual = std::all_of(name_.begin(), name_.end(),
                                 [](char c) { return is_alpha(c) || is_digit(c) || c == '-'; });
  const bool again = usual && request_.headers.has(name_);
  const auto is = [&](std::string_view name) { return usual && equals_ignoring_case(name_, name); };
  request_.headers.add(name_, value_);
  if (again && std::any_of(kUnique.begin(), kUnique.end(), is)) return refuse(400);
  if (is("Host")) {
    has_host_header_ = true;
    auto host = nginx_host(value_);
    if (!host) return refuse(400);
    if (!has_host_) request_.host = std::move(*host);
  } else if (is("Connection")) {
    if (find_ignoring_case(value_, "close") != std::string_view::npos) {
      connection_ = NginxConnection::close;
    } else if (find_ignoring_case(value_, "keep-alive") != std::string_view::npos) {
      connection_ = NginxConnection::keep_alive;
    }
  }
}

void NginxHead::finish_head() {
  line_bytes_ = 0;
  if (!has_host_header_ && request_.at_least(1, 1)) return refuse(400);
  const std::string* length = request_.headers.find("Content-Length");
  if (length != nullptr) {
    const auto bytes = parse_length(*length);
    if (!bytes) return refuse(400);
    body_.bytes = *bytes;
  }
  if (const std::string* coding = request_.headers.find("Transfer-Encoding")) {
    if (!request_.at_least(1, 1)) return refuse(400);
    if (!equals_ignoring_case(*coding, "chunked")) return refuse(501);
    if (length != nullptr) return refuse(400);
    body_.chunked = true;
  }
  if (request_.is("CONNECT") || request_.is("TRACE")) return refuse(405);
  state_ = State::complete;
}

}  // namespace decnet::codec::http
