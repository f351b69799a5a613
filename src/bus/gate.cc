#include "bus/gate.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "base/counters.h"
#include "bus/bus.h"
#include "bus/publish.h"

namespace decnet::bus {

bool PublishGate::hand(const net::Executor& executor, Topic topic, std::string payload,
                       std::string type) {
  static Counter& dropped = counter("bus_handed_dropped_total",
                                    "Publishes of other threads dropped because the queue to "
                                    "the loop was full");
  const std::lock_guard lock(mutex_);
  if (bus_ == nullptr) return false;
  const std::size_t bytes = topic.text().size() + payload.size() + type.size();
  if (handed_.size() >= kHandedEventsMax || bytes_ + bytes > kHandedBytesMax) {
    dropped.add();
    return false;
  }
  bytes_ += bytes;
  handed_.push_back({std::move(topic), std::move(payload), std::move(type)});
  // Posting under the lock: shut() waits for it, so the loop still stands.
  if (handed_.size() == 1)
    net::asio::post(executor, [self = shared_from_this()] { self->drain(); });
  return true;
}

void PublishGate::drain() {
  std::deque<Handed> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(handed_);
    bytes_ = 0;
  }
  for (const auto& [topic, payload, type] : taken) {
    // A handler may close the bus. Nobody but this thread writes the pointer.
    if (bus_ == nullptr) return;
    bus_->publish(topic, payload, type);
  }
}

void PublishGate::shut() noexcept {
  const std::lock_guard lock(mutex_);
  bus_ = nullptr;
  handed_.clear();
  bytes_ = 0;
}

}  // namespace decnet::bus
