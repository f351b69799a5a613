#include "bus/publish.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/counters.h"
#include "bus/fake_bus.h"
#include "net/loop.h"

namespace decnet::bus {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

const Topic kTopic = topic::attacker_observed();

TEST(PublishSafely, accepts_no_bus_and_no_topic) {
  publish_safely(nullptr, kTopic, "{}");
  publish_safely(nullptr, topic::decky_state("a.b"), "{}");
  FakeBus bus;
  publish_safely(&bus, topic::decky_state("a.b"), "{}");
  EXPECT_THAT(bus.published(), IsEmpty());
}

TEST(PublishSafely, publishes) {
  FakeBus bus;
  publish_safely(&bus, topic::decky_state("web"), R"({"n":1})", "t");
  publish_safely(&bus, kTopic);
  ASSERT_EQ(bus.published().size(), 2U);
  EXPECT_EQ(bus.published()[0].topic(), "decky.web.state");
  EXPECT_EQ(bus.published()[0].type(), "t");
  EXPECT_EQ(bus.published()[1].payload(), "{}");
}

class ThrowingBus final : public Bus {
 public:
  void publish(const Topic&, std::string_view, std::string_view) override {
    throw std::bad_alloc();
  }
  Result<Subscription> subscribe(std::string_view, Handler) override { return Subscription{}; }
  net::Task<Result<void>> flush(Duration) override { co_return Result<void>{}; }
  bool connected() const noexcept override { return true; }
  net::Task<void> close() override { co_return; }
};

TEST(PublishSafely, never_throws) {
  ThrowingBus bus;
  publish_safely(&bus, kTopic);
}

TEST(ThreadSafePublisher, hands_over_in_order_and_on_the_loop) {
  net::Loop loop;
  FakeBus bus;
  const auto loop_thread = std::this_thread::get_id();
  std::vector<std::string> seen;
  const auto subscription = bus.subscribe(">", [&](const Event& event) {
    EXPECT_EQ(std::this_thread::get_id(), loop_thread);
    seen.emplace_back(event.payload());
  });
  ThreadSafePublisher publisher(bus, loop.executor());
  std::vector<std::string> sent;
  for (int n = 0; n < 1000; ++n) sent.push_back(R"({"n":)" + std::to_string(n) + "}");
  std::thread thread([publisher, &sent]() mutable {
    for (const auto& payload : sent) publisher.publish(kTopic, payload, "t");
  });
  thread.join();
  EXPECT_THAT(seen, IsEmpty());
  loop.run();
  EXPECT_EQ(seen, sent);
}

TEST(ThreadSafePublisher, after_close_it_schedules_nothing) {
  auto loop = std::make_unique<net::Loop>();
  FakeBus bus;
  ThreadSafePublisher publisher(bus, loop->executor());
  publisher.publish(kTopic);
  net::run_task(bus.close());
  loop->run();
  loop.reset();  // With the loop gone, a post would crash.
  publisher.publish(kTopic);
  EXPECT_THAT(bus.published(), IsEmpty());
}

TEST(ThreadSafePublisher, outlives_bus_and_loop_while_threads_use_it) {
  for (int round = 0; round < 10; ++round) {
    auto loop = std::make_unique<net::Loop>();
    auto bus = std::make_unique<FakeBus>();
    std::atomic<bool> stop{false};
    std::atomic<int> begun{0};
    std::vector<std::thread> threads;
    for (int n = 0; n < 2; ++n) {
      threads.emplace_back(
          [publisher = ThreadSafePublisher(*bus, loop->executor()), &stop, &begun]() mutable {
            ++begun;
            while (!stop) publisher.publish(kTopic, R"({"n":1})");
          });
    }
    while (begun < 2) std::this_thread::yield();
    loop->run_for(1ms);
    bus.reset();
    loop.reset();
    std::this_thread::yield();
    stop = true;
    for (auto& thread : threads) thread.join();
  }
}

TEST(ThreadSafePublisher, its_queue_is_bounded) {
  net::Loop loop;
  FakeBus bus;
  ThreadSafePublisher publisher(bus, loop.executor());
  const auto& dropped = counter("bus_handed_dropped_total", "");
  const auto before = dropped.value();
  const std::string large = R"({"x":")" + std::string(1024 * 1024, 'x') + R"("})";
  for (int n = 0; n < 10; ++n) publisher.publish(kTopic, large);
  EXPECT_EQ(dropped.value(), before + 3) << "by bytes";
  loop.run();
  EXPECT_EQ(bus.published().size(), 7U);
  for (std::size_t n = 0; n < kHandedEventsMax + 5; ++n) publisher.publish(kTopic);
  EXPECT_EQ(dropped.value(), before + 8) << "by number";
}

TEST(ThreadSafePublisher, a_handler_may_close_the_bus) {
  net::Loop loop;
  auto bus = std::make_unique<FakeBus>();
  int calls = 0;
  const auto subscription = bus->subscribe(">", [&](const Event&) {
    ++calls;
    bus.reset();
  });
  ThreadSafePublisher publisher(*bus, loop.executor());
  publisher.publish(kTopic);
  publisher.publish(kTopic);
  loop.run();
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace decnet::bus
