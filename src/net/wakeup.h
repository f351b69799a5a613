// Wakeup: one task waits for something to do, others on its loop say that there is.
//
//   Wakeup work(executor);
//   work.wake();                                      // never waits
//   co_await work.wait(std::chrono::seconds{1});      // at once if there was a wake since
//
// Wakes are not counted: any number of them before a wait end one wait. Lives on its loop's thread.
#pragma once

#include <memory>

#include "net/task.h"

namespace decnet::net {

class Wakeup {
 public:
  explicit Wakeup(const Executor& executor);
  ~Wakeup();

  void wake();

  // Returns when there was a wake since the last wait. One task waits at a time.
  // Errors: timeout, cancelled.
  Task<Result<void>> wait(Duration at_most);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace decnet::net
