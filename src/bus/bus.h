// Bus: how workers tell each other *that* something happened. What is true stands in the database.
//
//   auto subscription = bus.subscribe(pattern::kEverySession, inbox);
//   bus.publish(topic::attacker_observed(), payload);                  // payload: a JSON object
//
// Delivery is at most once, fire and forget, without persistence or replay: a lost event may cost
// latency, never correctness, so every consumer also polls. A publish reaches every process that
// subscribed, this one included.
//
// A Bus lives on one event loop and every call is made on its thread; other threads publish through
// a ThreadSafePublisher (publish.h). Made by make_bus() (make_bus.h): UnixBus, NullBus where the
// bus is disabled, FakeBus (fake_bus.h) in tests.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "bus/event.h"
#include "bus/inbox.h"
#include "bus/topic.h"
#include "net/task.h"

namespace decnet::bus {

class PublishGate;

using Handler = std::function<void(const Event&)>;

// Holds a subscription; its end ends the subscription. May outlive the bus.
class [[nodiscard]] Subscription {
 public:
  Subscription() = default;
  explicit Subscription(std::function<void()> unsubscribe) : unsubscribe_(std::move(unsubscribe)) {}
  Subscription(Subscription&& other) noexcept
      : unsubscribe_(std::exchange(other.unsubscribe_, nullptr)) {}
  Subscription& operator=(Subscription&& other) noexcept {
    if (this != &other) {
      cancel();
      unsubscribe_ = std::exchange(other.unsubscribe_, nullptr);
    }
    return *this;
  }
  ~Subscription() { cancel(); }

  void cancel() {
    if (const auto unsubscribe = std::exchange(unsubscribe_, nullptr)) unsubscribe();
  }

 private:
  std::function<void()> unsubscribe_;
};

class Bus {
 public:
  Bus();
  virtual ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  // Sends an event and returns at once. `payload` is the text of a JSON object, or empty for {}.
  // Never an error to the caller: without a broker the event is dropped and counted, after close()
  // too (the first such publish of an instance logs a warning, later ones a debug line). What is
  // not a JSON object, or does not fit in kBodyBytesMax with the other fields, is our own bug:
  // logged as an error and dropped.
  virtual void publish(const Topic& topic, std::string_view payload = {},
                       std::string_view type = {}) = 0;

  // Calls `handler` on the loop for every event whose topic matches; never from inside publish() or
  // subscribe(). Once per subscription that matches. Events of one publisher keep their order.
  // A subscription lives through reconnects. After close() it is accepted and never fires.
  // Errors: invalid_argument (the pattern, see pattern.h), limit.
  virtual Result<Subscription> subscribe(std::string_view pattern, Handler handler) = 0;

  // The same into a queue, for a task that waits. `inbox` may be given to several subscriptions.
  Result<Subscription> subscribe(std::string_view pattern, Inbox& inbox);

  // Returns when the broker has processed everything that this bus sent before: from then on no
  // event for a subscription made before is missed. Errors: timeout, closed, cancelled.
  virtual net::Task<Result<void>> flush(Duration timeout) = 0;

  // True while the broker answers. Without a broker by design (NullBus): false.
  virtual bool connected() const noexcept = 0;

  // Sends what is queued (for at most kCloseWaitMax), says goodbye and ends all subscriptions.
  // Idempotent.
  virtual net::Task<void> close() = 0;

  // For ThreadSafePublisher.
  const std::shared_ptr<PublishGate>& gate() const noexcept { return gate_; }

 protected:
  // First thing in close() and in the destructor of an implementation.
  void shut_gate() noexcept;

 private:
  std::shared_ptr<PublishGate> gate_;
};

inline constexpr Duration kCloseWaitMax = std::chrono::seconds{1};

}  // namespace decnet::bus
