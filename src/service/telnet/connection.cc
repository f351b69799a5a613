#include "service/telnet/connection.h"

#include <algorithm>

#include "guest/house.h"

namespace decnet::service::telnet {
namespace {

constexpr Duration kBusyWait{1'000};

}  // namespace

Connection::Connection(session::Session& session, Talk& talk, std::function<void()> keep)
    : session_(session),
      talk_(talk),
      keep_(std::move(keep)),
      reader_(session.stream()),
      last_input_(session.clock().now()),
      ends_at_(session.clock().now() + session.limits().duration_max) {}

bool Connection::is_late() const {
  const TimePoint now = session_.clock().now();
  return now >= ends_at_ || now - last_input_ >= session_.limits().idle_max;
}

Duration Connection::next_wait(bool busy) const {
  if (busy) return kBusyWait;
  TimePoint until = std::min(last_input_ + session_.limits().idle_max, ends_at_);
  if (const auto wakes = talk_.wakes_at()) until = std::min(until, *wakes);
  return std::max(until - session_.clock().now(), kBusyWait);
}

// What comes within `wait`; nothing is no error.
net::Task<Result<void>> Connection::read(Duration wait) {
  Result<void> done;
  if (!talk_.accepts_input()) {
    done = co_await session_.delay(kBusyWait);
    co_return done;
  }
  session_.set_idle_limit(wait);
  done = co_await reader_.fill();
  if (done) {
    last_input_ = session_.clock().now();
    talk_.feed(reader_.buffered());
    reader_.consume(reader_.buffered().size());
  } else if (done.error().code == Errc::timeout) {
    done = Result<void>{};
  }
  co_return done;
}

net::Task<void> Connection::run() {
  TimePoint kept = session_.clock().now();
  Result<void> done;
  while (!is_late()) {
    const bool busy = talk_.poll();
    const std::string output = talk_.take_output();
    if (!output.empty()) done = co_await session_.stream().write(output);
    if (!done || talk_.is_over()) break;
    done = co_await read(next_wait(busy));
    if (!done) break;
    if (talk_.is_logged_in() && session_.clock().now() - kept >= guest::kKeepEvery) {
      kept = session_.clock().now();
      keep_();
    }
  }
  if (talk_.is_logged_in()) keep_();
  if (is_late()) session_.set_end_reason("idle");
  if (!talk_.end_reason().empty()) session_.set_end_reason(talk_.end_reason());
}

}  // namespace decnet::service::telnet
