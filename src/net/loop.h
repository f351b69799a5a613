// Loop: the event loop of a process, and its signals.
//
//   Loop loop;
//   loop.spawn(main_task(loop));
//   loop.run();                    // Returns when nothing is left to do, or after stop().
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "net/task.h"

namespace decnet::net {

class Loop {
 public:
  Loop();
  ~Loop();

  Executor executor() const;
  void spawn(Task<void> task);  // The first task; everything else belongs to a TaskGroup. Its
                                // exception ends the process.
  void run();
  void run_for(Duration at_most);
  void stop();  // Any thread.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Waits for signals of a process (SIGTERM …). From construction on they no longer have their
// default effect.
class Signals {
 public:
  Signals(const Executor& executor, const std::vector<int>& numbers);
  ~Signals();
  Task<Result<int>> next();  // Errors: cancelled.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Runs one task on a loop of its own until it ends, and returns what it returned. For tests and for
// commands of the CLI.
void run_task(Task<void> task);
template <class T>
T run_task(Task<T> task) {
  std::optional<T> out;
  auto keep = [](Task<T> inner, std::optional<T>& result) -> Task<void> {
    result.emplace(co_await std::move(inner));
  };
  run_task(keep(std::move(task), out));
  return std::move(*out);
}

}  // namespace decnet::net
