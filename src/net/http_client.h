// A blocking HTTP client (libcurl behind it): for the command line, over a UNIX socket or TCP.
//
//   auto answer = http_request({.url = "http://decnet/api/v1/health", .unix_socket =
//   "data/run/api.sock"}); if (answer && answer->status == 200) use(answer->body);
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace decnet::net {

inline constexpr std::size_t kHttpBodyBytesMax = 64U << 20;

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::string unix_socket;           // Empty: TCP, by the URL.
  std::vector<std::string> headers;  // "Accept: text/event-stream"
  std::string body;
  Duration timeout = std::chrono::seconds{30};  // Of the whole exchange; 0: none (streams).
  // Gets the body as it comes, instead of memory; false ends the exchange.
  std::function<bool(std::string_view)> on_data;
};

struct HttpResponse {
  int status = 0;
  std::string content_type;
  std::string body;
};

// Errors: unavailable (nobody answers; the socket is absent), denied (the socket's mode), timeout,
// limit (the body), io, cancelled (on_data said so). A status of 4xx or 5xx is no error here.
Result<HttpResponse> http_request(const HttpRequest& request);

}  // namespace decnet::net
