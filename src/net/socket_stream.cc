#include "net/socket_stream.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "net/cancel.h"
#include "net/sockaddr.h"

namespace decnet::net {
namespace {

using Socket = asio::generic::stream_protocol::socket;
constexpr TimePoint kNever = TimePoint::max();

// The timer's handler may run after the stream is gone: what it touches is shared.
struct Shared {
  explicit Shared(const Executor& executor) : socket(executor), timer(executor) {}

  Socket socket;
  asio::steady_timer timer;
  TimePoint armed_for = kNever;
};

// Interrupts the waits of `shared` at `deadline`. Those whose own deadline is later simply wait
// again.
void arm(const std::shared_ptr<Shared>& shared, TimePoint deadline) {
  if (deadline == kNever || shared->armed_for == deadline) return;
  shared->armed_for = deadline;
  shared->timer.expires_after(deadline - Clock::system().now());
  shared->timer.async_wait([shared](boost::system::error_code error) {
    if (error) return;
    shared->armed_for = kNever;
    boost::system::error_code ignored;
    shared->socket.cancel(ignored);
  });
}

class SocketStream final : public Stream {
 public:
  SocketStream(const Executor& executor, UniqueFd fd, int family, const Endpoint& peer)
      : shared_(std::make_shared<Shared>(executor)),
        local_(name_of(fd.get(), ::getsockname)),
        peer_(peer) {
    shared_->socket.assign(asio::generic::stream_protocol(family, 0), fd.release());
    shared_->socket.native_non_blocking(true);
  }
  ~SocketStream() override { close(); }

  Task<Result<std::size_t>> read_some(std::span<char> buffer) override {
    for (;;) {
      if (closed_) co_return fail(Errc::cancelled, "the stream was closed");
      const auto got = ::recv(shared_->socket.native_handle(), buffer.data(), buffer.size(), 0);
      if (got > 0) co_return static_cast<std::size_t>(got);
      if (got == 0) co_return fail(Errc::closed, "the peer has ended the stream");
      if (errno == EINTR) continue;
      if (errno == ECONNRESET) co_return fail(Errc::io, "read: connection reset");
      if (errno != EAGAIN) co_return fail_errno(errno, "read");
      DECNET_CO_CHECK(co_await wait(Socket::wait_read));
    }
  }

  Task<Result<void>> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      if (closed_) co_return fail(Errc::cancelled, "the stream was closed");
      const auto sent =
          ::send(shared_->socket.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      } else if (errno == EAGAIN) {
        DECNET_CO_CHECK(co_await wait(Socket::wait_write));
      } else if (errno != EINTR) {
        co_return fail_errno(errno, "write");
      }
    }
    co_return Result<void>{};
  }

  void set_deadline(TimePoint when) override { deadline_ = when; }

  Task<void> shutdown_send() override {
    if (!closed_) ::shutdown(shared_->socket.native_handle(), SHUT_WR);
    co_return;
  }

  void close() override {
    if (closed_) return;
    closed_ = true;
    boost::system::error_code ignored;
    shared_->socket.close(ignored);
    shared_->timer.cancel();
  }

  void reset() override {
    if (closed_) return;
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(shared_->socket.native_handle(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }

  int descriptor() const override { return closed_ ? -1 : shared_->socket.native_handle(); }
  Endpoint local() const override { return local_; }
  Endpoint peer() const override { return peer_; }

 private:
  Task<Result<void>> wait(Socket::wait_type what) {
    const auto shared = shared_;  // close() by somebody else must not pull it away under the wait.
    const TimePoint deadline = deadline_;
    if (co_await is_cancelled()) co_return fail(Errc::cancelled, "stopping");
    if (deadline <= Clock::system().now()) co_return fail(Errc::timeout, "the deadline passed");
    arm(shared, deadline);
    const auto [error] = co_await shared->socket.async_wait(what, as_result);
    if (closed_) co_return fail(Errc::cancelled, "the stream was closed");
    if (!error) co_return Result<void>{};
    if (co_await is_cancelled()) co_return fail(Errc::cancelled, "stopping");
    if (error != asio::error::operation_aborted) co_return fail_errno(error.value(), "wait");
    if (deadline <= Clock::system().now()) co_return fail(Errc::timeout, "the deadline passed");
    co_return Result<void>{};  // Another operation's deadline woke this one: it tries again.
  }

  std::shared_ptr<Shared> shared_;
  TimePoint deadline_ = kNever;
  bool closed_ = false;
  Endpoint local_;
  Endpoint peer_;
};

Task<Result<StreamPtr>> connect_to(const sockaddr* address, socklen_t length, Duration timeout,
                                   std::string what) {
  UniqueFd fd(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) co_return fail_errno(errno, "socket");
  const int raw = fd.get();
  if (::connect(raw, address, length) != 0 && errno != EINPROGRESS && errno != EAGAIN) {
    co_return fail_errno(errno, "connect to " + what);
  }
  const Executor executor = co_await asio::this_coro::executor;
  auto shared = std::make_shared<Shared>(executor);
  shared->socket.assign(asio::generic::stream_protocol(address->sa_family, 0), fd.release());
  const TimePoint deadline = Clock::system().now() + timeout;
  arm(shared, deadline);
  const auto [waited] = co_await shared->socket.async_wait(Socket::wait_write, as_result);
  shared->timer.cancel();
  if (waited) {
    if (co_await is_cancelled()) co_return fail(Errc::cancelled, "stopping");
    co_return fail(Errc::timeout, "connect to " + what + ": no answer");
  }
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(raw, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) co_return fail_errno(error, "connect to " + what);
  boost::system::error_code ignored;
  UniqueFd connected(shared->socket.release(ignored));
  co_return make_socket_stream(executor, std::move(connected));
}

}  // namespace

Result<StreamPtr> make_socket_stream(const Executor& executor, UniqueFd socket) {
  const Endpoint peer = name_of(socket.get(), ::getpeername);
  return make_socket_stream(executor, Accepted{std::move(socket), peer});
}

Result<StreamPtr> make_socket_stream(const Executor& executor, Accepted accepted) {
  const int fd = accepted.fd.get();
  int family = 0;
  socklen_t size = sizeof family;
  if (::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) != 0)
    return fail_errno(errno, "socket");
  if (family != AF_UNIX) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return StreamPtr(
      std::make_unique<SocketStream>(executor, std::move(accepted.fd), family, accepted.peer));
}

Task<Result<StreamPtr>> connect_tcp(Endpoint to, Duration timeout) {
  const SocketAddress address = to_sockaddr(to);
  co_return co_await connect_to(address.get(), address.length, timeout, to.text());
}

Task<Result<StreamPtr>> connect_unix(std::string path, Duration timeout) {
  DECNET_CO_TRY(const SocketAddress address, unix_sockaddr(path));
  co_return co_await connect_to(address.get(), address.length, timeout, path);
}

}  // namespace decnet::net
