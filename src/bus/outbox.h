// Outbox: the bounded queue of frames to one connection. Inside the broker.
//
// A frame is a view. While the broker handles what it has just read, frames are borrowed from its
// read buffer; what could not be written by the end of that turn is copied (own_borrowed).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/uio.h>

namespace decnet::bus {

inline constexpr std::size_t kQueueBytesMax = 8 * 1024 * 1024;
inline constexpr std::size_t kQueueFramesMax = 65'536;
inline constexpr std::size_t kQueuedPongsMax = 1024;

struct QueueLimits {
  std::size_t bytes = kQueueBytesMax;
  std::size_t frames = kQueueFramesMax;
};

// Bytes that several queues share; null for what is borrowed.
using SharedBytes = std::shared_ptr<const std::string>;

class Outbox {
 public:
  enum class Kind : std::uint8_t { event, answer };

  explicit Outbox(QueueLimits limits) noexcept : limits_(limits) {}

  bool has_room_for(std::size_t bytes) const noexcept {
    return bytes_ + bytes <= limits_.bytes && frames() < limits_.frames;
  }
  // Appends a frame. Where there is no room the oldest event goes, as often as needed, but never
  // one of which a part is sent already; an event for which there is no room even then goes itself.
  // Answers are never dropped. Returns how many events were dropped.
  std::size_t push(std::string_view frame, SharedBytes owner, Kind kind);

  // The front of the queue as pieces for sendmsg(); frames that lie side by side become one piece.
  std::size_t pieces(std::span<iovec> out) const noexcept;
  // So many bytes were sent. Returns how many events are complete by that.
  std::size_t sent(std::size_t bytes) noexcept;

  // Makes borrowed frames independent of `region`, the buffer they lie in. Where much of it is
  // wanted it is copied whole, once for all queues (`copy`, made at first need).
  void own_borrowed(std::string_view region, SharedBytes& copy);

  bool empty() const noexcept { return head_ == queue_.size(); }
  std::size_t frames() const noexcept { return queue_.size() - head_; }
  std::size_t bytes() const noexcept { return bytes_; }  // Not sent yet.
  std::size_t answers() const noexcept { return answers_; }
  // How full it is, 0 … 1, by the limit that is nearer.
  double fill() const noexcept;

 private:
  struct Queued {
    const char* data;
    std::uint32_t size;
    Kind kind;
    SharedBytes owner;
  };
  bool drop_oldest() noexcept;
  void give_back() noexcept;

  QueueLimits limits_;
  std::vector<Queued> queue_;  // From head_ on; what is before it is gone already.
  std::size_t head_ = 0;
  std::size_t sent_of_first_ = 0;
  std::size_t bytes_ = 0;
  std::size_t answers_ = 0;
  std::size_t borrowed_ = 0;
};

}  // namespace decnet::bus
