// BusLine: the API's bus. Connected at first need, closed at the end; while the broker is down
// nobody waits for it (bus/lazy.h).
#pragma once

#include <memory>
#include <string>

#include "bus/lazy.h"
#include "net/task_group.h"

namespace decnet::api {

inline constexpr Duration kBusAskEvery = std::chrono::seconds{2};
inline constexpr std::size_t kBusPublishesMax = 1'024;  // Under way at a time; more are dropped.

class BusLine {
 public:
  BusLine(const net::Executor& executor, bus::LazyBus& bus);
  ~BusLine();

  bool connected() const noexcept;  // On the loop's thread.

  // Any thread. Never waits and never fails (counter api_bus_dropped_total).
  void publish(const bus::Topic& topic, std::string payload);

  // The bus, asked for until there is one. Errors: cancelled, closed.
  net::Task<Result<bus::Bus*>> first();

  // Waits for what is being published, then closes the bus.
  net::Task<void> close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace decnet::api
