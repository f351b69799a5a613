// Work that blocks (database, argon2, name look-ups, fsync) runs on a pool of threads, off the
// event loop.
//
//   auto read = [&store] { return store.attackers(query); };
//   auto page = co_await run_blocking(pool, read);
//
// The work's own references must live until the task is resumed; a cancelled task waits for its
// work.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>

#include "net/task.h"

namespace decnet::net {

class BlockingPool {
 public:
  BlockingPool(std::string_view name, std::size_t threads);
  ~BlockingPool();  // Waits for what runs.

  // Any thread. Work begins in the order of posting.
  void post(std::function<void()> work);
  std::size_t threads() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

namespace detail {
// Runs `work` on the pool and resumes the caller on its own executor afterwards.
Task<void> run_and_resume(BlockingPool& pool, std::function<void()> work);
}  // namespace detail

// `work` returns a Result; an exception in it becomes Errc::io.
template <class Work>
Task<std::invoke_result_t<Work&>> run_blocking(BlockingPool& pool, Work work) {
  using Outcome = std::invoke_result_t<Work&>;
  std::optional<Outcome> outcome;
  std::function<void()> wrapped = [&outcome, &work] {
    try {
      outcome.emplace(work());
    } catch (const std::exception& error) {
      outcome.emplace(fail(Errc::io, error.what()));
    }
  };
  co_await detail::run_and_resume(pool, wrapped);
  co_return std::move(*outcome);
}

}  // namespace decnet::net
