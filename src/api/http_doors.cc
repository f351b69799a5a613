// Where connections come from: listeners, TLS handshakes, who is at the local socket.
#include <algorithm>
#include <array>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "api/http_server.h"
#include "api/http_server_state.h"
#include "base/counters.h"
#include "base/log.h"
#include "net/socket_stream.h"
#include "net/wakeup.h"

namespace decnet::api {
namespace {

constexpr unsigned kLocalSocketMode = 0660;

bool is_in_group(const net::PeerCredentials& peer, const std::string& name) {
  if (name.empty()) return false;
  std::array<char, 16 * 1024> buffer{};
  struct group group {};
  struct group* found = nullptr;
  if (::getgrnam_r(name.c_str(), &group, buffer.data(), buffer.size(), &found) != 0 || !found) {
    return false;
  }
  const gid_t wanted = group.gr_gid;
  if (peer.gid == wanted) return true;
  struct passwd user {};
  struct passwd* known = nullptr;
  if (::getpwuid_r(peer.uid, &user, buffer.data(), buffer.size(), &known) != 0 || !known) {
    return false;
  }
  std::array<gid_t, 256> groups{};
  int count = static_cast<int>(groups.size());
  if (::getgrouplist(user.pw_name, user.pw_gid, groups.data(), &count) < 0) return false;
  return std::find(groups.begin(), groups.begin() + count, wanted) != groups.begin() + count;
}

// Root, this process's own user, and the group's members may do everything.
Peer local_peer(int fd, const std::string& group) {
  Peer peer;
  peer.is_local_socket = true;
  const auto credentials = net::peer_credentials(fd);
  if (credentials && (credentials->uid == 0 || credentials->uid == ::geteuid() ||
                      is_in_group(*credentials, group))) {
    peer.uid = credentials->uid;
  }
  return peer;
}

Counter& open_connections() {
  static Counter& open = counter("api_connections", "Open connections to the API");
  return open;
}

}  // namespace

std::unique_ptr<HttpServer::Place> HttpServer::Place::take(State& state,
                                                           const std::string& source) {
  static Counter& refused =
      counter("api_connections_refused_total", "Connections closed because there were too many");
  const auto at = state.by_source.find(source);
  if (state.connections >= kConnectionsMax ||
      (at != state.by_source.end() && at->second >= kConnectionsPerSourceMax)) {
    refused.add();
    return nullptr;
  }
  ++state.connections;
  ++state.by_source[source];
  open_connections().add();
  return std::unique_ptr<Place>(new Place(state, source));
}

HttpServer::Place::~Place() {
  --state_.connections;
  open_connections().sub();
  const auto at = state_.by_source.find(source_);
  if (--at->second == 0) state_.by_source.erase(at);
}

HttpServer::HttpServer(const net::Executor& executor, AnswerFunction answer, const Clock& clock)
    : state_(std::make_unique<State>(executor, std::move(answer), clock)) {}
HttpServer::~HttpServer() = default;

std::size_t HttpServer::connections() const noexcept {
  return state_->connections;
}

void HttpServer::replace_tls(std::shared_ptr<const net::TlsContext> tls) {
  state_->tls = std::move(tls);
}

Result<net::Endpoint> HttpServer::listen(const net::Endpoint& on,
                                         std::shared_ptr<const net::TlsContext> tls) {
  auto door = std::make_unique<Door>();
  UniqueFd socket = DECNET_TRY(net::listen_tcp(on));
  door->listener = std::make_unique<net::Listener>(state_->executor, std::move(socket));
  door->is_tls = tls != nullptr;
  if (tls != nullptr) state_->tls = std::move(tls);
  const net::Endpoint where = door->listener->local();
  state_->doors.push_back(std::move(door));
  return where;
}

Result<void> HttpServer::listen_local(const std::string& path, const std::string& group) {
  auto door = std::make_unique<Door>();
  UniqueFd socket = DECNET_TRY(net::listen_unix(path, kLocalSocketMode, group));
  door->listener = std::make_unique<net::Listener>(state_->executor, std::move(socket));
  door->is_local_socket = true;
  door->group = group;
  state_->doors.push_back(std::move(door));
  return {};
}

net::Task<void> HttpServer::welcome(net::StreamPtr stream, Peer peer,
                                    [[maybe_unused]] std::unique_ptr<Place> place, bool tls) {
  if (!tls) {
    co_await serve(*stream, std::move(peer));
    co_return;
  }
  net::TlsHello hello;
  stream->set_deadline(state_->clock.now() + kHandshakeTimeMax);
  const auto context = state_->tls;
  auto secure = co_await net::tls_accept(*stream, context, std::string(), hello);
  if (!secure) co_return;
  hello = {};
  peer.is_tls = true;
  co_await serve(**secure, std::move(peer));
  (*secure)->set_deadline(state_->clock.now() + kHandshakeTimeMax);
  co_await (*secure)->shutdown_send();
}

net::Task<void> HttpServer::accept_from(Door& door) {
  net::TaskGroup connections(state_->executor);
  for (;;) {
    auto accepted = co_await door.listener->accept();
    if (!accepted) break;
    Peer peer;
    if (door.is_local_socket) {
      peer = local_peer(accepted->fd.get(), door.group);
    } else {
      peer.address = accepted->peer;
    }
    auto place = Place::take(*state_, peer.source());
    if (place == nullptr) continue;  // Closes it.
    auto stream = net::make_socket_stream(state_->executor, std::move(accepted->fd));
    if (!stream) continue;
    connections.spawn("api connection",
                      welcome(std::move(*stream), std::move(peer), std::move(place), door.is_tls));
  }
  connections.cancel();
  co_await connections.join();
}

net::Task<void> HttpServer::run() {
  net::TaskGroup doors(state_->executor);
  for (const auto& door : state_->doors) doors.spawn("api listener", accept_from(*door));
  net::Wakeup never(state_->executor);
  for (;;) {
    const auto waited = co_await never.wait(kIdleTimeMax);
    if (waited || waited.error().code != Errc::timeout) break;
  }
  doors.cancel();
  co_await doors.join();
}

}  // namespace decnet::api
