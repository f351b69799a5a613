// Publishing from where a bus may be absent, and from other threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bus/bus.h"

namespace decnet::bus {

// Publishes and never fails or throws: no bus, a closed bus and a topic that could not be built are
// a debug line. For code whose work must not depend on the bus.
void publish_safely(Bus* bus, const Topic& topic, std::string_view payload = {},
                    std::string_view type = {}) noexcept;
void publish_safely(Bus* bus, const Result<Topic>& topic, std::string_view payload = {},
                    std::string_view type = {}) noexcept;

inline constexpr std::size_t kHandedEventsMax = 65'536;
inline constexpr std::size_t kHandedBytesMax = 8 * 1024 * 1024;

// Publishes from any thread: hands the event to the bus's loop and returns without waiting. Copies
// share one queue of at most kHandedEventsMax events and kHandedBytesMax bytes; what does not fit
// is dropped (counter bus_handed_dropped_total). Once the bus is closed or gone a publish does
// nothing and schedules nothing on the loop, so a thread may hold its publisher for as long as it
// likes.
class ThreadSafePublisher {
 public:
  // On the bus's thread. `executor` is that of the loop the bus lives on.
  ThreadSafePublisher(Bus& bus, net::Executor executor);

  // Any thread.
  void publish(const Topic& topic, std::string payload = {}, std::string type = {}) noexcept;

 private:
  std::shared_ptr<PublishGate> gate_;
  net::Executor executor_;
};

}  // namespace decnet::bus
