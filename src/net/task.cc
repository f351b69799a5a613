#include "net/task.h"

#include <boost/asio/steady_timer.hpp>

#include "net/cancel.h"

namespace decnet::net {

Task<bool> is_cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() != asio::cancellation_type::none;
}

Task<Result<void>> sleep_for(Duration how_long) {
  if (co_await is_cancelled()) co_return fail(Errc::cancelled, "stopping");
  asio::steady_timer timer(co_await asio::this_coro::executor, how_long);
  const auto [error] = co_await timer.async_wait(as_result);
  if (error) co_return fail(Errc::cancelled, "stopping");
  co_return Result<void>{};
}

}  // namespace decnet::net
