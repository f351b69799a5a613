#include "net/wakeup.h"

#include <gtest/gtest.h>

#include "net/loop.h"
#include "net/task_group.h"

namespace decnet::net {
namespace {

constexpr Duration kAtOnce{0};
constexpr Duration kLong = std::chrono::minutes{5};

Task<void> wait_into(Wakeup& wakeup, Duration at_most, std::vector<Result<void>>& results) {
  results.push_back(co_await wakeup.wait(at_most));
}

TEST(Wakeup, EndsAWaitThatBeganBefore) {
  Loop loop;
  Wakeup wakeup(loop.executor());
  std::vector<Result<void>> results;
  loop.spawn(wait_into(wakeup, kLong, results));
  auto waker = [](Wakeup& of) -> Task<void> {
    of.wake();
    co_return;
  };
  loop.spawn(waker(wakeup));
  loop.run();
  ASSERT_EQ(results.size(), 1U);
  EXPECT_TRUE(results[0]);
}

TEST(Wakeup, IsKeptForTheNextWaitOnce) {
  Loop loop;
  Wakeup wakeup(loop.executor());
  wakeup.wake();
  wakeup.wake();
  std::vector<Result<void>> results;
  auto twice = [](Wakeup& of, std::vector<Result<void>>& into) -> Task<void> {
    co_await wait_into(of, kLong, into);
    co_await wait_into(of, kAtOnce, into);
  };
  loop.spawn(twice(wakeup, results));
  loop.run();
  ASSERT_EQ(results.size(), 2U);
  EXPECT_TRUE(results[0]);
  ASSERT_FALSE(results[1]);
  EXPECT_EQ(results[1].error().code, Errc::timeout);
}

TEST(Wakeup, WaitEndsWhenItsTaskIsCancelled) {
  Loop loop;
  Wakeup wakeup(loop.executor());
  TaskGroup group(loop.executor());
  std::vector<Result<void>> results;
  group.spawn("waits", wait_into(wakeup, kLong, results));
  auto canceller = [](TaskGroup& of) -> Task<void> {
    of.cancel();
    co_await of.join();
  };
  loop.spawn(canceller(group));
  loop.run();
  ASSERT_EQ(results.size(), 1U);
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().code, Errc::cancelled);
}

}  // namespace
}  // namespace decnet::net
