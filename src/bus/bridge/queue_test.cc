#include "bus/bridge/queue.h"

#include <gtest/gtest.h>

#include "bus/bridge/claim.h"
#include "bus/bridge/tally.h"

namespace decnet::bus::bridge {
namespace {

using std::chrono::seconds;

Outgoing event(std::string body, std::chrono::nanoseconds at = {}) {
  return {"s", std::move(body), at};
}

std::string taken(Queue& queue) {
  std::string out;
  for (const auto& one : queue.take(Duration{0})) out += one.body;
  return out;
}

TEST(BridgeQueue, keeps_the_order) {
  Queue queue({});
  for (const auto* body : {"1", "2", "3"}) queue.push(event(body));
  EXPECT_EQ(queue.events(), 3U);
  EXPECT_EQ(queue.bytes(), 6U);
  EXPECT_EQ(taken(queue), "123");
  EXPECT_EQ(queue.bytes(), 0U);
  EXPECT_EQ(queue.dropped(), 0U);
}

TEST(BridgeQueue, full_by_events_it_drops_the_oldest_and_counts) {
  Queue queue({.events = 3});
  for (const auto* body : {"1", "2", "3", "4", "5"}) queue.push(event(body));
  EXPECT_EQ(queue.dropped(), 2U);
  EXPECT_EQ(taken(queue), "345");
}

TEST(BridgeQueue, full_by_bytes_it_drops_as_many_as_it_must) {
  Queue queue({.bytes = 10});
  for (const auto* body : {"1", "2", "3", "4", "5"}) queue.push(event(body));
  EXPECT_EQ(queue.bytes(), 10U);
  queue.push(event("678"));
  EXPECT_EQ(queue.dropped(), 2U);
  EXPECT_EQ(taken(queue), "345678");
}

TEST(BridgeQueue, what_fits_in_no_queue_goes_itself) {
  Queue queue({.bytes = 10});
  queue.push(event("1"));
  queue.push(event("1234567890"));
  EXPECT_EQ(queue.dropped(), 1U);
  EXPECT_EQ(taken(queue), "1");
}

TEST(BridgeQueue, a_batch_is_bounded) {
  Queue queue({});
  for (int n = 0; n < 4; ++n) queue.push(event(std::string(kBatchBytes / 2, 'x')));
  EXPECT_EQ(queue.take(Duration{0}).size(), 2U);
  EXPECT_EQ(queue.events(), 2U);
}

TEST(BridgeQueue, what_is_old_is_forgotten_and_counted) {
  Queue queue({});
  queue.push(event("1", seconds{0}));
  queue.push(event("2", seconds{1}));
  queue.push(event("3", seconds{2}));
  queue.forget_old(kHeldWithoutServer + seconds{1});
  EXPECT_EQ(queue.dropped(), 2U);
  EXPECT_EQ(taken(queue), "3");
}

TEST(BridgeQueue, who_waits_can_be_woken_before_and_meanwhile) {
  Queue queue({});
  queue.wake();
  EXPECT_TRUE(queue.take(std::chrono::hours{1}).empty());
  queue.push(event("1"));
  queue.wake();
  EXPECT_EQ(queue.take(std::chrono::hours{1}).size(), 1U);
}

TEST(BridgeTally, speaks_at_once_and_then_once_a_second_of_all_there_were) {
  Tally tally;
  EXPECT_FALSE(tally.due(0, seconds{0}));
  EXPECT_EQ(tally.due(3, seconds{0}), 3U);
  EXPECT_FALSE(tally.due(5, std::chrono::milliseconds{999}));
  EXPECT_EQ(tally.due(9, seconds{1}), 6U);
  EXPECT_FALSE(tally.due(9, seconds{9}));
}

TEST(BridgeClaim, of_two_of_one_name_the_older_one_keeps_it) {
  Claim older(from_micros(5), 0xf);
  Claim younger(from_micros(6), 0x1);
  EXPECT_EQ(older.hear(younger.hello(), seconds{1}), Heard::younger);
  EXPECT_EQ(younger.hear(older.hello(), seconds{1}), Heard::older);
  EXPECT_FALSE(older.is_taken(seconds{1}));
  EXPECT_TRUE(younger.is_taken(seconds{1}));
}

TEST(BridgeClaim, of_two_that_began_at_one_moment_one_keeps_it) {
  Claim one(from_micros(5), 1);
  Claim other(from_micros(5), 2);
  EXPECT_EQ(one.hear(other.hello(), {}), Heard::younger);
  EXPECT_EQ(other.hear(one.hello(), {}), Heard::older);
}

TEST(BridgeClaim, a_name_is_free_again_when_the_older_one_is_silent) {
  Claim older(from_micros(5), 1);
  Claim younger(from_micros(6), 2);
  younger.hear(older.hello(), seconds{100});
  EXPECT_TRUE(younger.is_taken(seconds{100} + kClaimForgottenAfter - Duration{1}));
  EXPECT_FALSE(younger.is_taken(seconds{100} + kClaimForgottenAfter));
}

TEST(BridgeClaim, the_own_hello_and_what_is_none_say_nothing) {
  Claim claim(from_micros(5), 0xabc);
  for (const auto& hello :
       {claim.hello(), std::string(), std::string(" "), std::string("1"), std::string("1 "),
        std::string(" 1"), std::string("x 1"), std::string("1 xyz"), std::string("1 2 3"),
        std::string("99999999999999999999 1"), std::string("1 11112222333344445")})
    EXPECT_EQ(claim.hear(hello, {}), Heard::nothing) << hello;
  EXPECT_FALSE(claim.is_taken({}));
}

}  // namespace
}  // namespace decnet::bus::bridge
