#include "api/http.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace decnet::api {
namespace {

struct Verb {
  std::string_view token;
  Method method;
};
constexpr std::array<Verb, 7> kVerbs{{{"GET", Method::get},
                                      {"HEAD", Method::head},
                                      {"POST", Method::post},
                                      {"PUT", Method::put},
                                      {"PATCH", Method::patch},
                                      {"DELETE", Method::remove},
                                      {"OPTIONS", Method::options}}};

struct Reason {
  int status;
  std::string_view phrase;
};
constexpr std::array<Reason, 28> kReasons{{{200, "OK"},
                                           {201, "Created"},
                                           {202, "Accepted"},
                                           {204, "No Content"},
                                           {304, "Not Modified"},
                                           {400, "Bad Request"},
                                           {401, "Unauthorized"},
                                           {403, "Forbidden"},
                                           {404, "Not Found"},
                                           {405, "Method Not Allowed"},
                                           {406, "Not Acceptable"},
                                           {408, "Request Timeout"},
                                           {409, "Conflict"},
                                           {412, "Precondition Failed"},
                                           {413, "Content Too Large"},
                                           {414, "URI Too Long"},
                                           {415, "Unsupported Media Type"},
                                           {417, "Expectation Failed"},
                                           {422, "Unprocessable Content"},
                                           {428, "Precondition Required"},
                                           {429, "Too Many Requests"},
                                           {431, "Request Header Fields Too Large"},
                                           {500, "Internal Server Error"},
                                           {501, "Not Implemented"},
                                           {503, "Service Unavailable"},
                                           {504, "Gateway Timeout"},
                                           {505, "HTTP Version Not Supported"},
                                           {507, "Insufficient Storage"}}};

// No 'unsafe-inline' for scripts; the terminal player needs WebAssembly.
constexpr std::string_view kPolicy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
void append_date(std::string& out, TimePoint now) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(now - day)};
  fmt::format_to(std::back_inserter(out), "{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                 kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                 kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                 time.hours().count(), time.minutes().count(), time.seconds().count());
}

// A control character in a value would begin a header of its own: it is left out.
void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value) {
    if (static_cast<unsigned char>(c) >= 0x20) out.push_back(c);
  }
  out.append("\r\n");
}

bool has(const Response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [name](const Header& header) { return header.name == name; });
}

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::string_view to_string(Method method) noexcept {
  for (const Verb& verb : kVerbs) {
    if (verb.method == method) return verb.token;
  }
  return "-";
}

Method parse_method(std::string_view token) noexcept {
  for (const Verb& verb : kVerbs) {
    if (verb.token == token) return verb.method;
  }
  return Method::other;
}

std::string Peer::source() const {
  if (uid) return "local:" + std::to_string(*uid);
  return is_local_socket ? "local" : address.ip.text();
}

std::string_view Request::header(std::string_view lower_case_name) const noexcept {
  for (const Header& header : headers) {
    if (header.name == lower_case_name) return header.value;
  }
  return {};
}

std::string_view reason_phrase(int status) noexcept {
  for (const Reason& reason : kReasons) {
    if (reason.status == status) return reason.phrase;
  }
  return {};
}

void append_head(std::string& out, const Response& response, const HeadOptions& options) {
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\nDate: ", response.status,
                 reason_phrase(response.status));
  append_date(out, options.now);
  out.append("\r\n");
  const bool bodyless = response.status == 204 || response.status == 304;
  if (!bodyless) append_header(out, "Content-Type", response.content_type);
  if (options.length && !bodyless) {
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", *options.length);
  } else if (!options.length && !options.http_1_0) {
    append_header(out, "Transfer-Encoding", "chunked");
  }
  if (!options.keep_alive) {
    append_header(out, "Connection", "close");
  } else if (options.http_1_0) {
    append_header(out, "Connection", "keep-alive");
  }
  for (const Header& header : response.headers) append_header(out, header.name, header.value);
  if (!has(response, "Cache-Control")) append_header(out, "Cache-Control", "no-store");
  if (!has(response, "Content-Security-Policy")) {
    append_header(out, "Content-Security-Policy", kPolicy);
  }
  out.append(
      "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
      "Cross-Origin-Opener-Policy: same-origin\r\n");
  if (options.is_tls) append_header(out, "Strict-Transport-Security", "max-age=31536000");
  out.append("\r\n");
}

std::string_view trace_id(std::string_view traceparent) noexcept {
  constexpr std::size_t kVersionBytes = 3, kTraceBytes = 32, kWholeBytes = 55;
  if (traceparent.size() != kWholeBytes || !traceparent.starts_with("00-")) return {};
  const auto trace = traceparent.substr(kVersionBytes, kTraceBytes);
  const auto parent = traceparent.substr(36, 16);
  if (!is_lower_hex(trace) || !is_lower_hex(parent) || !is_lower_hex(traceparent.substr(53, 2)) ||
      traceparent[35] != '-' || traceparent[52] != '-' ||
      trace.find_first_not_of('0') == trace.npos || parent.find_first_not_of('0') == parent.npos) {
    return {};
  }
  return trace;
}

}  // namespace decnet::api
