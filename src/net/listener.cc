#include "net/listener.h"

#include <cerrno>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/counters.h"
#include "base/log.h"
#include "net/cancel.h"
#include "net/packet_channel.h"
#include "net/sockaddr.h"

namespace decnet::net {
namespace {

constexpr Duration kAcceptRetry = std::chrono::milliseconds{100};

Result<UniqueFd> bind_and_listen(const SocketAddress& address, const std::string& what, int backlog,
                                 int type = SOCK_STREAM) {
  UniqueFd fd(::socket(address.family(), type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fail_errno(errno, "socket");
  const int on = 1;
  if (address.family() != AF_UNIX) ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.family() == AF_INET6)
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(fd.get(), address.get(), address.length) != 0)
    return fail_errno(errno, "listen on " + what);
  if (::listen(fd.get(), backlog) != 0) return fail_errno(errno, "listen on " + what);
  return fd;
}

bool somebody_listens(const SocketAddress& address, int type) {
  const UniqueFd probe(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return probe && (::connect(probe.get(), address.get(), address.length) == 0 || errno == EAGAIN);
}

}  // namespace

Result<UniqueFd> listen_tcp(const Endpoint& on, int backlog) {
  return bind_and_listen(to_sockaddr(on), on.text(), backlog);
}

namespace {

Result<UniqueFd> listen_on_file(const std::string& path, unsigned mode, const std::string& group,
                                int backlog, int type) {
  const SocketAddress address = DECNET_TRY(unix_sockaddr(path));
  if (somebody_listens(address, type))
    return fail(Errc::conflict, "somebody listens on " + path + " already");
  ::unlink(path.c_str());
  const mode_t before = ::umask(0777);  // Nobody can connect until the mode is what it shall be.
  auto fd = bind_and_listen(address, path, backlog, type);
  ::umask(before);
  if (!fd) return fd;
  const struct group* found = group.empty() ? nullptr : ::getgrnam(group.c_str());
  if (found != nullptr && ::chown(path.c_str(), static_cast<uid_t>(-1), found->gr_gid) != 0) {
    log::debug("{} keeps its group: not a member of {}", path, group);
  }
  if (::chmod(path.c_str(), mode) != 0) return fail_errno(errno, "chmod " + path);
  return fd;
}

}  // namespace

Result<UniqueFd> listen_unix(const std::string& path, unsigned mode, const std::string& group,
                             int backlog) {
  return listen_on_file(path, mode, group, backlog, SOCK_STREAM);
}

Result<UniqueFd> listen_packets(const std::string& path, unsigned mode, const std::string& group) {
  constexpr int kBacklog = 64;
  return listen_on_file(path, mode, group, kBacklog, SOCK_SEQPACKET);
}

Result<UniqueFd> connect_packets(const std::string& path) {
  const SocketAddress address = DECNET_TRY(unix_sockaddr(path));
  UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fail_errno(errno, "socket");
  if (::connect(fd.get(), address.get(), address.length) != 0)
    return fail_errno(errno, "connect to " + path);
  return fd;
}

struct Listener::State {
  State(const Executor& executor, UniqueFd fd) : descriptor(executor, fd.release()) {}
  asio::posix::stream_descriptor descriptor;
};

Listener::Listener(const Executor& executor, UniqueFd listening) {
  ::fcntl(listening.get(), F_SETFL, ::fcntl(listening.get(), F_GETFL) | O_NONBLOCK);
  state_ = std::make_shared<State>(executor, std::move(listening));
}

Listener::~Listener() {
  close();
}

void Listener::close() {
  boost::system::error_code ignored;
  state_->descriptor.close(ignored);
}

Endpoint Listener::local() const {
  return name_of(state_->descriptor.native_handle(), ::getsockname);
}

Task<Result<Accepted>> Listener::accept() {
  static Counter& failures =
      counter("net_accept_failures_total", "Accepts that failed for want of descriptors or memory");
  const auto state = state_;
  for (;;) {
    if (!state->descriptor.is_open()) co_return fail(Errc::cancelled, "stopping");
    if (co_await is_cancelled()) co_return fail(Errc::cancelled, "stopping");
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    UniqueFd fd(::accept4(state->descriptor.native_handle(), reinterpret_cast<sockaddr*>(&storage),
                          &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) co_return Accepted{std::move(fd), from_sockaddr(storage)};
    if (errno == EAGAIN) {
      const auto [error] =
          co_await state->descriptor.async_wait(asio::posix::descriptor_base::wait_read, as_result);
      if (error) co_return fail(Errc::cancelled, "stopping");
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      failures.add();
      DECNET_CO_CHECK(co_await sleep_for(kAcceptRetry));
    }
    // Anything else (ECONNABORTED, EPROTO, EINTR) belongs to a connection that is gone already.
  }
}

Result<PeerCredentials> peer_credentials(int fd) {
  ucred found{};
  socklen_t length = sizeof found;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &found, &length) != 0)
    return fail_errno(errno, "SO_PEERCRED");
  return PeerCredentials{found.pid, found.uid, found.gid};
}

}  // namespace decnet::net
