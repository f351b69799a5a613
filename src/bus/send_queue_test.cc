#include "bus/send_queue.h"

#include <gtest/gtest.h>

#include "bus/backoff.h"

namespace decnet::bus {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> topics(SendQueue& queue) {
  std::vector<std::string> out;
  FrameBuffer buffer;
  while (!queue.empty()) buffer.push(queue.take_batch());
  for (auto frame = buffer.next(); frame && *frame; frame = buffer.next())
    out.emplace_back((*frame)->args);
  return out;
}

TEST(SendQueue, keeps_the_order) {
  SendQueue queue;
  queue.push_control(Verb::sub, "a");
  queue.push_event("b", "{}", 0s);
  queue.push_control(Verb::ping, "c");
  EXPECT_EQ(queue.frames(), 3U);
  EXPECT_EQ(topics(queue), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(queue.bytes(), 0U);
}

TEST(SendQueue, full_by_frames_it_drops_the_oldest_event) {
  SendQueue queue;
  queue.push_control(Verb::sub, "kept");
  std::size_t dropped = 0;
  for (std::size_t n = 0; n < kSendFramesMax + 4; ++n)
    dropped += queue.push_event(std::to_string(n), "{}", 0s);
  EXPECT_EQ(queue.frames(), kSendFramesMax);
  EXPECT_EQ(dropped, 5U);
  const auto left = topics(queue);
  EXPECT_EQ(left.at(0), "kept");
  EXPECT_EQ(left.at(1), "5");
  EXPECT_EQ(left.back(), std::to_string(kSendFramesMax + 3));
}

TEST(SendQueue, full_by_bytes_it_drops_the_oldest_event) {
  SendQueue queue;
  const std::string body(kBodyBytesMax, ' ');
  std::size_t dropped = 0;
  for (int n = 0; n < 10; ++n) dropped += queue.push_event(std::to_string(n), body, 0s);
  EXPECT_LE(queue.bytes(), kSendBytesMax);
  EXPECT_EQ(dropped, 3U);
  EXPECT_EQ(topics(queue).front(), "3");
}

TEST(SendQueue, a_batch_is_bounded_and_holds_whole_frames) {
  SendQueue queue;
  for (int n = 0; n < 100; ++n) queue.push_event("a", std::string(1000, ' '), 0s);
  const std::string batch = queue.take_batch();
  EXPECT_LE(batch.size(), kSendBatchBytes);
  EXPECT_GT(batch.size(), kSendBatchBytes - 1100);
  EXPECT_EQ(batch.size() % frame_bytes(Verb::pub, "a", std::string(1000, ' ')), 0U);
  SendQueue large;
  large.push_event("a", std::string(kBodyBytesMax, ' '), 0s);
  EXPECT_GT(large.take_batch().size(), kBodyBytesMax) << "one frame always goes";
  EXPECT_TRUE(large.take_batch().empty());
}

TEST(SendQueue, without_a_connection_control_frames_go_and_events_grow_old) {
  SendQueue queue;
  queue.push_event("old", "{}", 1s);
  queue.push_control(Verb::sub, "control");
  queue.push_event("new", "{}", 4s);
  queue.forget_control();
  EXPECT_EQ(queue.frames(), 2U);
  EXPECT_EQ(queue.forget_old(kHeldWithoutBroker + 1s), 1U);
  EXPECT_EQ(queue.forget_old(kHeldWithoutBroker + 1s), 0U);
  EXPECT_EQ(topics(queue), (std::vector<std::string>{"new"}));
  EXPECT_EQ(queue.bytes(), 0U);
}

TEST(Backoff, doubles_to_its_limit_and_begins_anew) {
  Backoff backoff;
  for (const auto wanted : {100ms, 200ms, 400ms, 800ms, 1600ms, 2000ms, 2000ms})
    EXPECT_EQ(backoff.next(0), wanted);
  backoff.reset();
  EXPECT_EQ(backoff.next(0), 100ms);
}

TEST(Backoff, jitter_takes_up_to_a_quarter_off) {
  Backoff backoff;
  EXPECT_EQ(backoff.next(0.5), 87'500us);
  EXPECT_GE(backoff.next(0.999999), 150ms);
}

}  // namespace
}  // namespace decnet::bus
