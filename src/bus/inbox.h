// Inbox: a bounded queue of events for one task that waits for them.
//
//   Inbox inbox;
//   auto subscription = bus.subscribe("attacker.session.*", inbox);
//   for (;;) {
//     auto event = co_await inbox.next(std::chrono::seconds{30});
//     if (!event && event.error().code == Errc::cancelled) co_return;
//     co_await tick();          // Woken by an event or by the slow poll.
//   }
//
// An event that arrives while the task is busy waits in the queue. When it is full the oldest one
// goes (counter bus_inbox_dropped_total).
#pragma once

#include <cstddef>
#include <memory>

#include "bus/event.h"
#include "net/task.h"

namespace decnet::bus {

inline constexpr std::size_t kInboxEventsMax = 1024;

class Inbox {
 public:
  explicit Inbox(std::size_t events_max = kInboxEventsMax);

  // The oldest event. One task waits at a time. Errors: timeout, cancelled.
  net::Task<Result<Event>> next(Duration timeout);
  net::Task<Result<Event>> next();

  std::size_t size() const noexcept;
  std::size_t clear() noexcept;  // Drops what waits, for whoever only wants to be woken.

  // Called by the bus.
  struct State;
  const std::shared_ptr<State>& state() const noexcept { return state_; }
  static void push(State& state, const Event& event);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace decnet::bus
