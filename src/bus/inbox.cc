#include "bus/inbox.h"

#include <chrono>
#include <deque>
#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "base/counters.h"
#include "net/cancel.h"

namespace decnet::bus {

struct Inbox::State {
  std::size_t events_max;
  std::deque<Event> events;
  net::asio::steady_timer* waiter = nullptr;  // Of the task that waits.
};

namespace {

// Also when the loop ends and destroys the waiting task: nobody must find its timer then.
class Waiting {
 public:
  Waiting(Inbox::State& state, net::asio::steady_timer& timer) : state_(state) {
    state_.waiter = &timer;
  }
  ~Waiting() { state_.waiter = nullptr; }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  Inbox::State& state_;
};

}  // namespace

Inbox::Inbox(std::size_t events_max) : state_(std::make_shared<State>()) {
  state_->events_max = events_max > 0 ? events_max : 1;
}

void Inbox::push(State& state, const Event& event) {
  static Counter& dropped =
      counter("bus_inbox_dropped_total", "Events dropped because a task's inbox was full");
  if (state.events.size() >= state.events_max) {
    state.events.pop_front();
    dropped.add();
  }
  state.events.push_back(event);
  if (state.waiter != nullptr) state.waiter->cancel();
}

net::Task<Result<Event>> Inbox::next(Duration timeout) {
  const auto state = state_;
  const auto until = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    if (co_await net::is_cancelled()) co_return fail(Errc::cancelled, "stopping");
    if (!state->events.empty()) break;
    net::asio::steady_timer timer(co_await net::asio::this_coro::executor, until);
    const Waiting waiting(*state, timer);
    const auto [interrupted] = co_await timer.async_wait(net::as_result);
    if (!interrupted && state->events.empty()) co_return fail(Errc::timeout, "no event came");
  }
  Event event = std::move(state->events.front());
  state->events.pop_front();
  co_return event;
}

net::Task<Result<Event>> Inbox::next() {
  // A year stands for ever: the clock's own maximum would overflow when it is added to now.
  return next(std::chrono::hours{24 * 365});
}

std::size_t Inbox::size() const noexcept {
  return state_->events.size();
}

std::size_t Inbox::clear() noexcept {
  const std::size_t dropped = state_->events.size();
  state_->events.clear();
  return dropped;
}

}  // namespace decnet::bus
