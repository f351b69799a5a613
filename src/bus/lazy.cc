#include "bus/lazy.h"

#include <utility>

#include "bus/client.h"
#include "bus/make_bus.h"
#include "bus/null_bus.h"
#include "bus/publish.h"
#include "bus/signal.h"

namespace decnet::bus {
namespace {

constexpr Duration kAttemptWaitMax = kConnectWaitMax + 2 * kGreetingWaitMax;

}  // namespace

struct LazyBus::State {
  State(Connect how, const Clock& of) : connect(std::move(how)), clock(of) {}

  Connect connect;
  const Clock& clock;
  std::unique_ptr<Bus> bus;
  bool attempting = false;
  bool closed = false;
  std::optional<Error> failure;
  std::chrono::nanoseconds failed_at{0};  // Monotonic: a wall clock that jumps changes nothing.
  Signal finished;                        // An attempt has ended, or all is closed.

  bool remembers_failure() const {
    return failure && clock.monotonic() - failed_at < kFailureMemory;
  }

  // A task of its own, so that a caller that goes away takes nothing from the others.
  static net::Task<void> attempt(std::shared_ptr<State> state) {
    auto made = co_await state->connect();
    state->attempting = false;
    if (made) {
      state->bus = std::move(*made);
      state->failure.reset();
    } else {
      state->failure = made.error();
      state->failed_at = state->clock.monotonic();
    }
    if (state->closed && state->bus) co_await state->bus->close();
    state->finished.raise();
  }
};

LazyBus::LazyBus(const net::Executor& executor, Connect connect, const Clock& clock)
    : state_(std::make_shared<State>(std::move(connect), clock)), attempts_(executor) {}

LazyBus::~LazyBus() = default;

net::Task<Result<Bus*>> LazyBus::get() {
  const auto state = state_;
  if (!state->bus && !state->attempting && !state->closed && !state->remembers_failure()) {
    state->attempting = true;
    attempts_.spawn("bus attempt", State::attempt(state));
  }
  while (state->attempting && !state->closed) {
    const auto woken = co_await state->finished.wait(kAttemptWaitMax);
    if (!woken) co_return tl::unexpected(woken.error());
  }
  if (state->closed) co_return fail(Errc::closed, "the bus is closed");
  if (!state->bus) co_return tl::unexpected(*state->failure);
  co_return state->bus.get();
}

net::Task<void> LazyBus::publish(Topic topic, std::string payload, std::string type) {
  const auto bus = co_await get();
  publish_safely(bus ? *bus : nullptr, topic, payload, type);
}

bool LazyBus::connected() const noexcept {
  return state_->bus && state_->bus->connected();
}

net::Task<void> LazyBus::close() {
  const auto state = state_;
  state->closed = true;
  state->finished.raise();
  if (state->bus) co_await state->bus->close();
  attempts_.cancel();
  co_await attempts_.join();
}

LazyBus::Connect lazy_connect(const BusOptions& options) {
  if (options.enabled) {
    ClientOptions client;
    client.socket = options.socket;
    client.name = options.client_name;
    client.clock = options.clock;
    return [client] { return UnixBus::connect(client); };
  }
  return []() -> net::Task<Result<std::unique_ptr<Bus>>> {
    co_return std::unique_ptr<Bus>(std::make_unique<NullBus>());
  };
}

}  // namespace decnet::bus
