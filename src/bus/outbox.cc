#include "bus/outbox.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace decnet::bus {
namespace {

constexpr std::size_t kKeptFrames = 64;       // More is given back when the queue is empty.
constexpr std::size_t kCompactFrames = 4096;  // So much dead space before the head is closed up.

}  // namespace

bool Outbox::drop_oldest() noexcept {
  // A frame of which a part is sent stays, and so do answers, of which there are few.
  std::size_t at = head_ + (sent_of_first_ > 0 ? 1 : 0);
  while (at < queue_.size() && queue_[at].kind == Kind::answer) ++at;
  if (at >= queue_.size()) return false;
  bytes_ -= queue_[at].size;
  if (queue_[at].owner == nullptr) --borrowed_;
  for (; at > head_; --at) queue_[at] = std::move(queue_[at - 1]);
  queue_[head_++].owner.reset();
  return true;
}

std::size_t Outbox::push(std::string_view frame, SharedBytes owner, Kind kind) {
  std::size_t dropped = 0;
  if (kind == Kind::event) {
    if (frame.size() > limits_.bytes) return 1;  // Room will never be made for it.
    while (!has_room_for(frame.size()) && drop_oldest()) ++dropped;
    if (!has_room_for(frame.size())) return dropped + 1;
  }
  if (head_ >= kCompactFrames && head_ >= frames()) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  if (owner == nullptr) ++borrowed_;
  if (kind == Kind::answer) ++answers_;
  bytes_ += frame.size();
  queue_.push_back(
      {frame.data(), static_cast<std::uint32_t>(frame.size()), kind, std::move(owner)});
  return dropped;
}

std::size_t Outbox::pieces(std::span<iovec> out) const noexcept {
  std::size_t count = 0;
  std::size_t skip = sent_of_first_;
  for (std::size_t at = head_; at < queue_.size(); ++at) {
    const char* data = queue_[at].data + skip;
    const std::size_t size = queue_[at].size - skip;
    skip = 0;
    if (count > 0) {
      iovec& last = out[count - 1];
      if (static_cast<const char*>(last.iov_base) + last.iov_len == data) {
        last.iov_len += size;
        continue;
      }
    }
    if (count == out.size()) break;
    out[count++] = {const_cast<char*>(data), size};
  }
  return count;
}

std::size_t Outbox::sent(std::size_t bytes) noexcept {
  std::size_t events = 0;
  bytes_ -= bytes;
  bytes += sent_of_first_;
  while (head_ < queue_.size() && bytes >= queue_[head_].size) {
    Queued& first = queue_[head_++];
    bytes -= first.size;
    if (first.kind == Kind::event)
      ++events;
    else
      --answers_;
    if (first.owner == nullptr)
      --borrowed_;
    else
      first.owner.reset();
  }
  sent_of_first_ = bytes;
  if (empty()) give_back();
  return events;
}

void Outbox::give_back() noexcept {
  head_ = 0;
  if (queue_.capacity() > kKeptFrames)
    std::vector<Queued>().swap(queue_);
  else
    queue_.clear();
}

void Outbox::own_borrowed(std::string_view region, SharedBytes& copy) {
  if (borrowed_ == 0) return;
  std::vector<Queued*> borrowed;  // They were the last to come: looked for from the end.
  std::size_t wanted = 0;
  for (std::size_t at = queue_.size(); borrowed.size() < borrowed_;) {
    if (queue_[--at].owner != nullptr) continue;
    borrowed.push_back(&queue_[at]);
    wanted += queue_[at].size;
  }
  borrowed_ = 0;
  if (wanted * 2 >= region.size()) {
    if (copy == nullptr) copy = std::make_shared<const std::string>(region);
    for (Queued* frame : borrowed) {
      frame->data = copy->data() + (frame->data - region.data());
      frame->owner = copy;
    }
    return;
  }
  // A small part of a large buffer gets a copy of its own, or a slow reader would hold far more
  // memory than its queue says.
  const auto own = std::make_shared<std::string>(wanted, '\0');
  char* to = own->data() + wanted;  // Backwards, so that neighbours stay neighbours.
  for (Queued* frame : borrowed) {
    to -= frame->size;
    std::memcpy(to, frame->data, frame->size);
    frame->data = to;
    frame->owner = own;
  }
}

double Outbox::fill() const noexcept {
  return std::max(static_cast<double>(bytes_) / static_cast<double>(limits_.bytes),
                  static_cast<double>(frames()) / static_cast<double>(limits_.frames));
}

}  // namespace decnet::bus
