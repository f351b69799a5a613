// HttpServer: HTTP/1.1 over TCP, TLS and a UNIX socket, on one event loop. What it is asked it
// hands to one function; what goes wrong below that (a malformed request, one that is too large or
// too slow) it answers itself, with a problem (problem.h).
//
//   HttpServer server(executor, answer);
//   DECNET_TRY(server.listen({loopback, 8080}, nullptr));
//   co_await server.run();                                 // until it is cancelled
//
// A connection is kept and may be pipelined: its requests are answered one after the other, in
// order. Sources: RFC 9110, RFC 9112. Lives on its loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/http.h"
#include "net/stream.h"
#include "net/tls.h"

namespace decnet::api {

inline constexpr std::size_t kHeadBytesMax = 16 * 1024;    // Request line and headers: else 431.
inline constexpr std::size_t kTargetBytesMax = 8 * 1024;   // Else 414.
inline constexpr std::size_t kHeadersMax = 100;            // Else 431.
inline constexpr std::size_t kBodyBytesMax = 1024 * 1024;  // Else 413; a route may allow less.
inline constexpr Duration kHeadTimeMax =
    std::chrono::seconds{10};  // From its first byte: else 408.
inline constexpr Duration kBodyTimeMax = std::chrono::seconds{30};  // Else 408.
inline constexpr Duration kIdleTimeMax = std::chrono::seconds{75};  // Between requests.
inline constexpr Duration kWriteTimeMax = std::chrono::seconds{30};
inline constexpr Duration kHandshakeTimeMax = std::chrono::seconds{10};
inline constexpr std::size_t kConnectionsMax = 4'096;  // What comes beyond is closed at once.
inline constexpr std::size_t kConnectionsPerSourceMax = 2'048;

class HttpServer {
 public:
  // Called once a request; the request lives until the response has been written.
  using AnswerFunction = std::function<net::Task<Response>(Request&)>;

  HttpServer(const net::Executor& executor, AnswerFunction answer,
             const Clock& clock = Clock::system());
  ~HttpServer();

  // Adds a listener; any number, before run(). With port 0 the kernel chooses: returns where it
  // listens. A null `tls` means plain HTTP. Errors: conflict (in use), denied, invalid_argument,
  // io.
  Result<net::Endpoint> listen(const net::Endpoint& on, std::shared_ptr<const net::TlsContext> tls);

  // The local socket, mode 0660. A peer that is root, of this process's own user or in `group` gets
  // Peer::uid; any other peer is a stranger there, too. Errors: as listen().
  Result<void> listen_local(const std::string& path, const std::string& group);

  // For TLS listeners, from the next connection on.
  void replace_tls(std::shared_ptr<const net::TlsContext> tls);

  // Accepts and serves until it is cancelled.
  net::Task<void> run();

  // Serves one connection until it is over. What run() does with each.
  net::Task<void> serve(net::Stream& stream, Peer peer);

  std::size_t connections() const noexcept;

 private:
  struct State;
  struct Door;
  class Place;

  net::Task<void> accept_from(Door& door);
  net::Task<void> welcome(net::StreamPtr stream, Peer peer, std::unique_ptr<Place> place, bool tls);

  std::unique_ptr<State> state_;
};

}  // namespace decnet::api
