// Hub: connections and time.
#include "bus/hub.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/counters.h"
#include "base/json.h"
#include "base/log.h"

namespace decnet::bus {
namespace {

constexpr std::uint64_t kListeningTag = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t kEventsPerStep = 128;
constexpr std::size_t kAcceptsPerStep = 64;
constexpr Duration kAcceptRetry = std::chrono::milliseconds{100};
constexpr Connection::Time kNever = Connection::Time::max();

void publish_counters(const BrokerStatistics& totals, std::size_t connections) {
  static Counter& published = counter("bus_published_total", "Events that the broker accepted");
  static Counter& delivered = counter("bus_delivered_total", "Events written to a subscriber");
  static Counter& dropped = counter("bus_dropped_total", "Events dropped for a slow subscriber");
  static Counter& errors = counter("bus_protocol_errors_total", "Clients closed for a bad frame");
  static Counter& refused =
      counter("bus_connections_refused_total", "Clients refused because there are too many");
  static Counter& denied =
      counter("bus_connections_denied_total", "Clients that the allow-list does not let in");
  static Counter& denied_frames =
      counter("bus_frames_denied_total", "Frames of topics that the allow-list does not allow");
  static Counter& pauses = counter("bus_pauses_total", "Times that a publisher was held back");
  static Counter& open = counter("bus_connections", "Clients connected now");
  published.set(totals.published);
  delivered.set(totals.delivered);
  dropped.set(totals.dropped);
  errors.set(totals.protocol_errors);
  refused.set(totals.refused);
  denied.set(totals.denied_connections);
  denied_frames.set(totals.denied_frames);
  pauses.set(totals.pauses);
  open.set(connections);
}

}  // namespace

std::string Connection::label() const {
  return fmt::format("{} (pid {}, uid {}, gid {})", name.empty() ? "an unnamed client" : name,
                     peer.pid, peer.uid, peer.gid);
}

Hub::Hub(UniqueFd epoll, UniqueFd listening, Options options)
    : options_(std::move(options)),
      epoll_(std::move(epoll)),
      listening_(std::move(listening)),
      buffer_(new char[2 * kReadBytes + kBodyPaddingBytes]()),
      now_(options_.clock->monotonic()),
      started_(now_),
      next_health_(now_ + kBusHealthEvery),
      next_drop_warning_(kNever),
      next_frame_end_(kNever) {}

Hub::~Hub() = default;

Result<std::unique_ptr<Hub>> Hub::create(UniqueFd listening, Options options) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return fail_errno(errno, "epoll_create1");
  return std::unique_ptr<Hub>(new Hub(std::move(epoll), std::move(listening), std::move(options)));
}

void Hub::watch(Connection& connection, int operation) const {
  epoll_event event{};
  if (!connection.paused && !connection.backlog) event.events |= EPOLLIN;
  if (connection.blocked) event.events |= EPOLLOUT;
  event.data.u64 = connection.slot;
  ::epoll_ctl(epoll_.get(), operation, connection.fd.get(), &event);
}

// Whether a line about a client that is refused may be written: at most one per kDropWarningEvery.
bool Hub::warn_of_refusal() {
  if (totals_.refused + totals_.denied_connections > 1 &&
      now_ - warned_of_refusal_ < kDropWarningEvery)
    return false;
  warned_of_refusal_ = now_;
  return true;
}

bool Hub::add(UniqueFd socket, Patience patience) {
  const auto peer = net::peer_credentials(socket.get());
  return peer.has_value() && add(std::move(socket), *peer, patience);
}

bool Hub::add(UniqueFd socket, const net::PeerCredentials& peer, Patience patience) {
  if (connections_ >= options_.connections_max) {
    ++totals_.refused;
    if (warn_of_refusal()) log::warn("bus: a client is refused, {} are connected", connections_);
    return false;
  }
  auto made = std::make_unique<Connection>(std::move(socket), peer, options_.queue, patience);
  if (!let_in(*made)) {
    ++totals_.denied_connections;
    if (warn_of_refusal()) log::warn("bus: {} is not let in by the allow-list", made->label());
    return false;
  }
  made->id = ++last_id_;
  made->since = made->taken_at = now_;
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  made->slot = free_slots_.back();
  free_slots_.pop_back();
  watch(*made, EPOLL_CTL_ADD);
  slots_[made->slot] = std::move(made);
  ++connections_;
  return true;
}

void Hub::accept_all() {
  for (std::size_t n = 0; n < kAcceptsPerStep; ++n) {
    UniqueFd fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      add(std::move(fd));
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      // The listening socket stays readable: it is not looked at for a moment.
      log::warn("bus: no client can be accepted: out of descriptors or memory");
      ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listening_.get(), nullptr);
      listening_watched_ = false;
      listen_again_at_ = now_ + kAcceptRetry;
    }
    return;  // EAGAIN, or a client that is gone already.
  }
}

void Hub::close(Connection& connection) {
  if (std::exchange(connection.dead, true)) return;
  connection.fd.reset();
  doomed_.push_back(&connection);
}

void Hub::refuse(Connection& connection, std::string_view reason) {
  if (connection.dead) return;
  ++totals_.protocol_errors;
  log::warn("bus: {} is closed: {}", connection.label(), reason);
  flush(connection);  // What it was told before still counts.
  close(connection);
}

void Hub::bury() {
  for (Connection* dead : std::exchange(doomed_, {})) {
    if (dead->dropped_unsaid > 0) say_drops(*dead);
    for (const auto& text : dead->patterns) {
      const auto pattern = Pattern::parse(text);
      matcher_.remove(*pattern, dead->slot);
    }
    std::erase(paused_, dead);
    std::erase(backlog_, dead);
    const std::uint32_t slot = dead->slot;
    slots_[slot].reset();
    free_slots_.push_back(slot);
    --connections_;
  }
}

Result<std::size_t> Hub::step() {
  now_ = options_.clock->monotonic();
  keep_time();
  const auto waiting = std::exchange(backlog_, {});
  std::array<epoll_event, kEventsPerStep> ready;
  const int count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), 0);
  if (count < 0 && errno != EINTR) return fail_errno(errno, "epoll_wait");
  for (int n = 0; n < count; ++n) {
    const auto [events, data] = ready[static_cast<std::size_t>(n)];
    if (data.u64 == kListeningTag) {
      accept_all();
      continue;
    }
    Connection& connection = *slots_[data.u64];
    if (!connection.dead && (events & EPOLLOUT) != 0) {
      connection.blocked = false;
      flush(connection);
      if (!connection.dead && !connection.blocked) watch(connection, EPOLL_CTL_MOD);
    }
    const bool hung_up = (events & (EPOLLHUP | EPOLLERR)) != 0;
    if (!connection.dead && ((events & EPOLLIN) != 0 || hung_up)) {
      connection.paused = connection.paused && !hung_up;  // It cannot send any more: to its end.
      on_readable(connection);
      end_turn(&connection);
    }
  }
  std::size_t handled = static_cast<std::size_t>(std::max(count, 0));
  for (Connection* connection : waiting) {
    if (!on_backlog(*connection)) continue;
    end_turn(connection);
    ++handled;
  }
  resume_paused();
  bury();
  publish_counters(totals_, connections_);
  return handled;
}

void Hub::keep_time() {
  if (listening_ && !listening_watched_ && now_ >= listen_again_at_) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kListeningTag;
    listening_watched_ = ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, listening_.get(), &event) == 0;
  }
  resume_paused();
  if (now_ >= next_drop_warning_) {
    next_drop_warning_ = kNever;
    for (const auto& connection : slots_)
      if (connection && connection->dropped_unsaid > 0) say_drops(*connection);
  }
  if (now_ >= next_frame_end_) end_slow_frames();
  if (now_ >= next_health_) {
    next_health_ = now_ + kBusHealthEvery;
    publish_health();
  }
}

// A frame that has begun must come to its end, or a byte an hour would hold a connection for ever.
void Hub::end_slow_frames() {
  next_frame_end_ = kNever;
  for (const auto& connection : slots_) {
    if (!connection || connection->dead || connection->partial.empty() || connection->backlog)
      continue;
    const auto end = connection->frame_since + options_.frame_wait;
    if (now_ >= end)
      refuse(*connection, "a frame that does not come to its end");
    else
      next_frame_end_ = std::min(next_frame_end_, end);
  }
}

Connection::Time Hub::next_deadline() const noexcept {
  const auto held = [](const Connection* one) { return one->paused; };
  if (!std::all_of(backlog_.begin(), backlog_.end(), held)) return now_;
  auto next = std::min({next_health_, next_drop_warning_, next_frame_end_});
  for (const Connection* publisher : paused_) next = std::min(next, publisher->paused_until);
  if (listening_ && !listening_watched_) next = std::min(next, listen_again_at_);
  return next;
}

// At most one warning per kDropWarningEvery and connection; what is not said now is said then.
void Hub::say_drops(Connection& connection) {
  if (connection.warned && !connection.dead && now_ - connection.warned_at < kDropWarningEvery) {
    next_drop_warning_ = std::min(next_drop_warning_, connection.warned_at + kDropWarningEvery);
    return;
  }
  connection.warned = true;
  connection.warned_at = now_;
  log::warn("bus: {} is too slow: {} events dropped", connection.label(),
            std::exchange(connection.dropped_unsaid, 0));
}

BrokerStatistics Hub::statistics() const {
  BrokerStatistics out = totals_;
  out.uptime = std::chrono::duration_cast<Duration>(options_.clock->monotonic() - started_);
  out.connections = connections_;
  out.subscriptions = matcher_.size();
  std::vector<const Connection*> slow;
  for (const auto& connection : slots_)
    if (connection && (!connection->out.empty() || connection->dropped > 0))
      slow.push_back(connection.get());
  const auto rank = [](const Connection* one) {
    return std::make_tuple(one->dropped - one->dropped_at_last_health, one->out.bytes(),
                           one->dropped);
  };
  std::sort(slow.begin(), slow.end(),
            [&](const Connection* a, const Connection* b) { return rank(a) > rank(b); });
  slow.resize(std::min(slow.size(), kSlowestShown));
  for (const Connection* one : slow)
    out.slowest.push_back(
        {one->name, one->peer.pid, one->out.frames(), one->out.bytes(), one->dropped});
  return out;
}

void Hub::publish_health() {
  const BrokerStatistics now = statistics();
  const auto micros = to_micros(options_.clock->now());
  JsonWriter json;
  json.begin_object().field("worker", "bus");
  json.key("ts").raw(fmt::format("{}.{:06}", micros / 1'000'000, micros % 1'000'000));
  json.field("pid", ::getpid())
      .field("uptime", std::chrono::duration<double>(now.uptime).count())
      .field("connections", now.connections)
      .field("subscriptions", now.subscriptions)
      .field("published", now.published)
      .field("delivered", now.delivered)
      .field("dropped", now.dropped);
  json.key("slowest").begin_array();
  for (const auto& consumer : now.slowest) {
    json.begin_object()
        .field("name", consumer.name)
        .field("pid", consumer.pid)
        .field("queued_frames", consumer.queued_frames)
        .field("queued_bytes", consumer.queued_bytes)
        .field("dropped", consumer.dropped)
        .end_object();
  }
  json.end_array();
  for (const auto& [name, of] : more_health_) json.key(name).raw(of());
  json.end_object();
  publish(topic::system_bus_health().text(), std::move(json).take());
  for (const auto& connection : slots_)
    if (connection) connection->dropped_at_last_health = connection->dropped;
}

void Hub::show_in_health(std::string name, std::function<std::string()> json) {
  more_health_.emplace_back(std::move(name), std::move(json));
}

void Hub::goodbye() {
  listening_.reset();
  const auto bye = std::make_shared<std::string>();
  append_frame(*bye, Verb::bye, {});
  for (const auto& connection : slots_) {
    if (!connection || connection->dead) continue;
    send(*connection, *bye, bye, Outbox::Kind::answer);
    flush(*connection);
    close(*connection);
  }
  dirty_.clear();
  bury();
}

}  // namespace decnet::bus
