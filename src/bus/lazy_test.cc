#include "bus/lazy.h"

#include <gtest/gtest.h>

#include "bus/fake_bus.h"
#include "bus/make_bus.h"
#include "bus/signal.h"
#include "net/loop.h"

namespace decnet::bus {
namespace {

using net::Task;
using namespace std::chrono_literals;

class LazyBusTest : public testing::Test {
 protected:
  // An attempt takes as long as the test says, and fails while the broker is down.
  Task<Result<std::unique_ptr<Bus>>> attempt() {
    ++attempts;
    while (held) {
      const auto woken = co_await release.wait(1h);
      if (!woken) co_return tl::unexpected(woken.error());
    }
    if (down) co_return fail(Errc::unavailable, "no broker");
    auto made = std::make_unique<FakeBus>();
    bus = made.get();
    co_return std::unique_ptr<Bus>(std::move(made));
  }
  LazyBus make() {
    return {loop.executor(), [this] { return attempt(); }, clock};
  }
  void run(Task<void> test) {
    loop.spawn(std::move(test));
    loop.run();
  }

  net::Loop loop;
  FakeClock clock;
  bool down = false;
  bool held = false;
  Signal release;
  int attempts = 0;
  FakeBus* bus = nullptr;
};

TEST_F(LazyBusTest, connects_at_first_need_and_once) {
  LazyBus lazy = make();
  EXPECT_EQ(attempts, 0);
  EXPECT_FALSE(lazy.connected());
  const auto test = [&]() -> Task<void> {
    const auto first = co_await lazy.get();
    EXPECT_EQ(first ? *first : nullptr, bus);
    const auto second = co_await lazy.get();
    EXPECT_EQ(second ? *second : nullptr, bus);
    co_await lazy.publish(topic::attacker_observed());
    EXPECT_EQ(bus->published().size(), 1U);
    EXPECT_EQ(attempts, 1);
    EXPECT_TRUE(lazy.connected());
    bus->set_connected(false);
    EXPECT_FALSE(lazy.connected());
    EXPECT_TRUE((co_await lazy.get()).has_value()) << "it reconnects by itself";
    EXPECT_EQ(attempts, 1);
    co_await lazy.close();
  };
  run(test());
}

TEST_F(LazyBusTest, callers_queue_behind_one_attempt) {
  LazyBus lazy = make();
  held = true;
  int served = 0;
  const auto caller = [&]() -> Task<void> {
    const auto got = co_await lazy.get();
    served += got.has_value();
  };
  const auto test = [&]() -> Task<void> {
    net::TaskGroup group(loop.executor());
    for (int n = 0; n < 20; ++n) group.spawn("caller", caller());
    held = false;
    release.raise();
    co_await group.join();
    EXPECT_EQ(served, 20);
    EXPECT_EQ(attempts, 1);
    co_await lazy.close();
  };
  run(test());
}

TEST_F(LazyBusTest, a_caller_that_goes_away_takes_nothing_from_the_others) {
  LazyBus lazy = make();
  held = true;
  std::optional<Errc> first;
  bool second = false;
  const auto impatient = [&]() -> Task<void> {
    const auto got = co_await lazy.get();
    first = got.error().code;
  };
  const auto patient = [&]() -> Task<void> {
    const auto got = co_await lazy.get();
    second = got.has_value();
  };
  const auto test = [&]() -> Task<void> {
    net::TaskGroup leaving(loop.executor());
    net::TaskGroup staying(loop.executor());
    leaving.spawn("impatient", impatient());
    staying.spawn("patient", patient());
    leaving.cancel();
    co_await leaving.join();
    held = false;
    release.raise();
    co_await staying.join();
    EXPECT_EQ(first, Errc::cancelled);
    EXPECT_TRUE(second);
    EXPECT_EQ(attempts, 1);
    co_await lazy.close();
  };
  run(test());
}

TEST_F(LazyBusTest, a_failure_is_remembered_for_two_seconds_of_the_monotonic_clock) {
  LazyBus lazy = make();
  down = true;
  EXPECT_EQ(kFailureMemory, 2s);
  const auto test = [&]() -> Task<void> {
    for (int n = 0; n < 100; ++n) {
      co_await lazy.publish(topic::attacker_observed());
      const auto got = co_await lazy.get();
      EXPECT_TRUE(!got && got.error().code == Errc::unavailable);
      EXPECT_EQ(attempts, 1);
      clock.advance(19'999us);
    }
    down = false;
    const auto still = co_await lazy.get();
    EXPECT_FALSE(still.has_value()) << "1.9999 s later";
    clock.advance(100us);
    const auto got = co_await lazy.get();
    EXPECT_TRUE(got.has_value());
    EXPECT_EQ(attempts, 2);
    co_await lazy.close();
  };
  run(test());
}

TEST_F(LazyBusTest, closed_it_gives_nothing_any_more) {
  LazyBus lazy = make();
  const auto test = [&]() -> Task<void> {
    const auto got = co_await lazy.get();
    EXPECT_TRUE(got.has_value());
    co_await lazy.close();
    EXPECT_FALSE(lazy.connected());
    const auto after = co_await lazy.get();
    EXPECT_TRUE(!after && after.error().code == Errc::closed);
    co_await lazy.publish(topic::attacker_observed());
    co_await lazy.close();
    EXPECT_EQ(attempts, 1);
  };
  run(test());
}

TEST_F(LazyBusTest, may_be_closed_during_an_attempt) {
  LazyBus lazy = make();
  held = true;
  std::optional<Errc> why;
  const auto caller = [&]() -> Task<void> {
    const auto got = co_await lazy.get();
    why = got.error().code;
  };
  const auto test = [&]() -> Task<void> {
    net::TaskGroup group(loop.executor());
    group.spawn("caller", caller());
    EXPECT_EQ(attempts, 1);
    co_await lazy.close();
    co_await group.join();
    EXPECT_EQ(why, Errc::closed);
  };
  run(test());
}

TEST_F(LazyBusTest, is_made_from_the_configuration) {
  BusOptions options;
  options.socket = "/nonexistent/bus.sock";
  LazyBus lazy(loop.executor(), lazy_connect(options));
  options.enabled = false;
  LazyBus off(loop.executor(), lazy_connect(options));
  const auto test = [&]() -> Task<void> {
    const auto nobody = co_await lazy.get();
    EXPECT_TRUE(!nobody && nobody.error().code == Errc::unavailable);
    const auto null = co_await off.get();
    EXPECT_TRUE(null.has_value());
    EXPECT_FALSE(off.connected());
    co_await lazy.close();
    co_await off.close();
  };
  run(test());
}

}  // namespace
}  // namespace decnet::bus
