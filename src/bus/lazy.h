// LazyBus: one bus for a whole process, connected at first need. For the API, whose requests must
// not wait for a broker that is down.
//
//   if (auto bus = co_await lazy.get()) subscription = (*bus)->subscribe(pattern::kEveryHealth,
//   inbox); co_await lazy.publish(topic, payload);          // A drop where there is no bus.
//
// Callers queue behind one attempt. A failed attempt is remembered for kFailureMemory: until then
// everybody gets its error at once, so that a hot path costs at most one attempt in that time. Once
// connected the bus reconnects by itself and get() gives it at once, connected or not.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "bus/bus.h"
#include "net/task_group.h"

namespace decnet::bus {

inline constexpr Duration kFailureMemory = std::chrono::seconds{2};

class LazyBus {
 public:
  // Makes one attempt: usually UnixBus::connect(). Called anew after each failure.
  using Connect = std::function<net::Task<Result<std::unique_ptr<Bus>>>()>;

  LazyBus(const net::Executor& executor, Connect connect, const Clock& clock = Clock::system());
  ~LazyBus();

  // The bus, which lives until close(). Errors: unavailable (or whatever Connect gave), closed,
  // cancelled.
  net::Task<Result<Bus*>> get();

  // get(), and publishes where there is a bus. Never fails.
  net::Task<void> publish(Topic topic, std::string payload = {}, std::string type = {});

  // True while the broker answers. Never makes an attempt: whoever shows this calls get() as often
  // as it wants to know (every 2 s shows a broker that came back within 5 s).
  bool connected() const noexcept;

  // Closes the bus. Afterwards get() fails. Idempotent.
  net::Task<void> close();

 private:
  struct State;
  std::shared_ptr<State> state_;
  net::TaskGroup attempts_;
};

// What make_bus() would make, as a Connect for LazyBus.
struct BusOptions;
LazyBus::Connect lazy_connect(const BusOptions& options);

}  // namespace decnet::bus
