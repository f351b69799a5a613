#include "bench/ssh_peers.h"

#include <cerrno>

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace decnet::bench {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr int kEventsMax = 256;

void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

SshPeers::SshPeers(std::vector<Target> targets, SshOptions options, std::size_t count,
                   std::size_t sources, std::size_t first_source)
    : targets_(std::move(targets)),
      options_(std::move(options)),
      sources_(std::max<std::size_t>(sources, 1)),
      first_source_(first_source),
      epoll_(::epoll_create1(0)) {
  raise_descriptor_limit();
  for (std::size_t n = 0; n < count; ++n) {
    peers_.push_back(std::make_unique<SshPeer>());
    peers_.back()->number = n;
  }
}

void SshPeers::dial(SshPeer& peer) {
  const std::size_t target = peer.number % targets_.size();
  const std::size_t source = peer.number / targets_.size() % sources_ + first_source_;
  peer.started = SteadyClock::now();
  peer.due = SteadyClock::time_point::max();
  peer.client = std::make_unique<SshClient>(options_);
  peer.out = peer.client->take_output();
  peer.fd = bench::dial(targets_[target], static_cast<std::uint32_t>(source));
  if (!peer.fd) return;
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.ptr = &peer}};
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, peer.fd.get(), &event);
}

void SshPeers::hang_up(SshPeer& peer) {
  if (!peer.is_open()) return;
  if (peer.client->has_keys()) peer.client->disconnect();
  write(peer);
  peer.fd = {};
}

void SshPeers::rest(SshPeer& peer, double seconds) {
  peer.due = SteadyClock::now() + std::chrono::duration_cast<SteadyClock::duration>(
                                      std::chrono::duration<double>(seconds));
}

void SshPeers::write(SshPeer& peer) {
  peer.out += peer.client->take_output();
  while (!peer.out.empty()) {
    const ssize_t sent = ::send(peer.fd.get(), peer.out.data(), peer.out.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // An error shows when it is read.
    peer.out.erase(0, static_cast<std::size_t>(sent));
  }
}

void SshPeers::read(SshPeer& peer) {
  static thread_local std::vector<char> buffer(kReadBytes);
  for (;;) {
    const ssize_t got = ::recv(peer.fd.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      peer.fd = {};
      return;
    }
    peer.client->feed({buffer.data(), static_cast<std::size_t>(got)});
    write(peer);
  }
}

void SshPeers::turn(int millis, const Advance& advance) {
  epoll_event events[kEventsMax];
  const int count = ::epoll_wait(epoll_.get(), events, kEventsMax, millis);
  for (int at = 0; at < count; ++at) {
    auto& peer = *static_cast<SshPeer*>(events[at].data.ptr);
    if (!peer.is_open()) continue;
    write(peer);
    if ((events[at].events & ~static_cast<unsigned>(EPOLLOUT)) != 0) read(peer);
    advance(peer);
    if (peer.is_open()) write(peer);
  }
  const auto now = SteadyClock::now();
  for (const auto& peer : peers_) {
    if (peer->due > now) continue;
    peer->due = SteadyClock::time_point::max();
    advance(*peer);
    if (peer->is_open()) write(*peer);
  }
}

}  // namespace decnet::bench
