#include "net/wakeup.h"

#include <boost/asio/steady_timer.hpp>

#include "net/cancel.h"

namespace decnet::net {

struct Wakeup::State {
  explicit State(const Executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  bool woken = false;
};

Wakeup::Wakeup(const Executor& executor) : state_(std::make_shared<State>(executor)) {}
Wakeup::~Wakeup() = default;

void Wakeup::wake() {
  if (state_->woken) return;
  state_->woken = true;
  state_->timer.cancel();
}

Task<Result<void>> Wakeup::wait(Duration at_most) {
  const auto state = state_;  // The owner may go while its task still unwinds.
  if (!state->woken) {
    if (co_await is_cancelled()) co_return fail(Errc::cancelled, "stopping");
    state->timer.expires_after(at_most);
    co_await state->timer.async_wait(as_result);
    if (co_await is_cancelled()) co_return fail(Errc::cancelled, "stopping");
  }
  if (!state->woken) co_return fail(Errc::timeout, "nothing happened");
  state->woken = false;
  co_return Result<void>{};
}

}  // namespace decnet::net
