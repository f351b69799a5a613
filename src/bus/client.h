// UnixBus: the bus of a process, over the broker's UNIX socket.
//
// Connects by itself, for as long as it lives: kBackoffFirst after a failure, doubling to
// kBackoffMax, with jitter. On every connection it greets, restores its subscriptions, then sends
// what waits, and counts as connected when the broker has answered a PING behind all that.
// Without a broker a publish costs a place in a bounded queue, where it waits kHeldWithoutBroker.
#pragma once

#include <memory>
#include <string>

#include "bus/backoff.h"
#include "bus/bus.h"
#include "net/task_group.h"

namespace decnet::bus {

inline constexpr Duration kConnectWaitMax = std::chrono::seconds{2};
inline constexpr Duration kGreetingWaitMax = std::chrono::seconds{5};  // For the first PONG.

struct ClientOptions {
  std::string socket;
  std::string name;
  const Clock* clock = &Clock::system();
  Duration backoff_first = kBackoffFirst;
};

class UnixBus final : public Bus {
 public:
  // Begins to connect at once.
  UnixBus(const net::Executor& executor, ClientOptions options);
  ~UnixBus() override;

  // Makes one attempt, and gives the bus only where it worked; from then on it reconnects as any.
  // Errors: unavailable (the detail says why), cancelled.
  static net::Task<Result<std::unique_ptr<Bus>>> connect(ClientOptions options);

  void publish(const Topic& topic, std::string_view payload = {},
               std::string_view type = {}) override;
  using Bus::subscribe;
  Result<Subscription> subscribe(std::string_view pattern, Handler handler) override;
  net::Task<Result<void>> flush(Duration timeout) override;
  bool connected() const noexcept override;
  net::Task<void> close() override;

 private:
  struct State;
  std::shared_ptr<State> state_;  // Shared with its tasks, which may end after it.
  net::TaskGroup tasks_;
};

}  // namespace decnet::bus
