// The one file that sees Beast: reading requests.
#include "api/http_server.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/src.hpp>
#include <fmt/format.h>

#include "api/http_server_state.h"
#include "api/problem.h"
#include "base/bytes.h"
#include "base/counters.h"
#include "base/random.h"
#include "net/reader.h"

namespace decnet::api {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Parser = http::request_parser<http::string_body>;

constexpr std::size_t kLeftoverBytesMax = 256 * 1024;  // Read and thrown away before a close.
constexpr Duration kLeftoverTimeMax = std::chrono::seconds{2};

// Why there is no request. Status 0: nobody is left to tell.
struct Refusal {
  int status = 0;
  std::string_view detail;
};
constexpr Refusal kGone{};

template <class T>
using Read = tl::expected<T, Refusal>;

tl::unexpected<Refusal> refuse(int status, std::string_view detail) {
  return tl::unexpected<Refusal>(Refusal{status, detail});
}

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

tl::unexpected<Refusal> refuse(const boost::system::error_code& error, bool has_request_line) {
  if (error == http::error::header_limit) {
    if (!has_request_line) return refuse(414, "the URL is too long");
    return refuse(431, "the header is too large");
  }
  if (error == http::error::body_limit) return refuse(413, "the body is too large");
  if (error == http::error::bad_version)
    return refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken");
  if (error == http::error::bad_method) return refuse(400, "the method is malformed");
  if (error == http::error::bad_target) return refuse(400, "the target is malformed");
  if (error == http::error::bad_content_length) return refuse(400, "Content-Length is malformed");
  return refuse(400, "the request is malformed");
}

// Splits the target, in origin form or absolute form, into path and query.
Read<void> take_target(std::string_view target, Request& request) {
  if (target.size() > kTargetBytesMax) return refuse(414, "the URL is too long");
  if (!target.starts_with('/') && target != "*") {
    const auto scheme = target.find("://");
    if (scheme == target.npos) return refuse(400, "the target is malformed");
    const auto slash = target.find('/', scheme + 3);
    target = slash == target.npos ? "/" : target.substr(slash);
  }
  target = target.substr(0, target.find('#'));
  const auto mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != target.npos) request.query = target.substr(mark + 1);
  return {};
}

Read<Request> take_head(const Parser& parser, const Peer& peer) {
  const auto& head = parser.get();
  Request request;
  request.peer = peer;
  request.method = parse_method(view(head.method_string()));
  if (auto taken = take_target(view(head.target()), request); !taken) {
    return tl::unexpected(taken.error());
  }
  std::size_t hosts = 0;
  for (const auto& field : head) {
    if (request.headers.size() == kHeadersMax) return refuse(431, "there are too many headers");
    Header header{std::string(view(field.name_string())), std::string(view(field.value()))};
    for (char& c : header.name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    if (header.name == "host") ++hosts;
    request.headers.push_back(std::move(header));
  }
  if (hosts > 1 || (hosts == 0 && head.version() > 10)) {
    return refuse(400, "a request has one Host header");
  }
  const std::string_view parent = request.header("traceparent");
  if (const std::string_view trace = trace_id(parent); !trace.empty()) {
    request.traceparent = parent;
    request.request_id = trace;
  } else {
    request.request_id = to_hex(random_bytes(16));
  }
  return request;
}

class Connection final : public BodySink {
 public:
  Connection(net::Stream& stream, Peer peer, const HttpServer::AnswerFunction& answer,
             const Clock& clock)
      : stream_(stream), reader_(stream), peer_(std::move(peer)), answer_(answer), clock_(clock) {}

  net::Task<void> run();

  net::Task<Result<void>> write(std::string_view bytes) override;
  net::Task<void> until_closed() override;

 private:
  net::Task<Read<Request>> read();
  net::Task<Read<void>> read_head(Parser& parser);
  net::Task<Read<void>> read_body(Parser& parser);
  net::Task<Read<void>> feed(Parser& parser);
  net::Task<bool> respond(const Request& request, const Response& response);
  net::Task<void> refuse_and_close(const Refusal& refusal);
  HeadOptions head_options() const;

  net::Stream& stream_;
  net::Reader reader_;
  Peer peer_;
  const HttpServer::AnswerFunction& answer_;
  const Clock& clock_;
  std::string out_;
  bool keep_alive_ = true;
  bool http_1_0_ = false;
};

// Gives the parser what is buffered; waits for more where it asks for more.
net::Task<Read<void>> Connection::feed(Parser& parser) {
  const std::string_view have = reader_.buffered();
  boost::system::error_code error = http::error::need_more;
  if (!have.empty()) {
    const std::size_t used = parser.put(asio::buffer(have.data(), have.size()), error);
    if (error && error != http::error::need_more) {
      // The line may have come with an earlier read, or with this one.
      const bool has_request_line = !parser.get().target().empty() || have.find('\n') != have.npos;
      co_return refuse(error, has_request_line);
    }
    reader_.consume(used);
  }
  if (error == http::error::need_more) {
    const auto filled = co_await reader_.fill();
    if (!filled && filled.error().code == Errc::timeout) {
      co_return refuse(408, "the request took too long");
    }
    if (!filled) co_return tl::unexpected(kGone);
  }
  co_return Read<void>{};
}

net::Task<Read<void>> Connection::read_head(Parser& parser) {
  stream_.set_deadline(clock_.now() + kIdleTimeMax);
  // Empty lines before a request are skipped (RFC 9112 section 2.2).
  while (reader_.buffered().empty() || reader_.buffered().front() == '\r' ||
         reader_.buffered().front() == '\n') {
    if (!reader_.buffered().empty()) {
      reader_.consume(1);
      continue;
    }
    const auto filled = co_await reader_.fill();
    if (!filled)
      co_return tl::unexpected(kGone);  // Between requests a client may leave without a word.
  }
  stream_.set_deadline(clock_.now() + kHeadTimeMax);
  while (!parser.is_header_done()) {
    if (auto fed = co_await feed(parser); !fed) co_return fed;
  }
  co_return Read<void>{};
}

net::Task<Read<void>> Connection::read_body(Parser& parser) {
  stream_.set_deadline(clock_.now() + kBodyTimeMax);
  parser.eager(true);
  const std::string_view expect = view(parser.get()[http::field::expect]);
  if (!expect.empty() && expect != "100-continue") {
    co_return refuse(417, "the only expectation that is met is 100-continue");
  }
  if (!expect.empty() && !parser.is_done() && reader_.buffered().empty()) {
    const auto told = co_await stream_.write("HTTP/1.1 100 Continue\r\n\r\n");
    if (!told) co_return tl::unexpected(kGone);
  }
  while (!parser.is_done()) {
    if (auto fed = co_await feed(parser); !fed) co_return fed;
  }
  co_return Read<void>{};
}

net::Task<Read<Request>> Connection::read() {
  Parser parser;
  parser.header_limit(kHeadBytesMax);
  parser.body_limit(kBodyBytesMax);
  keep_alive_ = true;
  http_1_0_ = false;
  if (auto head = co_await read_head(parser); !head) co_return tl::unexpected(head.error());
  http_1_0_ = parser.get().version() < 11;
  keep_alive_ = parser.keep_alive();
  Read<Request> request = take_head(parser, peer_);
  if (!request) co_return request;
  if (auto body = co_await read_body(parser); !body) co_return tl::unexpected(body.error());
  request->body = std::move(parser.get().body());
  co_return request;
}

HeadOptions Connection::head_options() const {
  return {.keep_alive = keep_alive_,
          .http_1_0 = http_1_0_,
          .is_tls = peer_.is_tls,
          .now = clock_.now()};
}

// True where the connection goes on.
net::Task<bool> Connection::respond(const Request& request, const Response& response) {
  constexpr std::size_t kOneWriteBytesMax = 64 * 1024;  // More is not copied behind the head.
  if (response.writer) keep_alive_ = false;
  HeadOptions options = head_options();
  const std::string_view content = response.content();
  if (!response.writer) options.length = content.size();
  out_.clear();
  append_head(out_, response, options);
  stream_.set_deadline(clock_.now() + kWriteTimeMax);
  const bool with_body = request.method != Method::head && !response.writer;
  if (with_body && content.size() <= kOneWriteBytesMax) out_.append(content);
  if (!co_await stream_.write(out_)) co_return false;
  if (with_body && content.size() > kOneWriteBytesMax) {
    if (!co_await stream_.write(content)) co_return false;
  }
  if (response.writer && request.method != Method::head) {
    if (!co_await response.writer(*this)) co_return false;
    if (!http_1_0_) {
      if (!co_await stream_.write("0\r\n\r\n")) co_return false;
    }
  }
  std::string().swap(out_);  // An idle connection holds no buffers.
  co_return keep_alive_;
}

net::Task<Result<void>> Connection::write(std::string_view bytes) {
  if (bytes.empty()) co_return Result<void>{};  // An empty chunk would end the body.
  out_.clear();
  if (!http_1_0_) fmt::format_to(std::back_inserter(out_), "{:x}\r\n", bytes.size());
  out_.append(bytes);
  if (!http_1_0_) out_.append("\r\n");
  stream_.set_deadline(clock_.now() + kWriteTimeMax);
  co_return co_await stream_.write(out_);
}

net::Task<void> Connection::until_closed() {
  for (;;) {
    reader_.consume(reader_.buffered().size());
    stream_.set_deadline(TimePoint::max());  // A write may have set another one.
    const auto filled = co_await reader_.fill();
    if (!filled) co_return;
  }
}

// Tells why and closes. What the peer still sends is read for a moment: a close with unread bytes
// would take the answer back.
net::Task<void> Connection::refuse_and_close(const Refusal& refusal) {
  static Counter& refused =
      counter("api_requests_refused_total", "Requests that were malformed, too large or too slow");
  refused.add();
  keep_alive_ = false;
  Request request;
  request.request_id = to_hex(random_bytes(16));
  std::string code(reason_phrase(refusal.status));  // "Content Too Large" → content_too_large
  for (char& c : code) {
    if (c == ' ') c = '_';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const Problem problem(refusal.status, code, refusal.detail);
  const Response response = to_response(problem, request);
  co_await respond(request, response);
  co_await stream_.shutdown_send();
  stream_.set_deadline(clock_.now() + kLeftoverTimeMax);
  for (std::size_t left = kLeftoverBytesMax; left > 0;) {
    reader_.consume(reader_.buffered().size());
    if (!co_await reader_.fill()) co_return;
    left -= std::min(left, reader_.buffered().size());
  }
}

net::Task<void> Connection::run() {
  for (;;) {
    Read<Request> request = co_await read();
    if (!request) {
      if (request.error().status != 0) co_await refuse_and_close(request.error());
      co_return;
    }
    const Response response = co_await answer_(*request);
    const bool goes_on = co_await respond(*request, response);
    if (!goes_on) co_return;
  }
}

}  // namespace

net::Task<void> HttpServer::serve(net::Stream& stream, Peer peer) {
  Connection connection(stream, std::move(peer), state_->answer, state_->clock);
  co_await connection.run();
}

}  // namespace decnet::api
