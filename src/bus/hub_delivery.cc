// Hub: what goes out.
#include <array>
#include <cerrno>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "bus/hub.h"

namespace decnet::bus {
namespace {

constexpr std::size_t kPiecesMax = 256;  // Of one sendmsg().

}  // namespace

void Hub::publish(std::string_view topic, std::string payload) {
  ++totals_.published;
  const auto frame = std::make_shared<std::string>();
  append_frame(
      *frame, Verb::evt, topic,
      make_event_body(
          {std::string(topic), ids_.next(), {}, options_.clock->now(), std::move(payload)}));
  fan_out(topic, *frame, frame, nullptr);
  end_turn(nullptr);
}

void Hub::fan_out(std::string_view topic, std::string_view frame, const SharedBytes& owner,
                  const Connection* from) {
  for (const Matcher::Id slot : matcher_.match(topic)) {
    Connection& to = *slots_[slot];
    if (&to != from && !to.dead) send(to, frame, owner, Outbox::Kind::event);
  }
}

void Hub::send(Connection& to, std::string_view frame, SharedBytes owner, Outbox::Kind kind) {
  if (!std::exchange(to.dirty, true)) dirty_.push_back(&to);
  if (kind == Outbox::Kind::event && !to.out.has_room_for(frame.size())) {
    if (!to.blocked) flush(to);
    if (to.dead) return;
  }
  const std::size_t dropped = to.out.push(frame, std::move(owner), kind);
  if (dropped == 0) return;
  totals_.dropped += dropped;
  to.dropped += dropped;
  to.dropped_unsaid += dropped;
  say_drops(to);
}

void Hub::flush(Connection& connection) {
  std::array<iovec, kPiecesMax> pieces;
  while (!connection.dead && !connection.blocked && !connection.out.empty()) {
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = connection.out.pieces(pieces);
    const auto sent = ::sendmsg(connection.fd.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      const std::size_t queued = connection.out.frames();
      totals_.delivered += connection.out.sent(static_cast<std::size_t>(sent));
      connection.frames_out += queued - connection.out.frames();
      connection.bytes_out += static_cast<std::uint64_t>(sent);
      connection.progress_at = connection.taken_at = now_;
    } else if (errno == EAGAIN) {
      connection.blocked = true;
      watch(connection, EPOLL_CTL_MOD);
    } else if (errno != EINTR) {
      return close(connection);  // The reading side of it says why.
    }
  }
  if (!connection.dead) judge_pace(connection);
}

// Every frame of the turn is queued: one write to each subscriber. What it does not take is copied,
// because the read buffer belongs to the next turn.
void Hub::end_turn(Connection* publisher) {
  for (Connection* subscriber : dirty_) {
    subscriber->dirty = false;
    if (!subscriber->blocked) flush(*subscriber);
    if (subscriber->dead) continue;
    subscriber->out.own_borrowed(borrowed_from_, borrowed_copy_);
    judge_pace(*subscriber);
    if (publisher != nullptr && subscriber->pace == Pace::pressed) pause(*publisher, *subscriber);
  }
  dirty_.clear();
  borrowed_copy_.reset();
}

void Hub::judge_pace(Connection& subscriber) {
  const double fill = subscriber.out.fill();
  if (fill <= kRelaxedFill) {
    subscriber.pace = Pace::keeps_up;
  } else if (subscriber.pace == Pace::keeps_up && fill > kPressedFill) {
    subscriber.pace = subscriber.patience == Patience::none ? Pace::behind : Pace::pressed;
    subscriber.pressed_since = subscriber.progress_at = now_;
  } else if (subscriber.pace == Pace::pressed && (now_ - subscriber.progress_at > kStalledAfter ||
                                                  now_ - subscriber.pressed_since > kBehindAfter)) {
    subscriber.pace = Pace::behind;
  }
}

void Hub::pause(Connection& publisher, const Connection& subscriber) {
  if (publisher.dead || publisher.paused) return;
  ++totals_.pauses;
  publisher.paused = true;
  publisher.paused_until =
      now_ + (now_ - subscriber.taken_at > kSilentAfter ? kPauseForSilent : kPauseMax);
  publisher.paused_for = subscriber.slot;
  paused_.push_back(&publisher);
  watch(publisher, EPOLL_CTL_MOD);
}

void Hub::resume_paused() {
  std::erase_if(paused_, [this](Connection* publisher) {
    const auto& subscriber = slots_[publisher->paused_for];
    const bool waits = publisher->paused && !publisher->dead && now_ < publisher->paused_until &&
                       subscriber && !subscriber->dead && subscriber->pace == Pace::pressed;
    if (waits) return false;
    if (std::exchange(publisher->paused, false) && !publisher->dead)
      watch(*publisher, EPOLL_CTL_MOD);
    return true;
  });
}

}  // namespace decnet::bus
