// WaitQueue: the processes that wait for one thing to change. Waking means: look again.
#pragma once

#include <algorithm>
#include <vector>

namespace decnet::shell {

class Waiter {
 public:
  virtual void woken() = 0;

 protected:
  ~Waiter() = default;
};

class WaitQueue {
 public:
  void add(Waiter* waiter) { waiters_.push_back(waiter); }
  void remove(Waiter* waiter) { std::erase(waiters_, waiter); }
  void wake() {
    const std::vector<Waiter*> all = std::move(waiters_);
    waiters_.clear();
    for (Waiter* waiter : all) waiter->woken();
  }

 private:
  std::vector<Waiter*> waiters_;
};

}  // namespace decnet::shell
