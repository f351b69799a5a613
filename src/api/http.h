// HTTP as the rest of the API sees it: a request, a response, and nothing of the library that reads
// and writes them (that is http_server.cc alone).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/endpoint.h"
#include "net/task.h"

namespace decnet::api {

enum class Method : std::uint8_t { get, head, post, put, patch, remove, options, other };

std::string_view to_string(Method method) noexcept;  // "GET"; other: "-"
Method parse_method(std::string_view token) noexcept;

// True for those that change nothing (RFC 9110 section 9.2.1).
constexpr bool is_safe(Method method) noexcept {
  return method == Method::get || method == Method::head || method == Method::options;
}

struct Header {
  std::string name;  // Of a request: lower case.
  std::string value;
};

// Who is at the other end of the connection.
struct Peer {
  net::Endpoint address;        // 0.0.0.0:0 on the local socket.
  std::optional<unsigned> uid;  // On the local socket, of a peer that may do everything.
  bool is_local_socket = false;
  bool is_tls = false;

  std::string source() const;  // For logs and limits: "192.0.2.7", "local:1000"
};

struct Request {
  Method method = Method::get;
  std::string path;   // As sent, still encoded, without the query: "/api/v1/attackers"
  std::string query;  // As sent, without the '?'.
  std::vector<Header> headers;
  std::string body;
  Peer peer;
  std::string request_id;   // 32 hex digits: the trace id of `traceparent`, else drawn.
  std::string traceparent;  // As sent, if well formed (W3C Trace Context); else empty.

  std::string_view header(std::string_view lower_case_name) const noexcept;  // Empty if absent.
};

// Where a body goes that is written bit by bit.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // Errors: those of net::Stream::write; timeout where the peer does not read for kWriteTimeMax.
  virtual net::Task<Result<void>> write(std::string_view bytes) = 0;
  // Returns when the peer has closed its side or the connection is over.
  virtual net::Task<void> until_closed() = 0;
};

// An error means that the body is not whole: the connection is closed without the end of it.
using BodyWriter = std::function<net::Task<Result<void>>(BodySink&)>;

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<Header> headers;  // Beside those that the server sets on every response.
  std::string body;
  std::string_view fixed_body;  // Instead of `body`: bytes that live as long as the process.
  BodyWriter writer;            // Instead of both: of unknown length, chunked.

  Response& with(std::string_view name, std::string_view value) {
    headers.push_back({std::string(name), std::string(value)});
    return *this;
  }
  std::string_view content() const noexcept { return body.empty() ? fixed_body : body; }
};

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kProblemJson = "application/problem+json";

std::string_view reason_phrase(int status) noexcept;  // "Not Found"; empty for an unknown one

// Appends the status line and all headers, the empty line included. `length` is the body's, nothing
// for a chunked one (or, to HTTP/1.0, one that ends with the connection).
struct HeadOptions {
  bool keep_alive = true;
  bool http_1_0 = false;
  bool is_tls = false;
  std::optional<std::size_t> length;
  TimePoint now{};
};
void append_head(std::string& out, const Response& response, const HeadOptions& options);

// The trace id in a `traceparent` header; empty if it is malformed.
// https://www.w3.org/TR/trace-context/#traceparent-header
std::string_view trace_id(std::string_view traceparent) noexcept;

}  // namespace decnet::api
