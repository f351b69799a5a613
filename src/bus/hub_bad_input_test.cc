// What a hostile client may try: it costs a bounded amount, and nobody else notices.
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "bus/hub_fixture.h"

namespace decnet::bus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

// Sends all of it, however many turns of the hub that takes.
void pour(HubTest&, Hub& hub, RawClient& from, std::string_view bytes) {
  while (!bytes.empty() && !from.closed()) {
    bytes.remove_prefix(from.send_bytes(bytes));
    ASSERT_TRUE(hub.step().has_value());
  }
}

TEST_F(HubTest, a_byte_an_hour_ends_the_connection) {
  const auto slow = client("slow");
  const auto quiet = client("quiet");
  slow->send_bytes("P");
  settle();
  testing::internal::CaptureStderr();
  clock.advance(kFrameWaitMax - 1ms);
  slow->send_bytes("U");  // Not another frame: no more time by that.
  settle();
  EXPECT_FALSE(slow->closed());
  clock.advance(1ms);
  settle();
  EXPECT_TRUE(slow->closed());
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("does not come to its end"));
  clock.advance(10h);
  settle();
  EXPECT_FALSE(quiet->closed()) << "who says nothing has begun no frame";
}

TEST_F(HubTest, each_frame_has_its_own_time_to_arrive) {
  const auto one = client();
  std::string ping;
  append_frame(ping, Verb::ping, "1");
  for (int n = 0; n < 5; ++n) {
    one->send_bytes(ping.substr(0, 3));
    settle();
    clock.advance(kFrameWaitMax - 1ms);
    one->send_bytes(ping.substr(3));
    settle();
  }
  EXPECT_FALSE(one->closed());
  EXPECT_EQ(one->frames().size(), 5U);
}

TEST_F(HubTest, a_large_body_that_stops_in_the_middle_ends_the_connection) {
  const auto one = client();
  std::string frame;
  append_frame(frame, Verb::pub, "a", body("a", R"({"x":")" + std::string(500'000, 'x') + R"("})"));
  frame.resize(frame.size() - 1);
  pour(*this, *hub, *one, frame);
  settle();
  clock.advance(kFrameWaitMax);
  settle();
  EXPECT_TRUE(one->closed());
}

TEST_F(HubTest, the_time_of_a_frame_is_configurable_and_wakes_the_broker) {
  hub = Hub::create(UniqueFd{}, {.clock = &clock, .frame_wait = 2s}).value();
  const auto one = client();
  one->send_bytes("P");
  settle();
  EXPECT_EQ(hub->next_deadline(), clock.monotonic() + 2s);
  clock.advance(2s);
  settle();
  EXPECT_TRUE(one->closed());
}

TEST_F(HubTest, a_hundred_thousand_subscriptions_end_at_the_limit) {
  const auto watcher = subscriber("w");
  const auto greedy = client("greedy");
  std::string all;
  for (int n = 0; n < 100'000; ++n) append_frame(all, Verb::sub, "p." + std::to_string(n));
  testing::internal::CaptureStderr();
  pour(*this, *hub, *greedy, all);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("too many patterns"));
  EXPECT_TRUE(greedy->closed());
  settle();
  EXPECT_EQ(hub->statistics().subscriptions, 1U) << "nothing of them is left";
  client()->say(Verb::pub, "w");
  settle();
  EXPECT_EQ(watcher->frames().size(), 1U);
}

TEST_F(HubTest, the_patterns_of_all_clients_together_are_bounded) {
  hub = Hub::create(UniqueFd{}, {.clock = &clock, .patterns_max = 10, .pattern_nodes_max = 30})
            .value();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int n = 0; n < 5; ++n) {
    clients.push_back(client());
    for (int m = 0; m < 10; ++m)
      clients.back()->say(Verb::sub, std::to_string(n) + "." + std::to_string(m));
    settle();
  }
  EXPECT_FALSE(clients[0]->closed());
  EXPECT_FALSE(clients[1]->closed());
  EXPECT_TRUE(clients[4]->closed());
  clients[0]->hang_up();
  settle();
  EXPECT_FALSE(subscriber("a.b")->closed()) << "there is room again";
}

// Every pattern of these makes a matcher go both ways at each token of the topic a.a.a.…
std::vector<std::string> branching_patterns(std::size_t depth) {
  std::vector<std::string> out = {""};
  for (std::size_t n = 0; n < depth; ++n) {
    std::vector<std::string> longer;
    for (const auto& one : out)
      for (const auto* token : {"a", "*"})
        longer.push_back(one.empty() ? token : one + "." + token);
    out = std::move(longer);
  }
  return out;
}

TEST_F(HubTest,
       patterns_built_to_be_slow_take_one_turn_after_the_other_and_let_others_have_theirs) {
  const auto reader = subscriber("victim");
  const auto writer = client();
  const auto attacker = client();
  constexpr std::size_t kDepth = 13;
  std::string all;
  for (const auto& pattern : branching_patterns(kDepth))
    append_frame(all, Verb::sub, pattern + ".>");
  pour(*this, *hub, *attacker, all);
  settle();
  ASSERT_FALSE(attacker->closed());
  std::string topic = "a";
  for (std::size_t n = 1; n < kDepth; ++n) topic += ".a";
  std::string flood;
  int sent = 0;
  for (; sent < 60; ++sent)  // No two topics are the same: no cache helps.
    append_frame(flood, Verb::pub, topic + "." + std::to_string(sent));
  ASSERT_EQ(attacker->send_bytes(flood), flood.size());
  for (int n = 0; n < 10; ++n) {
    writer->say(Verb::pub, "victim");
    ASSERT_TRUE(hub->step().has_value());
    EXPECT_EQ(reader->frames().size(), 1U) << "in one step, whatever the attacker has sent";
    EXPECT_LE(hub->statistics().published, static_cast<std::uint64_t>((n + 1) * 6))
        << "16,383 nodes a topic: four to five topics are a turn";
  }
  settle();
  EXPECT_EQ(hub->statistics().published, static_cast<std::uint64_t>(sent + 10)) << "none is lost";
}

TEST_F(HubTest, a_connection_that_ends_with_its_turn_unfinished_is_gone) {
  const auto attacker = client();
  std::string all;
  for (const auto& pattern : branching_patterns(13)) append_frame(all, Verb::sub, pattern + ".>");
  pour(*this, *hub, *attacker, all);
  std::string flood;
  for (int n = 0; n < 20; ++n)
    append_frame(flood, Verb::pub, "a.a.a.a.a.a.a.a.a.a.a.a.a." + std::to_string(n));
  attacker->send_bytes(flood);
  ASSERT_TRUE(hub->step().has_value());
  attacker->hang_up();
  settle();
  EXPECT_EQ(hub->statistics().connections, 0U);
  EXPECT_EQ(hub->statistics().published, 20U) << "what it had sent still counts";
}

TEST_F(HubTest, json_that_is_broken_or_deep_closes_its_sender_alone) {
  const auto reader = subscriber("a");
  const auto writer = client();
  std::vector<std::string> bodies = {"{",
                                     "{\"payload\":{}",
                                     "{\"payload\":{\"a\":tru}}",
                                     "{\"payload\":{}}x",
                                     "\xef\xbb\xbf{}",
                                     "{\"payload\":{\"\xc0\xaf\":1}}",
                                     "null",
                                     "1"};
  for (const std::size_t depth : {kEventDepthMax + 1, std::size_t{100'000}}) {
    std::string deep = "{\"payload\":";
    for (std::size_t n = 1; n < depth; ++n) deep += "{\"a\":";
    deep += "1";
    bodies.push_back(deep + std::string(depth, '}'));
    bodies.push_back("{\"payload\":{\"a\":" + std::string(depth, '['));
  }
  for (const auto& bad : bodies) {
    const auto culprit = client();
    std::string frame;
    append_frame(frame, Verb::pub, "a", bad);
    testing::internal::CaptureStderr();
    pour(*this, *hub, *culprit, frame);
    settle();
    testing::internal::GetCapturedStderr();
    EXPECT_TRUE(culprit->closed()) << bad.substr(0, 40);
    writer->say(Verb::pub, "a");
    settle();
    EXPECT_EQ(reader->frames().size(), 1U) << bad.substr(0, 40);
  }
  EXPECT_EQ(hub->statistics().connections, 2U);
}

TEST_F(HubTest, wrong_verbs_in_every_spelling_close_their_sender) {
  for (const auto* verb :
       {"pub a", "Sub a", "PUBLISH a", "GET / HTTP/1.1", "PIN", "PINGG 1", " PUB a", "\tSUB a", "",
        "\r", "SUB\ta", "MSG a 1", "evt a", "HELLO\v"}) {
    const auto culprit = client();
    testing::internal::CaptureStderr();
    culprit->send_bytes(std::string(verb) + "\n" + std::string(4, '\0'));
    settle();
    testing::internal::GetCapturedStderr();
    EXPECT_TRUE(culprit->closed()) << verb;
  }
  EXPECT_EQ(hub->statistics().connections, 0U);
}

// DECNET_TEST_CONNECTS=1000000 tries a million.
TEST_F(HubTest, twenty_thousand_connects_leave_nothing_behind) {
  const char* wanted = std::getenv("DECNET_TEST_CONNECTS");
  const long count = wanted != nullptr ? std::strtol(wanted, nullptr, 10) : 20'000;
  const auto reader = subscriber("a");
  for (long n = 0; n < count; ++n) {
    auto pair = net::stream_pair();
    ASSERT_TRUE(pair.has_value());
    ASSERT_TRUE(hub->add(std::move(pair->first)));
    RawClient guest(std::move(pair->second));
    if (n % 3 == 0) guest.say(Verb::sub, "a");
    if (n % 3 == 1) guest.say(Verb::pub, "a");
    ASSERT_TRUE(hub->step().has_value());
    guest.hang_up();
    if (n % 100 == 0) {
      settle();
      EXPECT_EQ(hub->statistics().connections, 1U);
    }
    if (n % 1000 == 0) reader->frames();
  }
  settle();
  EXPECT_EQ(hub->statistics().connections, 1U);
  EXPECT_EQ(hub->statistics().subscriptions, 1U);
  EXPECT_FALSE(reader->closed());
}

}  // namespace
}  // namespace decnet::bus
