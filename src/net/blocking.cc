#include "net/blocking.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <pthread.h>

namespace decnet::net {

struct BlockingPool::State {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::function<void()>> queue;
  bool stopping = false;
  std::vector<std::thread> threads;

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [this] { return stopping || !queue.empty(); });
      if (queue.empty()) return;
      auto work = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }
};

BlockingPool::BlockingPool(std::string_view name, std::size_t threads)
    : state_(std::make_unique<State>()) {
  for (std::size_t n = 0; n < threads; ++n) {
    state_->threads.emplace_back([state = state_.get()] { state->run(); });
    const std::string title = std::string(name.substr(0, 12)) + "." + std::to_string(n);
    ::pthread_setname_np(state_->threads.back().native_handle(), title.c_str());
  }
}

BlockingPool::~BlockingPool() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->wake.notify_all();
  for (auto& thread : state_->threads) thread.join();
}

void BlockingPool::post(std::function<void()> work) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->queue.push_back(std::move(work));
  }
  state_->wake.notify_one();
}

std::size_t BlockingPool::threads() const noexcept {
  return state_->threads.size();
}

namespace detail {

Task<void> run_and_resume(BlockingPool& pool, std::function<void()> work) {
  struct Waiter {
    explicit Waiter(const Executor& on) : timer(on, asio::steady_timer::time_point::max()) {}
    asio::steady_timer timer;
    bool done = false;
  };
  const Executor executor = co_await asio::this_coro::executor;
  const auto waiter = std::make_shared<Waiter>(executor);
  pool.post([waiter, executor, work = std::move(work)] {
    work();
    asio::post(executor, [waiter] {
      waiter->done = true;
      waiter->timer.cancel();
    });
  });
  // The work refers to the caller's frame, so a cancellation (which ends one wait) must not resume
  // it early.
  while (!waiter->done) co_await waiter->timer.async_wait(as_result);
}

}  // namespace detail
}  // namespace decnet::net
