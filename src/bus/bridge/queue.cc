#include "bus/bridge/queue.h"

#include <utility>

namespace decnet::bus::bridge {

Outgoing Queue::pop() {
  Outgoing out = std::move(events_.front());
  events_.pop_front();
  bytes_ -= size_of(out);
  return out;
}

void Queue::push(Outgoing event) {
  const std::size_t size = size_of(event);
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    if (size > limits_.bytes) {
      ++dropped_;
      return;
    }
    while (bytes_ + size > limits_.bytes || events_.size() >= limits_.events) {
      pop();
      ++dropped_;
    }
    was_empty = events_.empty();
    bytes_ += size;
    events_.push_back(std::move(event));
  }
  if (was_empty) something_.notify_one();
}

std::vector<Outgoing> Queue::take(Duration most) {
  std::vector<Outgoing> out;
  std::unique_lock lock(mutex_);
  something_.wait_for(lock, most, [this] { return woken_ || !events_.empty(); });
  woken_ = false;
  for (std::size_t size = 0; !events_.empty() && size < kBatchBytes;) {
    out.push_back(pop());
    size += size_of(out.back());
  }
  return out;
}

void Queue::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  something_.notify_one();
}

void Queue::forget_old(std::chrono::nanoseconds now) {
  const std::lock_guard lock(mutex_);
  while (!events_.empty() && now - events_.front().at >= kHeldWithoutServer) {
    pop();
    ++dropped_;
  }
}

std::uint64_t Queue::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

std::size_t Queue::events() const {
  const std::lock_guard lock(mutex_);
  return events_.size();
}

std::size_t Queue::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace decnet::bus::bridge
