// TaskGroup: the owner of running tasks. Nobody else starts one (app starts the first).
//
//   TaskGroup group(executor);
//   group.spawn("accept", accept_loop());
//   …
//   group.cancel();
//   co_await group.join();      // Returns when the last task has ended.
//
// Lives on the loop's thread. A task that throws is logged and counted (`net_task_failures_total`),
// the others go on.
#pragma once

#include <memory>
#include <string_view>

#include "net/task.h"

namespace decnet::net {

class TaskGroup {
 public:
  explicit TaskGroup(Executor executor);
  ~TaskGroup();  // Cancels what still runs. Tasks must not outlive what they refer to: join()
                 // first.
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(std::string_view name, Task<void> task);
  void cancel();      // Every task's operation under way fails with Errc::cancelled; tasks spawned
                      // later are dropped.
  Task<void> join();  // One joiner at a time.
  std::size_t size() const noexcept;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace decnet::net
