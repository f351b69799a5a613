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
    Waiter mine(waiting_, co_await net::asio::this_coro::executor);
    mine.timer.expires_after(timeout);
    const auto [interrupted] = co_await mine.timer.async_wait(net::as_result);
    if (mine.raised) co_return Result<void>{};
    if (!interrupted) co_return fail(Errc::timeout, "it did not happen in time");
    co_return fail(Errc::cancelled, "stopping");
  }
  void raise() {
    for (Waiter* waiter : waiting_) {
      waiter->raised = true;
      waiter->timer.cancel();
    }
  }

 private:
  // In the list for as long as it lives, which ends with its task in whatever way.
  struct Waiter {
    Waiter(std::list<Waiter*>& list, const net::Executor& executor) : timer(executor), in(list) {
      at = in.insert(in.end(), this);
    }
    ~Waiter() { in.erase(at); }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    net::asio::steady_timer timer;
    bool raised = false;
    std::list<Waiter*>& in;
    std::list<Waiter*>::iterator at;
  };
  std::list<Waiter*> waiting_;
};

}  // namespace decnet::bus
