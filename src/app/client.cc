#include "app/client.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/try.h"
#include "net/http_client.h"

namespace decnet::app {
namespace {

constexpr std::string_view kBase = "http://decnet/api/v1";

Error explained(const Error& error) {
  if (error.code == Errc::unavailable || error.code == Errc::denied) {
    return {
        Errc::unavailable,
        "decnet is not running here, or this user may not talk to it; start it with `decnet up`"};
  }
  return error;
}

Errc class_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return Errc::denied;
    case 404:
      return Errc::not_found;
    case 409:
      return Errc::conflict;
    case 503:
      return Errc::unavailable;
    default:
      return status < 500 ? Errc::invalid_argument : Errc::io;
  }
}

}  // namespace

Result<boost::json::value> Client::get(std::string_view path) const {
  return exchange("GET", path, {});
}
Result<boost::json::value> Client::post(std::string_view path, std::string_view body) const {
  return exchange("POST", path, body);
}

Result<std::string> Client::fetch(std::string_view path) const {
  std::string body;
  bool is_too_long = false;
  net::HttpRequest request{.url = std::string(kBase) + std::string(path), .unix_socket = socket_};
  request.on_data = [&](std::string_view bytes) {
    is_too_long = body.size() + bytes.size() > kFetchBytesMax;
    if (!is_too_long) body += bytes;
    return !is_too_long;
  };
  const auto answer = net::http_request(request);
  if (is_too_long) return fail(Errc::limit, "what decnet sends is too long");
  if (!answer) return tl::unexpected(explained(answer.error()));
  if (answer->status < 400) return body;
  boost::json::error_code bad;
  const auto problem = boost::json::parse(body, bad);
  const std::string detail = bad ? std::string() : text_at(problem, "detail");
  return fail(class_of(answer->status), detail.empty() ? "decnet refused" : detail);
}

Result<boost::json::value> Client::exchange(std::string_view method, std::string_view path,
                                            std::string_view body) const {
  net::HttpRequest request{.method = std::string(method),
                           .url = std::string(kBase) + std::string(path),
                           .unix_socket = socket_};
  request.body = body;
  if (!body.empty()) request.headers.emplace_back("Content-Type: application/json");
  const auto answer = net::http_request(request);
  if (!answer) return tl::unexpected(explained(answer.error()));
  boost::json::error_code bad;
  auto value = answer->body.empty() ? boost::json::value() : boost::json::parse(answer->body, bad);
  if (bad) return fail(Errc::io, "decnet's answer is not JSON");
  if (answer->status < 400) return value;
  const std::string detail = text_at(value, "detail");
  return fail(class_of(answer->status), detail.empty() ? text_at(value, "title") : detail);
}

Result<void> Client::follow(
    std::string_view path,
    const std::function<bool(std::string_view, std::string_view)>& take) const {
  std::string buffer, event, data;
  net::HttpRequest request{.url = std::string(kBase) + std::string(path),
                           .unix_socket = socket_,
                           .timeout = Duration{0}};
  request.headers.emplace_back("Accept: text/event-stream");
  request.on_data = [&](std::string_view bytes) {
    buffer += bytes;
    for (auto end = buffer.find('\n'); end != buffer.npos; end = buffer.find('\n')) {
      const std::string line = buffer.substr(0, end);
      buffer.erase(0, end + 1);
      if (line.starts_with("event: ")) event = line.substr(7);
      if (line.starts_with("data: ")) data = line.substr(6);
      if (!line.empty() || data.empty()) continue;
      if (!take(event, data)) return false;
      event.clear();
      data.clear();
    }
    return true;
  };
  const auto answer = net::http_request(request);
  if (!answer && answer.error().code != Errc::cancelled)
    return tl::unexpected(explained(answer.error()));
  if (answer && answer->status >= 400)
    return fail(class_of(answer->status), "the stream was refused");
  return {};
}

std::string text_at(const boost::json::value& value, std::string_view key) {
  const auto* object = value.if_object();
  const auto* found = object != nullptr ? object->if_contains(key) : nullptr;
  if (found == nullptr || found->is_null()) return {};
  return found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
}

std::int64_t number_at(const boost::json::value& value, std::string_view key) {
  const auto* object = value.if_object();
  const auto* found = object != nullptr ? object->if_contains(key) : nullptr;
  if (found == nullptr || !found->is_number()) return 0;
  boost::json::error_code ignored;
  return found->to_number<std::int64_t>(ignored);
}

const boost::json::array& array_at(const boost::json::value& value, std::string_view key) {
  static const boost::json::array kNone;
  const auto* object = value.if_object();
  const auto* found = object != nullptr ? object->if_contains(key) : nullptr;
  return found != nullptr && found->is_array() ? found->get_array() : kNone;
}

}  // namespace decnet::app
