#include "bus/client.h"

#include <chrono>
#include <utility>

#include "bus/client_state.h"

namespace decnet::bus {

UnixBus::UnixBus(const net::Executor& executor, ClientOptions options)
    : state_(std::make_shared<State>(executor, std::move(options))), tasks_(executor) {
  state_->watch_subscriptions();
  tasks_.spawn("bus client", State::run(state_));
}

UnixBus::~UnixBus() {
  shut_gate();
  state_->end();
}

net::Task<Result<std::unique_ptr<Bus>>> UnixBus::connect(ClientOptions options) {
  const net::Executor executor = co_await net::asio::this_coro::executor;
  auto bus = std::make_unique<UnixBus>(executor, std::move(options));
  const auto state = bus->state_;
  while (!state->answered && state->attempts_failed == 0) {
    const auto woken = co_await state->attempted.wait(kGreetingWaitMax);
    if (!woken && woken.error().code == Errc::cancelled) co_return tl::unexpected(woken.error());
  }
  if (state->answered) co_return std::unique_ptr<Bus>(std::move(bus));
  const std::string why = state->last_failure;
  co_await bus->close();
  co_return fail(Errc::unavailable, why);
}

void UnixBus::publish(const Topic& topic, std::string_view payload, std::string_view type) {
  state_->publish(topic, payload, type);
}

Result<Subscription> UnixBus::subscribe(std::string_view pattern, Handler handler) {
  return state_->table->add(pattern, std::move(handler));
}

net::Task<Result<void>> UnixBus::flush(Duration timeout) {
  return State::flush(state_, timeout);
}

bool UnixBus::connected() const noexcept {
  return state_->answered && !state_->closing;
}

net::Task<void> UnixBus::close() {
  shut_gate();
  const auto state = state_;
  if (!std::exchange(state->closing, true)) {
    state->table->close();
    const auto until = std::chrono::steady_clock::now() + kCloseWaitMax;
    state->send_control(Verb::bye, {});
    while (state->established && !state->sent_all) {
      const auto left = until - std::chrono::steady_clock::now();
      if (left <= left.zero()) break;
      if (!co_await state->drained.wait(std::chrono::duration_cast<Duration>(left))) break;
    }
  }
  state->end();
  tasks_.cancel();
  co_await tasks_.join();
}

}  // namespace decnet::bus
