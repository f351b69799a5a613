// FakeBus, NullBus and Inbox: what tests and installations without a bus rely on.
#include "bus/fake_bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/counters.h"
#include "bus/null_bus.h"
#include "net/loop.h"
#include "net/task_group.h"

namespace decnet::bus {
namespace {

using net::run_task;
using net::Task;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

const Topic kTopic = topic::attacker_observed();

std::vector<std::string> payloads(const std::vector<Event>& events) {
  std::vector<std::string> out;
  for (const Event& event : events) out.emplace_back(event.payload());
  return out;
}

TEST(FakeBus, delivers_at_once_and_remembers) {
  FakeClock clock;
  FakeBus bus(clock);
  std::vector<Event> seen;
  const auto subscription =
      bus.subscribe("attacker.*", [&seen](const Event& event) { seen.push_back(event); });
  bus.publish(kTopic, R"({"n":1})", "t");
  bus.publish(topic::system_log());
  EXPECT_THAT(payloads(seen), ElementsAre(R"({"n":1})"));
  EXPECT_EQ(seen.at(0).type(), "t");
  EXPECT_EQ(seen.at(0).time(), clock.now());
  EXPECT_EQ(seen.at(0).id().size(), 32U);
  EXPECT_THAT(payloads(bus.published()), ElementsAre(R"({"n":1})", "{}"));
  EXPECT_THAT(payloads(bus.published("system.>")), ElementsAre("{}"));
  EXPECT_THAT(bus.published("a..b"), IsEmpty());
}

TEST(FakeBus, what_a_handler_publishes_is_delivered_after_it) {
  FakeBus bus;
  std::vector<std::string> order;
  const auto first = bus.subscribe("attacker.observed", [&](const Event&) {
    order.push_back("in");
    bus.publish(topic::system_log());
    order.push_back("out");
  });
  const auto second = bus.subscribe("system.log", [&](const Event&) { order.push_back("log"); });
  bus.publish(kTopic);
  EXPECT_THAT(order, ElementsAre("in", "out", "log"));
}

TEST(FakeBus, a_subscription_ends_with_its_handle_even_inside_its_handler) {
  FakeBus bus;
  int first_calls = 0;
  int second_calls = 0;
  Subscription second;
  Subscription first = std::move(*bus.subscribe(">", [&](const Event&) {
    ++first_calls;
    second.cancel();
    first.cancel();
  }));
  second = std::move(*bus.subscribe(">", [&](const Event&) { ++second_calls; }));
  EXPECT_EQ(bus.subscriptions(), 2U);
  bus.publish(kTopic);
  bus.publish(kTopic);
  EXPECT_EQ(first_calls, 1);
  EXPECT_EQ(second_calls, 0) << "cancelled before its turn";
  EXPECT_EQ(bus.subscriptions(), 0U);
}

TEST(FakeBus, a_handle_may_outlive_the_bus) {
  Subscription kept;
  {
    FakeBus bus;
    kept = std::move(*bus.subscribe(">", [](const Event&) {}));
  }
  kept.cancel();
}

TEST(FakeBus, closed_it_drops_everything) {
  FakeBus bus;
  int calls = 0;
  const auto subscription = bus.subscribe(">", [&](const Event&) { ++calls; });
  EXPECT_TRUE(bus.connected());
  run_task(bus.close());
  bus.publish(kTopic);
  EXPECT_EQ(calls, 0);
  EXPECT_THAT(bus.published(), IsEmpty());
  EXPECT_FALSE(bus.connected());
  EXPECT_TRUE(bus.subscribe(">", [](const Event&) {}).has_value());
  EXPECT_EQ(run_task(bus.flush(1s)).error().code, Errc::closed);
}

TEST(FakeBus, can_play_a_lost_broker) {
  FakeBus bus;
  bus.set_connected(false);
  EXPECT_FALSE(bus.connected());
  bus.set_connected(true);
  EXPECT_TRUE(bus.connected());
  EXPECT_TRUE(run_task(bus.flush(1s)).has_value());
}

TEST(FakeBus, refuses_what_the_real_one_refuses) {
  FakeBus bus;
  EXPECT_EQ(bus.subscribe("a..b", [](const Event&) {}).error().code, Errc::invalid_argument);
  bus.publish(kTopic, "no json");
  EXPECT_THAT(bus.published(), IsEmpty());
}

TEST(NullBus, takes_everything_and_does_nothing) {
  NullBus bus;
  Inbox inbox;
  const auto subscription = bus.subscribe(">", inbox);
  EXPECT_TRUE(subscription.has_value());
  EXPECT_FALSE(bus.subscribe("a..b", inbox).has_value());
  bus.publish(kTopic);
  EXPECT_EQ(inbox.size(), 0U);
  EXPECT_FALSE(bus.connected());
  EXPECT_TRUE(run_task(bus.flush(1s)).has_value());
  run_task(bus.close());
}

TEST(Inbox, an_event_that_came_before_is_there_at_once) {
  FakeBus bus;
  Inbox inbox;
  const auto one = bus.subscribe("attacker.>", inbox);
  const auto two = bus.subscribe("system.>", inbox);
  bus.publish(kTopic, R"({"n":1})");
  bus.publish(topic::system_log(), R"({"n":2})");
  EXPECT_EQ(inbox.size(), 2U);
  const auto read = [&inbox]() -> Task<void> {
    for (const auto* payload : {R"({"n":1})", R"({"n":2})"}) {
      const auto event = co_await inbox.next();
      EXPECT_EQ(event ? event->payload() : "", payload);
    }
  };
  run_task(read());
}

TEST(Inbox, a_waiting_task_is_woken) {
  FakeBus bus;
  Inbox inbox;
  const auto subscription = bus.subscribe(">", inbox);
  const auto test = [&]() -> Task<void> {
    net::TaskGroup group(co_await net::asio::this_coro::executor);
    bool woken = false;
    const auto wait = [&]() -> Task<void> {
      const auto event = co_await inbox.next(1h);
      woken = event.has_value();
    };
    group.spawn("waiter", wait());
    bus.publish(kTopic);
    co_await group.join();
    EXPECT_TRUE(woken);
  };
  run_task(test());
}

TEST(Inbox, waits_no_longer_than_it_may_and_ends_when_cancelled) {
  Inbox inbox;
  EXPECT_EQ(run_task(inbox.next(1us)).error().code, Errc::timeout);
  const auto test = [&]() -> Task<void> {
    net::TaskGroup group(co_await net::asio::this_coro::executor);
    std::optional<Errc> why;
    const auto wait = [&]() -> Task<void> {
      const auto event = co_await inbox.next();
      why = event.error().code;
    };
    group.spawn("waiter", wait());
    group.cancel();
    co_await group.join();
    EXPECT_EQ(why, Errc::cancelled);
  };
  run_task(test());
}

TEST(Inbox, a_cancelled_task_stops_even_if_events_wait) {
  FakeBus bus;
  Inbox inbox;
  const auto subscription = bus.subscribe(">", inbox);
  const auto test = [&]() -> Task<void> {
    net::TaskGroup group(co_await net::asio::this_coro::executor);
    Errc why{};
    const auto busy = [&]() -> Task<void> {
      for (;;) {
        bus.publish(kTopic);
        const auto event = co_await inbox.next();
        if (!event) {
          why = event.error().code;
          co_return;
        }
        group.cancel();
      }
    };
    group.spawn("busy", busy());
    co_await group.join();
    EXPECT_EQ(why, Errc::cancelled);
  };
  run_task(test());
}

TEST(Inbox, a_task_that_ended_with_its_loop_is_not_woken) {
  FakeBus bus;
  Inbox inbox;
  const auto subscription = bus.subscribe(">", inbox);
  const auto wait = [&]() -> Task<void> { const auto event = co_await inbox.next(); };
  {
    net::Loop loop;
    loop.spawn(wait());
    loop.run_for(1us);
  }
  bus.publish(kTopic);
  EXPECT_EQ(inbox.size(), 1U);
}

TEST(Inbox, holds_its_limit_and_counts) {
  FakeBus bus;
  Inbox inbox(3);
  const auto subscription = bus.subscribe(">", inbox);
  const auto before = counter("bus_inbox_dropped_total", "").value();
  for (int n = 0; n < 5; ++n) bus.publish(kTopic, R"({"n":)" + std::to_string(n) + "}");
  EXPECT_EQ(inbox.size(), 3U);
  EXPECT_EQ(counter("bus_inbox_dropped_total", "").value(), before + 2);
  EXPECT_EQ(run_task(inbox.next(1s))->payload(), R"({"n":2})");
  EXPECT_EQ(inbox.clear(), 2U);
  EXPECT_EQ(inbox.size(), 0U);
}

}  // namespace
}  // namespace decnet::bus
