// Signal: wakes every task that waits for it, on one loop. Inside bus.
#pragma once

#include <list>

#include <boost/asio/steady_timer.hpp>

#include "net/cancel.h"
#include "net/task.h"

namespace decnet::bus {

class Signal {
 public:
  // Returns at the next raise(). The signal must live until then. Errors: timeout, cancelled.
  net::Task<Result<void>> wait(Duration timeout) {
    if (co_await net::is_cancelled()) co_return fail(Errc::cancelled, "stopping");
    const auto mine = waiting_.emplace(waiting_.end(), co_await net::asio::this_coro::executor);
    mine->timer.expires_after(timeout);
    const auto [interrupted] = co_await mine->timer.async_wait(net::as_result);
    const bool raised = mine->raised;
    waiting_.erase(mine);
    if (raised) co_return Result<void>{};
    if (!interrupted) co_return fail(Errc::timeout, "it did not happen in time");
    co_return fail(Errc::cancelled, "stopping");
  }
  void raise() {
    for (Waiter& waiter : waiting_) {
      waiter.raised = true;
      waiter.timer.cancel();
    }
  }

 private:
  struct Waiter {
    explicit Waiter(const net::Executor& executor) : timer(executor) {}
    net::asio::steady_timer timer;
    bool raised = false;
  };
  std::list<Waiter> waiting_;
};

}  // namespace decnet::bus
