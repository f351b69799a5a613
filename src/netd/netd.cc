#include "netd/netd.h"

#include <charconv>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>

#include "base/log.h"
#include "control/links.h"

namespace decnet::netd {
namespace {

constexpr std::string_view kEnginePrefix = "engine.";

UniqueFd duplicate(const UniqueFd& fd) {
  return UniqueFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
}

std::string keep_key(const std::string& decky, const std::string& service, std::uint16_t port,
                     const std::string& ip, std::uint16_t actual_port) {
  return fmt::format("{} {} {} {} {}", decky, service, port, ip, actual_port);
}

std::vector<UniqueFd> one(UniqueFd fd) {
  std::vector<UniqueFd> out;
  out.push_back(std::move(fd));
  return out;
}

void say(control::Channel& to, const control::Message& message,
         std::vector<UniqueFd> descriptors = {}) {
  const auto sent = to.send(message, std::move(descriptors));
  if (!sent && sent.error().code != Errc::closed)
    log::error("a control message was not sent: {}", sent.error().detail);
}

}  // namespace

Netd::Netd(const net::Executor& executor, std::unique_ptr<NetworkDriver> driver)
    : executor_(executor), driver_(std::move(driver)), tasks_(executor) {}

Netd::~Netd() = default;

net::Task<void> Netd::run(control::Channel& supervisor) {
  supervisor_ = &supervisor;
  control::LinkHandlers handlers;
  handlers.link = [this](std::string_view kind, std::string_view peer, UniqueFd socket) {
    on_link(kind, peer, std::move(socket));
  };
  handlers.other = [this](control::Received received) {
    if (const auto* kept = std::get_if<control::Kept>(&received.message);
        kept != nullptr && !received.descriptors.empty()) {
      on_kept(*kept, std::move(received.descriptors.front()));
    }
  };
  co_await control::follow_supervisor(supervisor, std::move(handlers));
  tasks_.cancel();
  co_await tasks_.join();
}

void Netd::on_link(std::string_view kind, std::string_view peer, UniqueFd socket) {
  if (kind != control::kLinkControl) return;
  auto channel = std::make_shared<control::Channel>(executor_, std::move(socket));
  if (peer == "reconciler") {
    core_ = channel;
    tasks_.spawn("core", follow_core(std::move(channel)));
    return;
  }
  std::uint32_t shard = 0;
  if (!peer.starts_with(kEnginePrefix)) return;
  std::from_chars(peer.data() + kEnginePrefix.size(), peer.data() + peer.size(), shard);
  engines_[shard] = channel;
  hand_all(shard);
  if (auto watch = driver_->watch())
    say(*channel, control::PacketSocket{"lo"}, one(*std::move(watch)));
  tasks_.spawn("engine", follow_engine(shard, std::move(channel)));
}

void Netd::on_kept(const control::Kept& kept, UniqueFd socket) {
  Socket adopted{std::make_shared<UniqueFd>(std::move(socket)), 0, {}};
  const auto last = kept.key.rfind(' ');
  if (last == kept.key.npos) return;
  std::from_chars(kept.key.data() + last + 1, kept.key.data() + kept.key.size(),
                  adopted.actual_port);
  kept_[kept.key] = std::move(adopted);
}

net::Task<void> Netd::follow_core(std::shared_ptr<control::Channel> channel) {
  for (;;) {
    auto received = co_await channel->receive();
    if (!received &&
        (received.error().code == Errc::closed || received.error().code == Errc::cancelled))
      co_return;
    if (!received) {
      log::error("a message of core could not be read: {}", received.error().detail);
    } else if (const auto* fleet = std::get_if<control::DesiredFleet>(&received->message)) {
      want(*fleet);
    }
  }
}

void Netd::want(const control::DesiredFleet& part) {
  if (wanted_whole_ || part.version != wanted_.version) wanted_ = {.version = part.version};
  wanted_whole_ = false;
  for (const auto& decky : part.deckies) {
    if (wanted_.deckies.size() < kDeckiesMax) wanted_.deckies.push_back(decky);
  }
  if (part.more) return;
  wanted_whole_ = true;
  apply();
}

void Netd::apply() {
  std::set<std::string> names;
  for (const auto& decky : wanted_.deckies) names.insert(decky.name);
  for (auto at = deckies_.begin(); at != deckies_.end();) {
    if (names.contains(at->first)) {
      ++at;
      continue;
    }
    while (!at->second.sockets.empty())
      close_socket(at->first, at->second, at->second.sockets.begin()->first);
    driver_->remove(at->first);
    at = deckies_.erase(at);
  }
  for (const auto& decky : wanted_.deckies) apply_decky(decky);
  // What was kept for a netd before us and is in no list any more has outlived its decky.
  for (const auto& [key, socket] : kept_) say(*supervisor_, control::Drop{key});
  kept_.clear();
}

void Netd::apply_decky(const control::DesiredDecky& wanted) {
  Decky& have = deckies_[wanted.name];
  const bool moved = !have.ip.empty() && (have.ip != wanted.ip || have.shard != wanted.shard);
  std::set<std::pair<std::string, std::uint16_t>> keys;
  for (const auto& listener : wanted.listeners) keys.emplace(listener.service, listener.port);
  for (auto at = have.sockets.begin(); at != have.sockets.end();) {
    const auto key = (at++)->first;
    if (moved || !keys.contains(key)) close_socket(wanted.name, have, key);
  }
  have.ip = wanted.ip;
  have.shard = wanted.shard;
  std::map<std::string, std::string> failures;
  const auto ip = net::IpAddress::parse(wanted.ip);
  const auto created =
      ip ? driver_->create(wanted.name, *ip) : Result<void>(tl::unexpected(ip.error()));
  for (const auto& listener : wanted.listeners) {
    if (created)
      open_socket(wanted, listener, have);
    else
      failures[listener.service] = created.error().detail;
  }
  tell_core(wanted, have, failures);
}

void Netd::open_socket(const control::DesiredDecky& decky, const control::DesiredListener& wanted,
                       Decky& have) {
  const auto key = std::make_pair(wanted.service, wanted.port);
  Socket& socket = have.sockets[key];
  if (socket.fd) return;
  const std::string prefix =
      fmt::format("{} {} {} {} ", decky.name, wanted.service, wanted.port, decky.ip);
  const auto kept = kept_.lower_bound(prefix);
  if (kept != kept_.end() && kept->first.starts_with(prefix)) {
    socket = std::move(kept->second);
    kept_.erase(kept);
    if (socket.actual_port != wanted.port) socket.reason = "kept from before";
    hand_over(decky.shard, decky.name, wanted.service, wanted.port, socket);
    return;
  }
  auto opened = driver_->listen(decky.name, wanted.port);
  if (!opened) {
    socket.reason = opened.error().detail;
    return;
  }
  socket = {std::make_shared<UniqueFd>(std::move(opened->fd)), opened->actual_port, opened->reason};
  say(*supervisor_,
      control::Keep{
          keep_key(decky.name, wanted.service, wanted.port, decky.ip, socket.actual_port)},
      one(duplicate(*socket.fd)));
  hand_over(decky.shard, decky.name, wanted.service, wanted.port, socket);
}

void Netd::close_socket(const std::string& decky, Decky& have,
                        const std::pair<std::string, std::uint16_t>& key) {
  const auto found = have.sockets.find(key);
  if (found == have.sockets.end()) return;
  if (found->second.fd) {
    say(*supervisor_,
        control::Drop{keep_key(decky, key.first, key.second, have.ip, found->second.actual_port)});
    const auto engine = engines_.find(have.shard);
    if (engine != engines_.end())
      say(*engine->second, control::CloseListener{decky, key.first, key.second});
  }
  have.sockets.erase(found);
}

void Netd::hand_over(std::uint32_t shard, const std::string& decky, const std::string& service,
                     std::uint16_t port, const Socket& socket) {
  const auto engine = engines_.find(shard);
  if (engine == engines_.end() || !socket.fd) return;
  say(*engine->second, control::Listener{decky, service, port, socket.actual_port},
      one(duplicate(*socket.fd)));
}

void Netd::hand_all(std::uint32_t shard) {
  for (const auto& [name, decky] : deckies_) {
    if (decky.shard != shard) continue;
    for (const auto& [key, socket] : decky.sockets)
      hand_over(shard, name, key.first, key.second, socket);
  }
}

void Netd::tell_core(const control::DesiredDecky& wanted, const Decky& have,
                     const std::map<std::string, std::string>& failures) {
  if (!core_) return;
  control::ListenerStates states{.version = wanted_.version, .decky = wanted.name};
  for (const auto& listener : wanted.listeners) {
    control::ListenerState state{.service = listener.service, .port = listener.port};
    const auto socket = have.sockets.find({listener.service, listener.port});
    if (socket != have.sockets.end()) {
      state.actual_port = socket->second.actual_port;
      state.reason = socket->second.reason;
    }
    const auto failure = failures.find(listener.service);
    if (failure != failures.end()) state.reason = failure->second;
    states.listeners.push_back(std::move(state));
  }
  say(*core_, states);
}

}  // namespace decnet::netd
