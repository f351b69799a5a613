#include "site/apache_reply.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "codec/http/date.h"
#include "codec/http/gzip.h"
#include "codec/http/range.h"

namespace decnet::site {

namespace http = codec::http;

namespace {

constexpr std::size_t kDeflateBytesMin = 69;  // Below, packing costs more than it saves.
constexpr Duration kFresh =
    std::chrono::seconds{60};  // What has changed since then has no strong date.
constexpr std::string_view kErrorType = "text/html; charset=iso-8859-1";
constexpr std::string_view kMethods = "GET,POST,OPTIONS,HEAD";
constexpr std::array<std::string_view, 6> kPackedTypes = {
    "text/html", "text/plain", "text/xml", "text/css", "text/javascript", "application/xml"};

std::string_view status_words(int status) {
  switch (status) {
    case 200:
      return "200 OK";
    case 206:
      return "206 Partial Content";
    case 301:
      return "301 Moved Permanently";
    case 302:
      return "302 Found";
    case 304:
      return "304 Not Modified";
    case 400:
      return "400 Bad Request";
    case 401:
      return "401 Unauthorized";
    case 403:
      return "403 Forbidden";
    case 404:
      return "404 Not Found";
    case 405:
      return "405 Method Not Allowed";
    case 408:
      return "408 Request Timeout";
    case 412:
      return "412 Precondition Failed";
    case 413:
      return "413 Request Entity Too Large";
    case 414:
      return "414 Request-URI Too Long";
    case 416:
      return "416 Requested Range Not Satisfiable";
    case 417:
      return "417 Expectation Failed";
    case 501:
      return "501 Not Implemented";
    default:
      return "500 Internal Server Error";
  }
}

std::string_view note_text(ApacheNote note) {
  switch (note) {
    case ApacheNote::field_too_long:
      return "Size of a request header field exceeds server limit.";
    case ApacheNote::too_many_fields:
      return "The number of request header fields exceeds this server's limit.";
    case ApacheNote::plain_to_tls:
      return "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />\n"
             " Instead use the HTTPS scheme to access this URL, please.<br />\n";
    default:
      return "";
  }
}

std::string error_text(int status, const http::Request& request, ApacheNote note,
                       std::string_view location) {
  const std::string method = http::escape_html(request.method);
  switch (status) {
    case 301:
    case 302:
      return fmt::format("<p>The document has moved <a href=\"{}\">here</a>.</p>\n",
                         http::escape_html(location));
    case 400:
      return fmt::format(
          "<p>Your browser sent a request that this server could not understand.<br />\n{}</p>\n",
          note_text(note));
    case 401:
      return "<p>This server could not verify that you\nare authorized to access the "
             "document\nrequested.  Either you "
             "supplied the wrong\ncredentials (e.g., bad password), or your\nbrowser doesn't "
             "understand how to supply\n"
             "the credentials required.</p>\n";
    case 403:
      return "<p>You don't have permission to access this resource.</p>\n";
    case 404:
      return "<p>The requested URL was not found on this server.</p>\n";
    case 405:
      return fmt::format("<p>The requested method {} is not allowed for this URL.</p>\n", method);
    case 408:
      return "<p>Server timeout waiting for the HTTP request from the client.</p>\n";
    case 413:
      return fmt::format(
          "The requested resource does not allow request data with {} requests, or the amount of "
          "data "
          "provided in\nthe request exceeds the capacity limit.\n",
          method);
    case 414:
      return "<p>The requested URL's length exceeds the capacity\nlimit for this server.<br "
             "/>\n</p>\n";
    case 416:
      return "<p>None of the range-specifier values in the Range\nrequest-header field overlap the "
             "current extent\n"
             "of the selected resource.</p>\n";
    case 417:
      return fmt::format(
          "<p>The expectation given in the Expect request-header\nfield could not be met by this "
          "server.\n"
          "The client sent<pre>\n    Expect: {}\n</pre>\n</p><p>Only the 100-continue expectation "
          "is "
          "supported.</p>\n",
          http::escape_html(request.headers.joined("Expect").value_or("")));
    case 501:
      return fmt::format("<p>{} not supported for current URL.<br />\n</p>\n", method);
    default:
      return {};
  }
}

std::uint16_t port_of(const Config& config, const http::Request& request) {
  return request.port.value_or(config.port);
}

std::string_view host_of(const Config& config, const http::Request& request) {
  return request.host.empty() ? std::string_view(config.server_name)
                              : std::string_view(request.host);
}

// Entity tags in a list, as Apache compares them: the list ends at what is no tag.
enum class Compare : std::uint8_t { strong, weak };
bool tag_matches(std::string_view list, std::string_view tag, Compare compare) {
  for (;;) {
    list.remove_prefix(std::min(list.find_first_not_of(", \t"), list.size()));
    if (compare == Compare::weak && list.starts_with("W/\"")) list.remove_prefix(2);
    if (!list.starts_with('"')) return false;
    const auto end = list.find('"', 1);
    if (end == std::string_view::npos) return false;
    const std::string_view found = list.substr(0, end + 1);
    list.remove_prefix(end + 1);
    const auto comma = std::min(list.find(','), list.size());
    const bool alone = list.substr(0, comma).find_first_not_of(" \t") == std::string_view::npos;
    if (alone && found == tag) return true;
    list.remove_prefix(comma);
  }
}

// 200, 304 or 412.
int check_conditions(const http::Request& request, std::string_view tag, TimePoint modified,
                     TimePoint now) {
  const http::Headers& headers = request.headers;
  const bool get = request.is("GET") || request.is("HEAD");
  const bool ranged = headers.has("Range");
  const bool fresh = now < modified + kFresh;
  const auto date_of = [&](std::string_view name) {
    return http::parse_date(headers.get(name), http::DateDialect::apache);
  };

  if (const auto match = headers.joined("If-Match"); match && !match->starts_with('*')) {
    if (!tag_matches(*match, tag, Compare::strong)) return 412;
  }
  std::optional<bool> not_modified;
  if (headers.has("If-Unmodified-Since")) {
    const auto date = date_of("If-Unmodified-Since");
    if (date && modified > *date && !(fresh && ranged)) return 412;
    not_modified = false;
  }
  if (const auto none = headers.joined("If-None-Match")) {
    const Compare compare = get && !ranged ? Compare::weak : Compare::strong;
    if (!none->starts_with('*') && !tag_matches(*none, tag, compare)) {
      not_modified = false;
    } else if (!get) {
      return 412;
    } else if (not_modified.value_or(true)) {
      not_modified = true;
    }
  }
  if (headers.has("If-Modified-Since")) {
    const auto date = date_of("If-Modified-Since");
    const bool same = date && *date >= modified && *date <= now && !(fresh && ranged);
    if (!same) {
      not_modified = false;
    } else if (get && not_modified.value_or(true)) {
      not_modified = true;
    }
  }
  const std::string_view if_range = headers.get("If-Range");
  if (!if_range.empty() && ranged && if_range == tag) return 200;
  return not_modified.value_or(false) ? 304 : 200;
}

bool range_applies(const http::Request& request, const ApacheReply& reply, TimePoint modified,
                   TimePoint now) {
  const std::string* condition = request.headers.find("If-Range");
  if (condition == nullptr) return true;
  if (condition->starts_with('"')) return *condition == reply.fields.get("ETag");
  return http::parse_date(*condition, http::DateDialect::apache) == modified &&
         now >= modified + kFresh;
}

void in_parts(Site& site, ApacheReply& reply, const std::vector<http::ByteRange>& ranges) {
  // Drawn when the server starts, the same until it stops.
  const std::string boundary =
      fmt::format("{:016x}", SeededRandom(site.config.seed, "apache.boundary").next());
  const std::string content = std::move(reply.body);
  reply.body.clear();
  for (const http::ByteRange& range : ranges) {
    reply.body += "\r\n--" + boundary;
    if (!reply.content_type.empty()) reply.body += "\r\nContent-type: " + reply.content_type;
    reply.body += fmt::format("\r\nContent-range: bytes {}-{}/{}\r\n\r\n", range.first, range.last,
                              content.size());
    reply.body += std::string_view(content).substr(range.first, range.last - range.first + 1);
  }
  reply.body += "\r\n--" + boundary + "--\r\n";
  reply.content_type = "multipart/byteranges; boundary=" + boundary;
}

// False if no range is there to be had.
bool in_ranges(Site& site, ApacheReply& reply, const http::Request& request, TimePoint modified,
               TimePoint now) {
  const bool old = older_than(site.config.version, "2.4.63");
  const std::string_view ranges =
      request.headers.get(old && !request.headers.has("Range") ? "Request-Range" : "Range");
  const std::uint64_t size = reply.body.size();
  http::RangeAnswer answer;
  if (range_applies(request, reply, modified, now)) answer = http::apache_ranges(ranges, size);
  if (answer.kind == http::RangeAnswer::Kind::unsatisfiable) return false;
  if (answer.kind == http::RangeAnswer::Kind::whole) return true;
  reply.status = 206;
  if (answer.ranges.size() > 1) {
    in_parts(site, reply, answer.ranges);
  } else {
    const http::ByteRange range = answer.ranges.front();
    reply.body = reply.body.substr(range.first, range.last - range.first + 1);
    reply.fields.set("Content-Range", fmt::format("bytes {}-{}/{}", range.first, range.last, size));
  }
  return true;
}

}  // namespace

void ApacheFieldsOut::set(std::string_view name, std::string_view value) {
  for (http::Header& header : list_) {
    if (!http::equals_ignoring_case(header.name, name)) continue;
    header.value = std::string(value);
    return;
  }
  add(name, value);
}

void ApacheFieldsOut::remove(std::string_view name) {
  std::erase_if(list_, [&](const http::Header& header) {
    return http::equals_ignoring_case(header.name, name);
  });
}

std::string_view ApacheFieldsOut::get(std::string_view name) const noexcept {
  for (const http::Header& header : list_) {
    if (http::equals_ignoring_case(header.name, name)) return header.value;
  }
  return {};
}

bool ApacheFieldsOut::has(std::string_view name) const noexcept {
  return std::any_of(list_.begin(), list_.end(), [&](const http::Header& header) {
    return http::equals_ignoring_case(header.name, name);
  });
}

bool apache_status_closes(int status) noexcept {
  constexpr std::array kClosing = {400, 408, 411, 413, 414, 500, 501, 503};
  return std::find(kClosing.begin(), kClosing.end(), status) != kClosing.end();
}

std::string apache_authority(const Config& config, const http::Request& request) {
  const std::uint16_t port = port_of(config, request);
  const bool usual = port == (config.transport == Transport::tls ? 443 : 80);
  const std::string_view host = host_of(config, request);
  return usual ? std::string(host) : fmt::format("{}:{}", host, port);
}

ApacheReply apache_error(const Config& config, int status, const http::Request& request,
                         ApacheNote note, std::string_view location) {
  // HTML 4.01 since 2.4.66, HTML 2.0 before.
  const std::string_view doctype = older_than(config.version, "2.4.66")
                                       ? "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">"
                                       : "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" "
                                         "\"http://www.w3.org/TR/html4/strict.dtd\">";
  const std::string_view words = status_words(status);
  ApacheReply reply;
  reply.status = status;
  reply.content_type = kErrorType;
  if (!location.empty()) reply.fields.set("Location", location);
  if (status == 405 || status == 501)
    reply.fields.set("Allow", request.is("TRACE") ? "" : kMethods);
  reply.body = fmt::format(
      "{}\n<html><head>\n<title>{}</title>\n</head><body>\n<h1>{}</h1>\n{}<hr>\n"
      "<address>Apache/{} (Debian) Server at {} Port {}</address>\n</body></html>\n",
      doctype, words, words.substr(4), error_text(status, request, note, location), config.version,
      http::escape_html(host_of(config, request)), port_of(config, request));
  // The page of a request without a body in the answer is not even made.
  if (request.is("HEAD")) {
    reply.body.clear();
    reply.length = ApacheReply::Length::untold;
  }
  return reply;
}

void apache_deflate(ApacheReply& reply, const http::Request& request) {
  const std::string_view type =
      std::string_view(reply.content_type).substr(0, reply.content_type.find(';'));
  if (std::find(kPackedTypes.begin(), kPackedTypes.end(), type) == kPackedTypes.end()) return;
  if (reply.body.size() < kDeflateBytesMin) return;
  const std::string vary(reply.fields.get("Vary"));
  if (vary.find("Accept-Encoding") == std::string::npos) {
    reply.fields.set("Vary", vary.empty() ? "Accept-Encoding" : vary + ", Accept-Encoding");
  }
  if (reply.fields.has("Content-Encoding")) return;
  if (!http::apache_accepts_gzip(request.headers.joined("Accept-Encoding").value_or(""))) return;
  reply.fields.set("Content-Encoding", "gzip");
  reply.fields.remove("Content-Length");
  if (const std::string tag(reply.fields.get("ETag")); tag.size() > 2) {
    reply.fields.set("ETag", tag.substr(0, tag.size() - 1) + "-gzip\"");
  }
  reply.body = http::apache_gzip(reply.body);
}

ApacheReply apache_file(Site& site, const Node& node, const http::Request& request, TimePoint now) {
  const TimePoint modified = std::chrono::floor<std::chrono::seconds>(node.modified);
  ApacheReply reply;
  reply.content_type = std::string(node.type);
  reply.fields.set("Last-Modified", http::format_date(modified));
  reply.fields.set("ETag",
                   fmt::format("\"{:x}-{:x}\"", node.content.size(), to_micros(node.modified)));
  reply.fields.set("Accept-Ranges", "bytes");
  reply.status =
      request.is_09() ? 200 : check_conditions(request, reply.fields.get("ETag"), modified, now);
  if (reply.status == 304) reply.content_type.clear();
  if (reply.status != 200) return reply;
  reply.body = std::string(node.content);
  reply.fields.set("Content-Length", std::to_string(reply.body.size()));
  apache_deflate(reply, request);
  if (!request.is_09() && !in_ranges(site, reply, request, modified, now)) {
    ApacheReply refusal = apache_error(site.config, 416, request);
    refusal.length = ApacheReply::Length::chunked;
    return refusal;
  }
  return reply;
}

std::string apache_spell(const Config& config, ApacheReply reply, const http::Request& request,
                         const ApacheConnectionFields& connection, TimePoint now) {
  if (request.is_09()) return reply.body;
  using Length = ApacheReply::Length;
  const bool head_only = request.is("HEAD") || reply.status == 304 || reply.status == 204;
  if (reply.length == Length::known && reply.status != 304 && reply.status != 204) {
    reply.fields.set("Content-Length", std::to_string(reply.body.size()));
  }
  if (connection.keep_alive && connection.asked_for) {
    reply.fields.set("Keep-Alive", fmt::format("timeout=5, max={}", connection.left));
    reply.fields.set("Connection", "Keep-Alive");
  } else if (!connection.keep_alive) {
    reply.fields.set("Connection", "close");
  }
  const bool chunked = reply.length == Length::chunked && request.at_least(1, 1) && !head_only;
  if (chunked) reply.fields.set("Transfer-Encoding", "chunked");
  if (!reply.content_type.empty()) reply.fields.set("Content-Type", reply.content_type);
  std::string out = fmt::format(
      "{} {}\r\nDate: {}\r\nServer: Apache/{} (Debian)\r\n", reply.protocol,
      reply.status_line.empty() ? status_words(reply.status) : std::string_view(reply.status_line),
      http::format_date(now), config.version);
  for (const http::Header& header : reply.fields.list())
    out += header.name + ": " + header.value + "\r\n";
  out += "\r\n";
  if (head_only) return out;
  if (!chunked) return out + reply.body;
  if (!reply.body.empty()) out += fmt::format("{:x}\r\n{}\r\n", reply.body.size(), reply.body);
  return out + "0\r\n\r\n";
}

}  // namespace decnet::site
