// Runtime: runs workers side by side. Each beats on system.<name>.health, obeys
// system.<name>.control, and is run again after a failure: after 1 s, doubling to 30 s, from 1 s
// again once it has been well for a minute. One never stops another.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/task_group.h"
#include "worker/runtime/worker.h"

namespace decnet::worker {

inline constexpr Duration kRestartFirst = std::chrono::seconds{1};
inline constexpr Duration kRestartLast = std::chrono::seconds{30};
inline constexpr Duration kWellAfter = std::chrono::seconds{60};

class Runtime {
 public:
  Runtime(Context& context, std::string process);
  ~Runtime();

  void add(const Descriptor& descriptor);
  // Stops all and waits until they have ended.
  net::Task<void> stop();

 private:
  struct Entry;
  net::Task<void> supervise(std::shared_ptr<Entry> entry);
  net::Task<void> obey(std::shared_ptr<Entry> entry);
  std::string health_of(const Entry& entry) const;

  Context& context_;
  std::string process_;
  std::vector<std::shared_ptr<Entry>> entries_;
  net::TaskGroup tasks_;
};

}  // namespace decnet::worker
