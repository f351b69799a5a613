#include "site/nginx_reply.h"

#include <algorithm>

#include <fmt/format.h>

#include "codec/http/date.h"
#include "codec/http/gzip.h"
#include "codec/http/nginx_head.h"
#include "codec/http/range.h"

namespace decnet::site {

namespace http = codec::http;

namespace {

constexpr std::uint64_t kGzipBytesMin = 20;  // gzip_min_length
constexpr int kPaddingLines = 6;
constexpr std::string_view kPadding =
    "<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n";
constexpr int kPlainToTls = 497;

std::string_view status_words(int status) {
  switch (status) {
    case 200:
      return "200 OK";
    case 204:
      return "204 No Content";
    case 206:
      return "206 Partial Content";
    case 301:
      return "301 Moved Permanently";
    case 302:
      return "302 Moved Temporarily";
    case 304:
      return "304 Not Modified";
    case http::kNginxHeaderTooLarge:
    case kPlainToTls:
    case 400:
      return "400 Bad Request";
    case 401:
      return "401 Unauthorized";
    case 403:
      return "403 Forbidden";
    case 404:
      return "404 Not Found";
    case 405:
      return "405 Not Allowed";
    case 412:
      return "412 Precondition Failed";
    case 413:
      return "413 Request Entity Too Large";
    case 414:
      return "414 Request-URI Too Large";
    case 416:
      return "416 Requested Range Not Satisfiable";
    case 501:
      return "501 Not Implemented";
    case 502:
      return "502 Bad Gateway";
    case 505:
      return "505 HTTP Version Not Supported";
    default:
      return "500 Internal Server Error";
  }
}

// What nginx takes the peer for. It pads error pages for browsers that show their own in place of
// short ones.
bool wants_padding(const http::Request& request) {
  if (request.is_09()) return false;
  const std::string_view agent = request.headers.get("User-Agent");
  const auto has = [&](std::string_view word) {
    return agent.find(word) != std::string_view::npos;
  };
  if (has("Opera")) return false;
  if (const auto msie = agent.find("MSIE ");
      msie != std::string_view::npos && msie + 7 < agent.size())
    return true;
  return !has("Gecko/") && has("Chrome/");
}

// nginx's reading of If-Match and If-None-Match.
enum class Compare : std::uint8_t { strong, weak };
bool tag_matches(std::string_view list, std::string_view tag, Compare compare) {
  if (list == "*") return true;
  while (!list.empty()) {
    if (compare == Compare::weak && list.size() > 2 && list.starts_with("W/"))
      list.remove_prefix(2);
    if (list.size() < tag.size()) return false;
    if (list.starts_with(tag)) {
      list.remove_prefix(tag.size());
      list.remove_prefix(std::min(list.find_first_not_of(" \t"), list.size()));
      if (list.empty() || list.front() == ',') return true;
    }
    list.remove_prefix(std::min(list.find(','), list.size()));
    list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
  }
  return false;
}

enum class Condition : std::uint8_t { send, not_modified, failed };
Condition check_conditions(const http::Headers& headers, const NginxReply& reply) {
  const auto date_of = [&](std::string_view name) {
    return http::parse_date(headers.get(name), http::DateDialect::nginx);
  };
  if (headers.has("If-Unmodified-Since")) {
    const auto date = date_of("If-Unmodified-Since");
    if (!date || *date < *reply.last_modified) return Condition::failed;
  }
  if (headers.has("If-Match") && !tag_matches(headers.get("If-Match"), reply.etag, Compare::strong))
    return Condition::failed;
  const bool since = headers.has("If-Modified-Since");
  const bool none_match = headers.has("If-None-Match");
  if (!since && !none_match) return Condition::send;
  if (since && date_of("If-Modified-Since") != reply.last_modified) return Condition::send;
  if (none_match && !tag_matches(headers.get("If-None-Match"), reply.etag, Compare::weak))
    return Condition::send;
  return Condition::not_modified;
}

bool range_applies(const http::Headers& headers, const NginxReply& reply) {
  const std::string* condition = headers.find("If-Range");
  if (condition == nullptr) return true;
  if (condition->size() >= 2 && condition->ends_with('"')) return *condition == reply.etag;
  return http::parse_date(*condition, http::DateDialect::nginx) == reply.last_modified;
}

NginxReply in_parts(Site& site, NginxReply reply, const std::vector<http::ByteRange>& ranges) {
  const std::string content = std::move(reply.body);
  const std::string boundary = fmt::format("{:020}", ++site.next_boundary);
  reply.body.clear();
  for (const http::ByteRange& range : ranges) {
    reply.body +=
        fmt::format("\r\n--{}\r\nContent-Type: {}\r\nContent-Range: bytes {}-{}/{}\r\n\r\n",
                    boundary, reply.content_type, range.first, range.last, content.size());
    reply.body += std::string_view(content).substr(range.first, range.last - range.first + 1);
  }
  reply.body += "\r\n--" + boundary + "--\r\n";
  reply.content_type = "multipart/byteranges; boundary=" + boundary;
  reply.content_length = reply.body.size();
  return reply;
}

NginxReply in_ranges(Site& site, NginxReply reply, const http::Request& request) {
  using Kind = http::RangeAnswer::Kind;
  const std::uint64_t size = reply.body.size();
  http::RangeAnswer answer;
  if (range_applies(request.headers, reply))
    answer = http::nginx_ranges(request.headers.get("Range"), size);
  if (answer.kind == Kind::unsatisfiable) {
    NginxReply refusal = nginx_error(site.config, 416, request);
    refusal.more.push_back({"Content-Range", fmt::format("bytes */{}", size)});
    return refusal;
  }
  if (answer.kind == Kind::whole) {
    reply.more.push_back({"Accept-Ranges", "bytes"});
    return reply;
  }
  reply.status = 206;
  if (answer.ranges.size() > 1) return in_parts(site, std::move(reply), answer.ranges);
  const http::ByteRange range = answer.ranges.front();
  reply.body = reply.body.substr(range.first, range.last - range.first + 1);
  reply.content_length = reply.body.size();
  reply.more.push_back(
      {"Content-Range", fmt::format("bytes {}-{}/{}", range.first, range.last, size)});
  return reply;
}

bool is_packed(const NginxReply& reply, const http::Request& request) {
  const bool status_fits = reply.status == 200 || reply.status == 403 || reply.status == 404;
  if (!status_fits || !request.at_least(1, 1) || request.headers.has("Via")) return false;
  if (reply.content_length && *reply.content_length < kGzipBytesMin) return false;
  const auto encoded = [](const http::Header& header) {
    return http::equals_ignoring_case(header.name, "Content-Encoding");
  };
  if (std::any_of(reply.more.begin(), reply.more.end(), encoded)) return false;
  const std::string_view type = reply.content_type;
  if (type.substr(0, type.find(';')) != "text/html") return false;
  return http::nginx_accepts_gzip(request.headers.get("Accept-Encoding"));
}

}  // namespace

bool nginx_error_closes(int status) noexcept {
  switch (status) {
    case 400:
    case 413:
    case 414:
    case kPlainToTls:
    case 500:
    case 501:
      return true;
    default:
      return false;
  }
}

NginxReply nginx_error(const Config& config, int status, const http::Request& request) {
  const std::string_view words = status_words(status);
  NginxReply reply;
  reply.status = status == http::kNginxHeaderTooLarge || status == kPlainToTls ? 400 : status;
  reply.content_type = "text/html";
  std::string_view detail;
  if (status == http::kNginxHeaderTooLarge) detail = "Request Header Or Cookie Too Large";
  if (status == kPlainToTls) detail = "The plain HTTP request was sent to HTTPS port";
  const std::string title = detail.empty() ? std::string(words) : "400 " + std::string(detail);
  reply.body = fmt::format(
      "<html>\r\n<head><title>{}</title></head>\r\n<body>\r\n<center><h1>{}</h1></center>\r\n",
      title, words);
  if (!detail.empty()) reply.body += fmt::format("<center>{}</center>\r\n", detail);
  reply.body +=
      fmt::format("<hr><center>nginx/{}</center>\r\n</body>\r\n</html>\r\n", config.version);
  if (status >= 400 && wants_padding(request)) {
    for (int line = 0; line < kPaddingLines; ++line) reply.body += kPadding;
  }
  reply.content_length = reply.body.size();
  return reply;
}

NginxReply nginx_to_folder(const Config& config, const http::Request& request) {
  NginxReply reply = nginx_error(config, 301, request);
  const std::string host = request.host.empty() ? config.server_name : request.host;
  const std::string port = config.is_default_port() ? "" : fmt::format(":{}", config.port);
  const std::string query = request.has_query ? "?" + request.query : "";
  reply.location = fmt::format("{}://{}{}{}/{}", config.scheme(), host, port, request.path, query);
  return reply;
}

NginxReply nginx_file(const Node& node) {
  NginxReply reply;
  reply.content_type = std::string(node.type);
  reply.content_length = node.content.size();
  reply.last_modified = std::chrono::floor<std::chrono::seconds>(node.modified);
  const auto seconds =
      std::chrono::floor<std::chrono::seconds>(node.modified).time_since_epoch().count();
  reply.etag = fmt::format("\"{:x}-{:x}\"", seconds, node.content.size());
  reply.body = std::string(node.content);
  reply.is_file = true;
  return reply;
}

NginxReply nginx_filter(Site& site, NginxReply reply, const http::Request& request) {
  if (reply.is_file) {
    switch (check_conditions(request.headers, reply)) {
      case Condition::send:
        break;
      case Condition::failed:
        reply = nginx_error(site.config, 412, request);
        reply.ends_connection = true;
        return reply;
      case Condition::not_modified:
        reply.status = 304;
        reply.content_type.clear();
        reply.content_length.reset();
        reply.body.clear();
        return reply;
    }
  }
  if (is_packed(reply, request)) {
    reply.body =
        reply.content_length ? http::nginx_gzip(reply.body) : http::nginx_gzip_streamed(reply.body);
    reply.content_length.reset();
    if (!reply.etag.empty()) reply.etag = "W/" + reply.etag;
    reply.more.push_back({"Content-Encoding", "gzip"});
    return reply;
  }
  if (reply.is_file && !request.is_09()) return in_ranges(site, std::move(reply), request);
  return reply;
}

std::string nginx_spell(const Config& config, const NginxReply& reply, const http::Request& request,
                        bool keep_alive, TimePoint now) {
  if (request.is_09()) return reply.body;
  const bool has_body = reply.status != 304 && reply.status != 204 && !request.is("HEAD");
  const bool chunked = has_body && !reply.content_length && request.at_least(1, 1);
  std::string out = fmt::format(
      "HTTP/1.1 {}\r\nServer: nginx/{}\r\n",
      reply.status_line.empty() ? status_words(reply.status) : std::string_view(reply.status_line),
      config.version);
  if (!reply.own_date) out += "Date: " + http::format_date(now) + "\r\n";
  if (!reply.content_type.empty()) out += "Content-Type: " + reply.content_type + "\r\n";
  if (reply.content_length) out += fmt::format("Content-Length: {}\r\n", *reply.content_length);
  if (reply.last_modified)
    out += "Last-Modified: " + http::format_date(*reply.last_modified) + "\r\n";
  if (!reply.location.empty()) out += "Location: " + reply.location + "\r\n";
  if (chunked) out += "Transfer-Encoding: chunked\r\n";
  out += keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  if (!reply.etag.empty()) out += "ETag: " + reply.etag + "\r\n";
  for (const http::Header& header : reply.more) out += header.name + ": " + header.value + "\r\n";
  out += "\r\n";
  if (!has_body) return out;
  if (!chunked) return out + reply.body;
  if (!reply.body.empty()) out += fmt::format("{:x}\r\n{}\r\n", reply.body.size(), reply.body);
  return out + "0\r\n\r\n";
}

}  // namespace decnet::site
