// SendQueue: what a client has not handed to its socket yet. Inside bus.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "base/clock.h"
#include "bus/codec.h"

namespace decnet::bus {

inline constexpr std::size_t kSendBytesMax = 8 * 1024 * 1024;
inline constexpr std::size_t kSendFramesMax = 65'536;
inline constexpr std::size_t kSendBatchBytes = 64 * 1024;  // About so much goes in one write.
// Without a broker an event waits so long, which spans the start of a worker and a restart of the
// broker; what is older would be news no more.
inline constexpr Duration kHeldWithoutBroker = std::chrono::seconds{5};

class SendQueue {
 public:
  using Time = std::chrono::nanoseconds;  // Of the monotonic clock.

  // Appends an event. When the queue is full the oldest event goes; returns how many went.
  std::size_t push_event(std::string_view topic, std::string_view body, Time now);
  // SUB, UNSUB, PING, BYE: never dropped for want of room.
  void push_control(Verb verb, std::string_view args);

  void append(SendQueue&& behind);

  // Takes frames off the front: at least one where there is any, at most about kSendBatchBytes.
  std::string take_batch();

  // The connection is lost: control frames go with it, the next greeting says what is needed.
  void forget_control();
  // Drops the events at the front that were queued kHeldWithoutBroker before `now` or earlier;
  // returns how many. For a queue without control frames.
  std::size_t forget_old(Time now);

  bool empty() const noexcept { return frames_.empty(); }
  std::size_t frames() const noexcept { return frames_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }
  void clear();

 private:
  struct Queued {
    std::string frame;
    Time at;
    bool control;
  };
  void pop(const std::deque<Queued>::iterator& at);

  std::deque<Queued> frames_;
  std::size_t bytes_ = 0;
};

}  // namespace decnet::bus
