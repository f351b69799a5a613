#include "net/loop.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace decnet::net {

struct Loop::State {
  asio::io_context context{1};
};

Loop::Loop() : state_(std::make_unique<State>()) {}
Loop::~Loop() = default;

Executor Loop::executor() const {
  return state_->context.get_executor();
}
void Loop::run() {
  state_->context.run();
}
void Loop::run_for(Duration at_most) {
  state_->context.run_for(at_most);
}
void Loop::stop() {
  state_->context.stop();
}

namespace {
Task<void> without_throwing(Task<void> task) {
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await std::move(task);
}
}  // namespace

void Loop::spawn(Task<void> task) {
  asio::co_spawn(state_->context, without_throwing(std::move(task)),
                 [](const std::exception_ptr& thrown) {
                   if (thrown) std::rethrow_exception(thrown);
                 });
}

struct Signals::State {
  explicit State(const Executor& executor) : set(executor) {}
  asio::signal_set set;
};

Signals::Signals(const Executor& executor, const std::vector<int>& numbers)
    : state_(std::make_unique<State>(executor)) {
  for (const int number : numbers) state_->set.add(number);
}
Signals::~Signals() = default;

Task<Result<int>> Signals::next() {
  const auto [error, number] = co_await state_->set.async_wait(as_result);
  if (error) co_return fail(Errc::cancelled, "stopping");
  co_return number;
}

void run_task(Task<void> task) {
  Loop loop;
  loop.spawn(std::move(task));
  loop.run();
}

}  // namespace decnet::net
