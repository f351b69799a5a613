// What engines ask for at run time: listeners for data connections, and connections back to a
// session's peer.
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/socket.h>

#include "base/log.h"
#include "net/sockaddr.h"
#include "netd/netd.h"

namespace decnet::netd {
namespace {

void answer(control::Channel& engine, std::uint64_t id, Result<UniqueFd> opened) {
  control::Opened message{.id = id};
  std::vector<UniqueFd> descriptors;
  if (opened)
    descriptors.push_back(*std::move(opened));
  else
    message.error = to_string(opened.error().code);
  const auto sent = engine.send(message, std::move(descriptors));
  if (!sent) log::debug("an engine was gone before its socket was open");
}

// Connects a bound socket; the peer has kConnectTime to answer.
net::Task<Result<UniqueFd>> connect(UniqueFd fd, net::Endpoint to) {
  const auto address = net::to_sockaddr(to);
  if (::connect(fd.get(), address.get(), address.length) != 0 && errno != EINPROGRESS) {
    co_return fail_errno(errno, "connect");
  }
  const net::Executor executor = co_await net::asio::this_coro::executor;
  boost::asio::posix::stream_descriptor waiting(executor, ::dup(fd.get()));
  boost::asio::steady_timer timer(executor, kConnectTime);
  timer.async_wait([&waiting](boost::system::error_code error) {
    if (!error) waiting.cancel();
  });
  const auto [error] =
      co_await waiting.async_wait(boost::asio::posix::descriptor_base::wait_write, net::as_result);
  timer.cancel();
  if (error) co_return fail(Errc::timeout, "the peer does not answer");
  int outcome = 0;
  socklen_t size = sizeof outcome;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &outcome, &size);
  if (outcome != 0) co_return fail_errno(outcome, "connect");
  co_return fd;
}

}  // namespace

net::Task<void> Netd::follow_engine(std::uint32_t shard,
                                    std::shared_ptr<control::Channel> channel) {
  for (;;) {
    auto received = co_await channel->receive();
    if (!received &&
        (received.error().code == Errc::closed || received.error().code == Errc::cancelled))
      break;
    if (!received) {
      log::error("a message of engine.{} could not be read: {}", shard, received.error().detail);
    } else if (const auto* passive = std::get_if<control::OpenPassive>(&received->message)) {
      open_passive(*channel, *passive);
    } else if (auto* back = std::get_if<control::ConnectBack>(&received->message)) {
      if (received->descriptors.empty()) {
        answer(*channel, back->id, fail(Errc::denied, "no session was shown"));
      } else if (connects_ >= kConnectsMax) {
        answer(*channel, back->id, fail(Errc::limit, "too many connections are being made"));
      } else {
        tasks_.spawn("connect back", connect_back(channel, std::move(*back),
                                                  std::move(received->descriptors.front())));
      }
    }
  }
  const auto found = engines_.find(shard);
  if (found != engines_.end() && found->second == channel) engines_.erase(found);
}

void Netd::open_passive(control::Channel& engine, const control::OpenPassive& asked) {
  if (!deckies_.contains(asked.decky))
    return answer(engine, asked.id, fail(Errc::denied, "no such decky"));
  answer(engine, asked.id, driver_->listen_any(asked.decky));
}

net::Task<void> Netd::connect_back(std::shared_ptr<control::Channel> engine,
                                   control::ConnectBack asked, UniqueFd session_socket) {
  ++connects_;
  const net::Endpoint session_local = net::name_of(session_socket.get(), ::getsockname);
  const net::Endpoint session_peer = net::name_of(session_socket.get(), ::getpeername);
  const auto decky = deckies_.find(asked.decky);
  const bool own = decky != deckies_.end() && session_peer.port != 0 &&
                   session_local.ip.text() == decky->second.ip;
  auto bound = driver_->bound(asked.decky, asked.source_port);
  // A source port below 1024 may be out of reach: then any other.
  if (!bound && asked.source_port != 0) bound = driver_->bound(asked.decky, 0);
  if (!own || !bound) {
    answer(*engine, asked.id, fail(Errc::denied, "not a session of that decky"));
  } else {
    const net::Endpoint to{session_peer.ip, asked.port};
    answer(*engine, asked.id, co_await connect(*std::move(bound), to));
  }
  --connects_;
}

}  // namespace decnet::netd
