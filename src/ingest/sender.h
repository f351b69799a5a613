// Sender: the bounded way of events out of a process (engine, sniffer, mutator, import) to the
// collector.
//
//   Sender sender(clock, {.role = "engine.0"});
//   sender.submit(event);                         // never waits
//   co_await sender.run(std::move(stream));       // until that connection ends; then run() with
//   the next one
//
// Keeps what is not acknowledged, at most kSenderBytesMax. Past that it sheds, oldest first:
// `scan`, then `session.*` and recordings, then other routine events; login.attempt, file.captured
// and decky_mutated go last, when nothing else is left. What was shed is counted exactly and told
// by a `system.log` event as soon as there is room. Lives on the loop's thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "event/event.h"
#include "net/stream.h"

namespace decnet::ingest {

inline constexpr std::size_t kSenderBytesMax = 64U << 20;

struct SenderOptions {
  std::string role;  // Told in HELLO, for logs; what a sender may do is decided by its connection.
  std::size_t bytes_max = kSenderBytesMax;
  std::uint32_t enterprise = 32473;
};

class Sender {
 public:
  Sender(const Clock& clock, SenderOptions options);
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // Queues the event. It is named (this sender's origin, the next seq), unless it comes with an
  // origin and a seq of its own: then the same event can be sent again by another process and is
  // stored once (imports, a decky's life).
  void submit(event::Event event);
  // The same with the content of a captured file, which goes before the line. `sha256` has 32
  // bytes.
  void submit_with_blob(event::Event event, std::string sha256, std::string content);

  // Speaks to one collector until the connection ends or the task is cancelled.
  net::Task<void> run(net::StreamPtr stream);

  std::uint64_t origin() const noexcept { return origin_; }
  std::uint64_t submitted() const noexcept { return next_seq_ - 1; }
  std::uint64_t acknowledged() const noexcept { return acknowledged_; }
  std::uint64_t dropped() const noexcept { return dropped_total_; }
  std::size_t pending() const noexcept { return queue_.size(); }
  std::size_t pending_bytes() const noexcept { return bytes_; }
  // True when nothing waits for an acknowledgement. drained() waits for that. Errors: timeout,
  // cancelled.
  bool idle() const noexcept { return queue_.empty(); }
  net::Task<Result<void>> drained(Duration at_most);

 private:
  enum class Class : std::uint8_t { scan, session, routine, precious };
  struct Blob;
  struct Wake;
  struct Entry {
    std::uint64_t seq = 0;
    Class kind = Class::routine;
    std::string line;
    std::shared_ptr<const Blob> blob;

    std::size_t bytes() const noexcept;
  };

  static Class class_of(std::string_view type) noexcept;
  void push(event::Event event, std::shared_ptr<const Blob> blob);
  void shed();
  void tell_shed();
  void on_ack(std::uint64_t seq);
  net::Task<void> read_acks(net::Stream& stream, std::shared_ptr<Wake> wake);
  net::Task<void> write_lines(net::Stream& stream, std::shared_ptr<Wake> wake);

  const Clock& clock_;
  std::uint64_t origin_ = 0;  // Drawn at random.
  SenderOptions options_;
  std::deque<Entry> queue_;  // Rising seq.
  std::size_t sent_ = 0;     // Entries at the front that this connection has been sent.
  std::size_t bytes_ = 0;
  std::uint64_t next_seq_ = 1;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t dropped_total_ = 0;
  std::array<std::uint64_t, 4> dropped_untold_{};
  std::shared_ptr<Wake> wake_;
};

}  // namespace decnet::ingest
