// Load: processes that publish and subscribe at full speed. What they count lies in memory that
// they share; they are forked, and ended by whoever made them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "app/bus/dialect.h"

namespace decnet::app {

inline constexpr std::size_t kLoadSubscribersMax = 64;
inline constexpr std::size_t kLoadPayloadBytes = 128;
inline constexpr std::size_t kLoadBatchBytes = 64 * 1024;  // Of one write of a publisher.

std::int64_t monotonic_nanos();
std::string load_payload();  // A JSON object of kLoadPayloadBytes.

// Shared by the processes of one run. Times are of the monotonic clock.
struct Tally {
  struct alignas(64) PerSubscriber {
    std::atomic<std::uint64_t> received{0};
    std::atomic<std::uint64_t> wrong{0};  // Deliveries that are not what was published.
    std::atomic<std::int64_t> last_at{0};
  };
  alignas(64) std::atomic<std::uint64_t> published{0};
  std::atomic<bool> done{false};  // Nothing more will be published.
  std::atomic<std::int64_t> began_at{0};
  std::atomic<std::int64_t> longest_write{0};
  std::atomic<bool> failed{false};
  PerSubscriber subscribers[kLoadSubscribersMax];
};

struct SharedTally {
  SharedTally();
  ~SharedTally();
  SharedTally(const SharedTally&) = delete;
  SharedTally& operator=(const SharedTally&) = delete;
  Tally* operator->() const noexcept { return tally; }
  Tally* tally;
};

// A process that runs `work` and ends; its own end kills it, and so does that of its maker.
class Forked {
 public:
  explicit Forked(const std::function<void()>& work);
  ~Forked();
  Forked(Forked&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  Forked& operator=(Forked&&) = delete;

  void join();  // Waits for its end.
  pid_t pid() const noexcept { return pid_; }

 private:
  pid_t pid_;
};

struct LoadShape {
  std::vector<std::string> topics;  // Of one length; published in turns.
  double seconds = 3;
  std::uint64_t window =
      0;  // At most so many events that the slowest subscriber has not had; 0: any
};

// Publishes for shape.seconds on a connection that is ready.
void publish_load(const Dialect& dialect, int fd, const LoadShape& shape, std::size_t subscribers,
                  Tally& tally);

// Reads deliveries of `bytes` each, until all that was published is there or nothing comes for
// kLoadSilence after the end. `expected` is how each begins, up to its topic.
void receive_load(int fd, std::size_t bytes, const std::string& begins, std::size_t number,
                  Tally& tally);

// What receive_load() waits for what does not come.
inline constexpr std::int64_t kLoadSilenceNanos = 2'000'000'000;

// Copies bytes between the first two connections to a UNIX socket, both ways: what a broker could
// not be faster than.
void relay_bytes(int listening);

}  // namespace decnet::app
