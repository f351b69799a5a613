#include "bus/heartbeat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bus/fake_bus.h"
#include "net/loop.h"
#include "net/task_group.h"

namespace decnet::bus {
namespace {

using net::run_task;
using net::Task;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

// Runs the heartbeat until it has beaten so often, then cancels it.
std::vector<Event> beats(const HealthExtra& extra, std::size_t count, Duration every,
                         const std::string& worker = "mutator") {
  FakeClock clock;
  FakeBus bus(clock);
  const auto test = [&]() -> Task<void> {
    net::TaskGroup group(co_await net::asio::this_coro::executor);
    group.spawn("heartbeat", run_health_heartbeat(bus, worker, extra, every, clock));
    for (int n = 0; n < 10'000 && bus.published().size() < count && group.size() > 0; ++n) {
      clock.advance(1s);
      const auto slept = co_await net::sleep_for(100us);
    }
    group.cancel();
    co_await group.join();
  };
  run_task(test());
  return bus.published();
}

TEST(Heartbeat, beats_at_once_and_again) {
  const auto once = beats({}, 1, 1h);
  ASSERT_EQ(once.size(), 1U) << "and cancelling it does not hang";
  EXPECT_EQ(once[0].topic(), "system.mutator.health");
  EXPECT_EQ(once[0].payload(), R"({"worker":"mutator","ts":1790000000.000000})");
  EXPECT_GE(beats({}, 3, 1ms).size(), 3U);
  EXPECT_EQ(kHeartbeatEvery, 30s);
  EXPECT_EQ(kHeartbeatStaleAfter, 90s);
}

TEST(Heartbeat, beats_again_when_the_broker_is_back) {
  FakeClock clock;
  FakeBus bus(clock);
  bus.set_connected(false);
  const auto test = [&]() -> Task<void> {
    net::TaskGroup group(co_await net::asio::this_coro::executor);
    group.spawn("heartbeat", run_health_heartbeat(bus, "mutator", {}, 1h, clock));
    for (std::size_t wanted = 1; wanted <= 2; ++wanted) {
      while (bus.published().size() < wanted) {
        const auto slept = co_await net::sleep_for(100us);
      }
      bus.set_connected(true);
    }
    group.cancel();
    co_await group.join();
  };
  run_task(test());
  EXPECT_EQ(bus.published().size(), 2U);
}

TEST(Heartbeat, takes_more_along) {
  const auto extra = [] { return Result<std::string>(R"( {"queue":3,"x":{"y":"}"}} )"); };
  EXPECT_EQ(beats(extra, 1, 1h).at(0).payload(),
            R"({"worker":"mutator","ts":1790000000.000000,"queue":3,"x":{"y":"}"}})");
  const auto nothing = [] { return Result<std::string>("{ }"); };
  EXPECT_EQ(beats(nothing, 1, 1h).at(0).payload(),
            R"({"worker":"mutator","ts":1790000000.000000})");
}

TEST(Heartbeat, an_extra_that_fails_is_swallowed) {
  const auto fails = []() -> Result<std::string> { return fail(Errc::io, "no"); };
  const auto throws = []() -> Result<std::string> { throw std::runtime_error("no"); };
  const auto not_json = [] { return Result<std::string>("{"); };
  const auto no_object = [] { return Result<std::string>("[1]"); };
  for (const HealthExtra& extra :
       {HealthExtra(fails), HealthExtra(throws), HealthExtra(not_json), HealthExtra(no_object)})
    EXPECT_EQ(beats(extra, 1, 1h).at(0).payload(),
              R"({"worker":"mutator","ts":1790000000.000000})");
}

TEST(Heartbeat, a_name_that_no_topic_can_hold_ends_it) {
  EXPECT_THAT(beats({}, 1, 1h, "a.b"), IsEmpty());
}

struct Heard {
  std::optional<Result<StopRequest>> outcome;
  bool still_listening = false;
};

// What the listener makes of these messages; afterwards it is cancelled.
Heard listen(const std::vector<std::string>& messages, const std::string& worker = "mutator") {
  FakeBus bus;
  Heard out;
  const auto follow = [&]() -> Task<void> {
    out.outcome = co_await run_control_listener(bus, worker);
  };
  const auto test = [&]() -> Task<void> {
    net::TaskGroup group(co_await net::asio::this_coro::executor);
    group.spawn("control", follow());
    for (const auto& message : messages) bus.publish(*topic::system_control("mutator"), message);
    // Enough turns of the loop for a task that has something to read.
    for (int n = 0; n < 100 && !out.outcome; ++n) {
      const auto slept = co_await net::sleep_for(10us);
    }
    out.still_listening = !out.outcome;
    group.cancel();
    co_await group.join();
  };
  run_task(test());
  return out;
}

Task<void> cancelled_at_once(Bus& bus) {
  const auto heard = co_await run_control_listener(bus, "mutator");
  EXPECT_EQ(heard.error().code, Errc::cancelled);
}

TEST(ControlListener, a_stop_ends_it) {
  const auto heard = listen({stop_payload("alice \"a\"", TimePoint{5s})});
  EXPECT_FALSE(heard.still_listening);
  ASSERT_TRUE(heard.outcome && *heard.outcome);
  EXPECT_EQ((*heard.outcome)->requested_by, "alice \"a\"");
  EXPECT_EQ(stop_payload("x", TimePoint{5s}),
            R"({"action":"stop","requested_by":"x","ts":5.000000})");
  EXPECT_TRUE(listen({R"({"action":"stop"})"}).outcome->has_value());
}

TEST(ControlListener, anything_else_is_ignored) {
  const auto heard = listen({"{}", R"({"action":"start"})", R"({"action":["stop"]})",
                             R"({"ACTION":"stop"})", R"({"action":"stop "})"});
  EXPECT_TRUE(heard.still_listening);
  ASSERT_TRUE(heard.outcome);
  EXPECT_EQ(heard.outcome->error().code, Errc::cancelled);
}

TEST(Heartbeat, cancelling_it_never_hangs_even_before_its_first_beat) {
  FakeBus bus;
  const auto test = [&]() -> Task<void> {
    net::TaskGroup group(co_await net::asio::this_coro::executor);
    group.spawn("heartbeat", run_health_heartbeat(bus, "mutator", {}, 1h));
    group.spawn("control", cancelled_at_once(bus));
    group.cancel();
    co_await group.join();
  };
  run_task(test());
  EXPECT_LE(bus.published().size(), 1U);
}

TEST(ControlListener, follows_its_own_worker_only) {
  EXPECT_TRUE(listen({stop_payload("x", TimePoint{})}, "other").still_listening);
  EXPECT_EQ(listen({}, "a.b").outcome->error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace decnet::bus
