#include "api/bus_line.h"

#include <atomic>

#include <boost/asio/post.hpp>

#include "base/counters.h"

namespace decnet::api {

struct BusLine::State {
  State(const net::Executor& on, bus::LazyBus& of) : executor(on), bus(of), tasks(on) {}

  net::Executor executor;
  bus::LazyBus& bus;
  net::TaskGroup tasks;
  std::atomic<std::size_t> handed{0};
  bool closed = false;
};

BusLine::BusLine(const net::Executor& executor, bus::LazyBus& bus)
    : state_(std::make_shared<State>(executor, bus)) {}

BusLine::~BusLine() {
  state_->closed = true;
}

bool BusLine::connected() const noexcept {
  return state_->bus.connected();
}

void BusLine::publish(const bus::Topic& topic, std::string payload) {
  static Counter& dropped =
      counter("api_bus_dropped_total", "Events that the API had no room to publish");
  if (state_->handed.fetch_add(1) >= kBusPublishesMax) {
    state_->handed.fetch_sub(1);
    dropped.add();
    return;
  }
  auto hand = [state = state_, topic, payload = std::move(payload)]() mutable {
    auto send = [](std::shared_ptr<State> of, bus::Topic on, std::string text) -> net::Task<void> {
      co_await of->bus.publish(on, std::move(text));
      of->handed.fetch_sub(1);
    };
    if (state->closed) return;
    state->tasks.spawn("bus publish", send(state, topic, std::move(payload)));
  };
  net::asio::post(state_->executor, std::move(hand));
}

net::Task<Result<bus::Bus*>> BusLine::first() {
  for (;;) {
    auto got = co_await state_->bus.get();
    if (got || got.error().code == Errc::closed || got.error().code == Errc::cancelled)
      co_return got;
    const auto slept = co_await net::sleep_for(kBusAskEvery);
    if (!slept) co_return tl::unexpected(slept.error());
  }
}

net::Task<void> BusLine::close() {
  const auto state = state_;
  state->closed = true;
  co_await state->tasks.join();
  co_await state->bus.close();
}

}  // namespace decnet::api
