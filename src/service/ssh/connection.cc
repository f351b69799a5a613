#include "service/ssh/connection.h"

#include <algorithm>

#include "fingerprint/hassh.h"
#include "guest/house.h"

namespace decnet::service::ssh {

using wire::Message;
using wire::Packet;

namespace {

constexpr Duration kBusyWait{1'000};

}  // namespace

Connection::Connection(session::Session& session, const World& world, Host& host,
                       std::function<void()> logged_in)
    : session_(session),
      world_(world),
      host_(host),
      logged_in_(std::move(logged_in)),
      transport_(world),
      login_(session, transport_, world, host),
      reader_(session.stream()),
      grace_ends_(session.clock().now() + kLoginGrace),
      last_input_(session.clock().now()),
      ends_at_(session.clock().now() + session.limits().duration_max) {}

Connection::~Connection() = default;

void Connection::tell_fingerprints() {
  if (fingerprinted_ || transport_.client_kexinit().empty()) return;
  fingerprinted_ = true;
  session_.fingerprint("banner", transport_.client_banner());
  const auto offer = fingerprint::parse_kexinit(transport_.client_kexinit());
  if (offer) {
    session_.fingerprint("hassh", fingerprint::hassh(*offer), fingerprint::hassh_string(*offer));
  }
}

void Connection::enter() {
  userland_ = host_.enter(session_);
  const auto user =
      userland_ != nullptr ? find_user(userland_->files(), login_.user()) : std::optional<User>{};
  if (userland_ == nullptr) return transport_.hang_up();
  const net::Endpoint& peer = session_.stream().peer();
  shell::LoginFacts facts{.user = login_.user(),
                          .peer_ip = peer.ip.text(),
                          .peer_port = peer.port,
                          .how = login_.how(),
                          .key = login_.key()};
  record_ = userland_->record(std::move(facts));
  transport_.begin_connection();
  logged_in_();
  channels_ = std::make_unique<Channels>(session_, transport_, world_, *userland_,
                                         user.value_or(User{login_.user(), {65534, 65534}, "/"}));
  channels_->begin();
  for (const std::string& remark : login_.remarks())
    transport_.send(Message(wire::kDebug).boolean(false).string(remark).string(""));
}

void Connection::handle(const Packet& packet) {
  if (channels_ != nullptr) return channels_->handle(packet);
  login_.handle(packet);
  if (login_.is_done() && !transport_.is_over()) enter();
}

net::Task<Result<void>> Connection::flush() {
  output_ += transport_.take_output();
  Result<void> done;
  if (!output_.empty()) {
    const std::string bytes = std::exchange(output_, {});
    done = co_await session_.stream().write(bytes);
  }
  co_return done;
}

// Everything that has come. An answer that sshd holds back is held back, and what was said before
// it is not.
net::Task<Result<void>> Connection::handle_all() {
  Packet packet;
  for (;;) {
    const auto event = transport_.next(packet);
    tell_fingerprints();
    output_ += transport_.take_output();
    if (event != Transport::Event::message) break;
    handle(packet);
    const Duration pause = login_.take_pause();
    if (pause > Duration{0}) {
      const std::string before = std::exchange(output_, {});
      if (!before.empty()) {
        DECNET_CO_CHECK(co_await session_.stream().write(before));
      }
      DECNET_CO_CHECK(co_await session_.delay(pause));
    }
    output_ += transport_.take_output();
  }
  co_return Result<void>{};
}

void Connection::run_programs() {
  busy_ = false;
  if (channels_ == nullptr || transport_.is_over()) return;
  channels_->pump();
  busy_ = userland_->run();
  busy_ = channels_->pump() || busy_;
}

bool Connection::is_late() const {
  const TimePoint now = session_.clock().now();
  if (now >= ends_at_) return true;
  if (channels_ == nullptr) return now >= grace_ends_;
  return now - last_input_ >= session_.limits().idle_max;
}

Duration Connection::next_wait() {
  const TimePoint now = session_.clock().now();
  if (channels_ == nullptr) return grace_ends_ - now;
  if (busy_) return kBusyWait;
  TimePoint until = std::min(last_input_ + session_.limits().idle_max, ends_at_);
  if (const auto wakes = userland_->wakes_at()) until = std::min(until, *wakes);
  return std::max(until - now, kBusyWait);
}

net::Task<void> Connection::run() {
  const std::shared_ptr<void> visit = co_await host_.visit(session_);
  TimePoint kept = session_.clock().now();
  Result<void> done;
  while (!is_late()) {
    done = co_await flush();
    if (!done || transport_.is_over()) break;
    session_.set_idle_limit(next_wait());
    const auto filled = co_await reader_.fill();
    if (filled) {
      last_input_ = session_.clock().now();
      transport_.feed(reader_.buffered());
      reader_.consume(reader_.buffered().size());
      done = co_await handle_all();
      if (!done) break;
    } else if (filled.error().code != Errc::timeout) {
      break;
    }
    run_programs();
    if (channels_ != nullptr && session_.clock().now() - kept >= guest::kKeepEvery) {
      kept = session_.clock().now();
      host_.keep(session_);
    }
  }
  if (channels_ != nullptr) host_.keep(session_);
  if (is_late() && channels_ == nullptr) session_.set_end_reason("login_timeout");
  if (!transport_.fault().empty() && transport_.fault() != "peer" &&
      login_.is_done() == is_logged_in())
    session_.set_end_reason(transport_.fault());
}

}  // namespace decnet::service::ssh
