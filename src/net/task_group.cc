#include "net/task_group.h"

#include <list>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/counters.h"
#include "base/log.h"

namespace decnet::net {
namespace {

void report(const std::string& name, const std::exception_ptr& thrown) {
  static Counter& failures =
      counter("net_task_failures_total", "Tasks that ended with an exception");
  failures.add();
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    log::error("task {} failed: {}", name, error.what());
  } catch (...) {
    log::error("task {} failed", name);
  }
}

Task<void> quietly(Task<void> task) {
  co_await asio::this_coro::throw_if_cancelled(false);  // House code sees cancellation as an Errc.
  co_await std::move(task);
}

}  // namespace

struct TaskGroup::State {
  explicit State(Executor on)
      : executor(std::move(on)), emptied(executor, asio::steady_timer::time_point::max()) {}

  Executor executor;
  std::list<asio::cancellation_signal> children;
  asio::steady_timer emptied;  // Cancelled to wake the joiner.
  bool cancelled = false;
};

TaskGroup::TaskGroup(Executor executor) : state_(std::make_shared<State>(std::move(executor))) {}
TaskGroup::~TaskGroup() {
  cancel();
}

void TaskGroup::spawn(std::string_view name, Task<void> task) {
  if (state_->cancelled) return;
  state_->children.emplace_back();
  const auto child = std::prev(state_->children.end());
  auto finished = [state = state_, child,
                   name = std::string(name)](const std::exception_ptr& thrown) {
    if (thrown) report(name, thrown);
    state->children.erase(child);
    if (state->children.empty()) state->emptied.cancel();
  };
  asio::co_spawn(state_->executor, quietly(std::move(task)),
                 asio::bind_cancellation_slot(child->slot(), std::move(finished)));
}

void TaskGroup::cancel() {
  const auto state = state_;  // A child's last act may destroy this group.
  state->cancelled = true;
  for (auto child = state->children.begin(); child != state->children.end();) {
    const auto next = std::next(child);  // A cancelled child may end, and leave the list, at once.
    child->emit(asio::cancellation_type::terminal);
    child = next;
  }
}

Task<void> TaskGroup::join() {
  const auto state = state_;
  while (!state->children.empty()) co_await state->emptied.async_wait(as_result);
}

std::size_t TaskGroup::size() const noexcept {
  return state_->children.size();
}

}  // namespace decnet::net
