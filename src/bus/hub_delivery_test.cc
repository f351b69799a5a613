// Slow subscribers, fast publishers, and what the broker says about itself.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bus/hub_fixture.h"

namespace decnet::bus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

constexpr std::size_t kFrames = 1000;

class SlowSubscriber : public HubTest {
 protected:
  SlowSubscriber() : HubTest({.bytes = kQueueBytesMax, .frames = kFrames}) {}

  // One event whose payload has a number and is large enough that a socket takes only some hundred.
  void publish(RawClient& from, std::size_t number) {
    const std::string payload =
        R"({"n":)" + std::to_string(number) + R"(,"x":")" + std::string(700, 'x') + R"("})";
    from.say(Verb::pub, "a", body("a", payload));
  }
  // Publishes until the hub's queue for the subscriber that does not read holds `frames`, and a
  // judgement of its pace stands.
  void stuff(RawClient& from, std::size_t frames) {
    for (; queued() < frames; publish(from, ++published), settle()) {
      ASSERT_LT(published, 100'000U);
      clock.advance(kPauseMax);  // A publisher that is held back may go on.
    }
  }
  std::size_t queued() {
    const auto slowest = hub->statistics().slowest;
    return slowest.empty() ? 0 : slowest.front().queued_frames;
  }
  std::vector<std::size_t> numbers(RawClient& from) {
    std::vector<std::size_t> out;
    for (const auto& payload : from.payloads()) out.push_back(std::stoul(payload.substr(5)));
    return out;
  }
  // Everything that waits for a client, whatever the socket takes at a time.
  std::vector<std::size_t> all_numbers(RawClient& from) {
    std::vector<std::size_t> out;
    for (auto some = numbers(from); !some.empty(); settle(), some = numbers(from))
      out.insert(out.end(), some.begin(), some.end());
    return out;
  }

  std::size_t published = 0;
};

TEST_F(SlowSubscriber, loses_its_oldest_events_and_gets_whole_frames) {
  const auto slow = subscriber("a", "slow");
  const auto publisher = client();
  stuff(*publisher, kFrames);
  clock.advance(1s);  // It has had its time.
  const auto fast = subscriber("a", "fast");
  const std::size_t unseen = published;
  std::vector<std::size_t> fast_saw;
  for (std::size_t n = 0; n < 3 * kFrames; ++n) {
    publish(*publisher, ++published);
    settle();
    const auto some = numbers(*fast);
    fast_saw.insert(fast_saw.end(), some.begin(), some.end());
  }
  const auto statistics = hub->statistics();
  EXPECT_EQ(statistics.dropped, 3 * kFrames);
  EXPECT_EQ(queued(), kFrames) << "its memory is bounded";

  ASSERT_EQ(fast_saw.size(), published - unseen) << "the other one loses nothing";
  EXPECT_TRUE(std::is_sorted(fast_saw.begin(), fast_saw.end()));

  const auto seen = all_numbers(*slow);
  EXPECT_EQ(seen.size(), published - 3 * kFrames);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(seen.back(), published) << "the newest are there";
  EXPECT_EQ(seen[seen.size() - kFrames + 1], published - kFrames + 2) << "without a gap";
  EXPECT_FALSE(slow->inside_frame());
  EXPECT_EQ(hub->statistics().delivered, published - 3 * kFrames + fast_saw.size());
}

TEST_F(SlowSubscriber, a_queue_is_bounded_by_bytes_too) {
  hub = Hub::create(UniqueFd{},
                    {.queue = {.bytes = 100'000, .frames = kQueueFramesMax}, .clock = &clock})
            .value();
  const auto slow = subscriber("a", "slow");
  const auto publisher = client();
  for (int n = 0; n < 2000; ++n, settle(), clock.advance(1s)) publish(*publisher, ++published);
  const auto slowest = hub->statistics().slowest;
  ASSERT_EQ(slowest.size(), 1U);
  EXPECT_LE(slowest[0].queued_bytes, 100'000U);
  EXPECT_GT(slowest[0].queued_bytes, 99'000U);
  EXPECT_EQ(all_numbers(*slow).back(), published);
}

TEST_F(SlowSubscriber, one_warning_a_second_says_how_many_were_dropped) {
  const auto slow = subscriber("a", "sloth");
  const auto publisher = client();
  stuff(*publisher, kFrames);
  testing::internal::CaptureStderr();
  clock.advance(500ms);
  for (int n = 0; n < 10; ++n, settle()) publish(*publisher, ++published);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("sloth (pid "));
  testing::internal::CaptureStderr();
  settle();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), IsEmpty());
  EXPECT_EQ(hub->next_deadline() - clock.monotonic(), 1s) << "what is left is said then";
  testing::internal::CaptureStderr();
  clock.advance(1s);
  settle();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("9 events dropped"));
}

TEST_F(SlowSubscriber, a_pressed_one_holds_its_publisher_back_for_a_bounded_moment) {
  const auto slow = subscriber("a", "slow");
  const auto publisher = client();
  stuff(*publisher, kFrames / 2 + 1);
  const std::size_t before = hub->statistics().published;
  const std::size_t pauses = hub->statistics().pauses;
  EXPECT_GT(pauses, 0U);
  publish(*publisher, ++published);
  settle();
  EXPECT_EQ(hub->statistics().published, before) << "nothing is read from it";
  EXPECT_LE(hub->next_deadline() - clock.monotonic(), kPauseMax);
  clock.advance(kPauseMax);
  settle();
  EXPECT_EQ(hub->statistics().published, before + 1);
  EXPECT_EQ(hub->statistics().dropped, 0U);
}

TEST_F(SlowSubscriber, who_reads_again_lets_its_publisher_go_on_at_once) {
  const auto slow = subscriber("a", "slow");
  const auto publisher = client();
  stuff(*publisher, kFrames / 2 + 1);
  publish(*publisher, ++published);
  settle();
  EXPECT_EQ(hub->statistics().published, published - 1);
  EXPECT_EQ(all_numbers(*slow).back(), published) << "without the clock moving";
  EXPECT_EQ(hub->statistics().dropped, 0U);
}

TEST_F(SlowSubscriber, one_that_takes_nothing_is_behind_and_holds_nobody_back) {
  const auto stopped = subscriber("a", "stopped");
  const auto publisher = client();
  stuff(*publisher, kFrames / 2 + 1);
  clock.advance(kStalledAfter + 1ms);
  publish(*publisher, ++published);
  settle();
  const std::size_t pauses = hub->statistics().pauses;
  for (int n = 0; n < 100; ++n) {
    publish(*publisher, ++published);
    settle();
    ASSERT_EQ(hub->statistics().published, published) << "without the clock moving";
  }
  EXPECT_EQ(hub->statistics().pauses, pauses);
}

TEST_F(SlowSubscriber, one_that_takes_too_little_is_behind_too) {
  const auto trickle = subscriber("a", "trickle");
  const auto publisher = client();
  stuff(*publisher, kFrames / 2 + 1);
  for (Duration waited{0}; waited <= kBehindAfter + kPauseMax; waited += 10ms) {
    clock.advance(10ms);
    for (int n = 0; n < 20; ++n, settle()) publish(*publisher, ++published);
    numbers(*trickle);  // It reads what its socket holds, less than what comes.
    settle();
    stuff(*publisher, kFrames / 2 + 1);
  }
  const std::size_t pauses = hub->statistics().pauses;
  for (int n = 0; n < 20; ++n, settle()) publish(*publisher, ++published);
  EXPECT_EQ(hub->statistics().pauses, pauses);
}

TEST_F(SlowSubscriber, one_that_has_caught_up_counts_as_quick_again) {
  const auto slow = subscriber("a", "slow");
  const auto publisher = client();
  stuff(*publisher, kFrames / 2 + 1);
  clock.advance(kStalledAfter + 1ms);
  publish(*publisher, ++published);
  settle();
  all_numbers(*slow);
  const std::size_t pauses = hub->statistics().pauses;
  stuff(*publisher, kFrames / 2 + 1);
  EXPECT_GT(hub->statistics().pauses, pauses);
}

TEST_F(SlowSubscriber, a_publisher_that_leaves_while_held_back_is_heard_to_its_end) {
  const auto slow = subscriber("a", "slow");
  const auto publisher = client();
  stuff(*publisher, kFrames / 2 + 1);
  publish(*publisher, ++published);
  publisher->hang_up();
  settle();
  EXPECT_EQ(hub->statistics().published, published);
  EXPECT_EQ(hub->statistics().connections, 1U);
  EXPECT_EQ(all_numbers(*slow).back(), published);
}

TEST_F(HubTest, a_subscriber_that_dies_in_the_middle_harms_nobody) {
  const auto dies = subscriber("a");
  const auto lives = subscriber("a");
  const auto publisher = client();
  publisher->say(Verb::pub, "a", body("a", R"({"n":1})"));
  dies->hang_up();
  publisher->say(Verb::pub, "a", body("a", R"({"n":2})"));
  settle();
  EXPECT_THAT(lives->payloads(), ElementsAre(R"({"n":1})", R"({"n":2})"));
  EXPECT_EQ(hub->statistics().connections, 2U);
}

TEST_F(HubTest, pings_without_end_that_nobody_reads_the_answers_of_end_the_connection) {
  const auto rude = client();
  const auto polite = client();
  std::string pings;
  for (int n = 0; n < 50; ++n) append_frame(pings, Verb::ping, std::string(1000, 'x'));
  for (int n = 0; n < 100 && !hub->statistics().protocol_errors; ++n, settle())
    rude->send_bytes(pings);
  EXPECT_EQ(hub->statistics().protocol_errors, 1U);
  for (int n = 0; n < 100; ++n, settle()) {
    polite->send_bytes(pings);
    settle();
    ASSERT_EQ(polite->frames().size(), 50U);
  }
}

TEST_F(HubTest, health_is_published_every_ten_seconds) {
  const auto registry = subscriber("system.*.health", "api");
  const auto publisher = client("core");
  publisher->say(Verb::pub, "a");
  settle();
  EXPECT_THAT(registry->frames(), IsEmpty());
  EXPECT_EQ(hub->next_deadline() - clock.monotonic(), kBusHealthEvery);
  clock.advance(kBusHealthEvery);
  settle();
  EXPECT_THAT(
      registry->payloads(),
      ElementsAre(R"({"worker":"bus","ts":1790000010.000000,"pid":)" + std::to_string(::getpid()) +
                  R"(,"uptime":10,"connections":2,"subscriptions":1,"published":1,)"
                  R"("delivered":0,"dropped":0,"slowest":[]})"));
  settle();
  EXPECT_THAT(registry->frames(), IsEmpty());
  clock.advance(kBusHealthEvery);
  settle();
  EXPECT_THAT(registry->payloads(), ElementsAre(HasSubstr(R"("uptime":20,)")));
}

TEST_F(SlowSubscriber, health_names_the_slowest_consumers) {
  std::vector<std::unique_ptr<RawClient>> slow;
  for (std::size_t n = 0; n < kSlowestShown + 2; ++n)
    slow.push_back(subscriber("a", "slow-" + std::to_string(n)));
  const auto registry = subscriber("system.bus.health");
  const auto publisher = client();
  stuff(*publisher, kFrames);
  clock.advance(1s);
  for (int n = 0; n < 10; ++n, settle()) publish(*publisher, ++published);
  for (std::size_t n = 0; n < slow.size(); ++n)
    if (n != 3) all_numbers(*slow[n]);
  for (int n = 0; n < 5; ++n, settle()) publish(*publisher, ++published);
  const auto slowest = hub->statistics().slowest;
  ASSERT_EQ(slowest.size(), kSlowestShown);
  EXPECT_EQ(slowest[0].name, "slow-3");
  EXPECT_EQ(slowest[0].dropped, 15U);
  EXPECT_EQ(slowest[1].dropped, 10U);
  EXPECT_EQ(slowest[0].queued_frames, kFrames);
  clock.advance(kBusHealthEvery);
  settle();
  EXPECT_THAT(registry->payloads(),
              ElementsAre(HasSubstr(R"("slowest":[{"name":"slow-3","pid":)")));
}

TEST_F(HubTest, goodbye_is_said_to_everyone) {
  const auto one = client();
  const auto two = subscriber(">");
  hub->goodbye();
  EXPECT_THAT(one->frames(), ElementsAre("BYE"));
  EXPECT_THAT(two->frames(), ElementsAre("BYE"));
  EXPECT_TRUE(one->closed());
  EXPECT_EQ(hub->statistics().connections, 0U);
}

}  // namespace
}  // namespace decnet::bus
