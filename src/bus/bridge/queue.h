// Queue: events on their way to a NATS server. Here the back-pressure of a slow server, or of none,
// ends: the broker's side only ever pushes, and the oldest event goes when there is no room.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"

namespace decnet::bus::bridge {

inline constexpr std::size_t kQueueBytesMax = 8 * 1024 * 1024;
inline constexpr std::size_t kQueueEventsMax = 65'536;
inline constexpr std::size_t kBatchBytes = 256 * 1024;  // About so much is taken out at a time.
// Older events are no news any more: nobody gets them after an outage. As kHeldWithoutBroker.
inline constexpr Duration kHeldWithoutServer = std::chrono::seconds{5};

struct Outgoing {
  std::string subject;
  std::string body;
  std::chrono::nanoseconds at{0};  // Of the monotonic clock.
};

// Any thread may call anything.
class Queue {
 public:
  struct Limits {
    std::size_t bytes = kQueueBytesMax;  // Of subjects and bodies.
    std::size_t events = kQueueEventsMax;
  };
  explicit Queue(Limits limits) : limits_(limits) {}

  // Never waits. What does not fit costs the oldest ones; what would fit in no queue goes itself.
  void push(Outgoing event);

  // The oldest events, about kBatchBytes of them. Waits for one until wake() is called, for `most`
  // at most.
  std::vector<Outgoing> take(Duration most);
  void wake();

  void forget_old(std::chrono::nanoseconds now);  // Those that have waited kHeldWithoutServer.

  std::uint64_t dropped() const;  // Of all that were pushed: for want of room, or too old.
  std::size_t events() const;
  std::size_t bytes() const;

 private:
  static std::size_t size_of(const Outgoing& event) {
    return event.subject.size() + event.body.size();
  }
  Outgoing pop();

  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable something_;
  std::deque<Outgoing> events_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  bool woken_ = false;
};

}  // namespace decnet::bus::bridge
