#include "bus/send_queue.h"

#include <algorithm>
#include <utility>

namespace decnet::bus {

void SendQueue::pop(const std::deque<Queued>::iterator& at) {
  bytes_ -= at->frame.size();
  frames_.erase(at);
}

std::size_t SendQueue::push_event(std::string_view topic, std::string_view body, Time now) {
  std::size_t dropped = 0;
  const std::size_t bytes = frame_bytes(Verb::pub, topic, body);
  while (bytes_ + bytes > kSendBytesMax || frames_.size() >= kSendFramesMax) {
    const auto oldest = std::find_if(frames_.begin(), frames_.end(),
                                     [](const Queued& queued) { return !queued.control; });
    if (oldest == frames_.end()) return dropped + 1;
    pop(oldest);
    ++dropped;
  }
  Queued queued{{}, now, false};
  queued.frame.reserve(bytes);
  append_frame(queued.frame, Verb::pub, topic, body);
  bytes_ += bytes;
  frames_.push_back(std::move(queued));
  return dropped;
}

void SendQueue::push_control(Verb verb, std::string_view args) {
  Queued queued{{}, {}, true};
  append_frame(queued.frame, verb, args);
  bytes_ += queued.frame.size();
  frames_.push_back(std::move(queued));
}

void SendQueue::append(SendQueue&& behind) {
  bytes_ += behind.bytes_;
  for (auto& queued : behind.frames_) frames_.push_back(std::move(queued));
  behind.clear();
}

std::string SendQueue::take_batch() {
  std::string batch;
  while (!frames_.empty() &&
         (batch.empty() || batch.size() + frames_.front().frame.size() <= kSendBatchBytes)) {
    if (batch.empty())
      batch = std::move(frames_.front().frame);
    else
      batch += frames_.front().frame;
    frames_.pop_front();
  }
  bytes_ = frames_.empty() ? 0 : bytes_ - batch.size();
  return batch;
}

void SendQueue::forget_control() {
  std::erase_if(frames_, [this](const Queued& queued) {
    if (queued.control) bytes_ -= queued.frame.size();
    return queued.control;
  });
}

std::size_t SendQueue::forget_old(Time now) {
  std::size_t dropped = 0;
  while (!frames_.empty() && !frames_.front().control &&
         now - frames_.front().at >= kHeldWithoutBroker) {
    pop(frames_.begin());
    ++dropped;
  }
  return dropped;
}

void SendQueue::clear() {
  frames_.clear();
  bytes_ = 0;
}

}  // namespace decnet::bus
