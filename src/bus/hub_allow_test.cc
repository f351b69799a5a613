// The allow-list at work: who is let in, what is dropped, what a new list changes; and the report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bus/hub_fixture.h"

namespace decnet::bus {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr unsigned kOwner = 900;

class HubAllowTest : public HubTest {
 protected:
  void rules(std::string_view text) {
    auto list = AllowList::parse(text, kOwner);
    ASSERT_TRUE(list.has_value()) << list.error().detail;
    hub->allow(*std::move(list));
  }
  // Null where it is not let in.
  std::unique_ptr<RawClient> client_of(unsigned uid, unsigned gid = 5000) {
    auto pair = net::stream_pair();
    const net::PeerCredentials peer{.pid = 42, .uid = uid, .gid = gid};
    if (!hub->add(std::move(pair->first), peer)) return nullptr;
    return std::make_unique<RawClient>(std::move(pair->second));
  }
};

TEST_F(HubAllowTest, without_a_list_everybody_is_let_in) {
  EXPECT_NE(client_of(1234), nullptr);
  EXPECT_EQ(hub->statistics().denied_connections, 0U);
}

TEST_F(HubAllowTest, who_is_not_named_is_closed_with_one_line_and_a_count) {
  rules("uid 1001");
  testing::internal::CaptureStderr();
  for (int n = 0; n < 50; ++n) EXPECT_EQ(client_of(1002), nullptr);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("an unnamed client (pid 42, uid 1002, gid 5000) is not let in"));
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << "not a line for each: " << log;
  EXPECT_EQ(hub->statistics().denied_connections, 50U);
  EXPECT_EQ(hub->statistics().connections, 0U);
  EXPECT_NE(client_of(1001), nullptr);
}

TEST_F(HubAllowTest, a_topic_that_is_not_allowed_is_dropped_with_one_line_and_a_count) {
  rules("uid 1001 pub a.>");
  const auto reader = subscriber(">");  // The test's own user, which is not named …
  EXPECT_TRUE(reader->closed() || ::getuid() == 0) << "… unless it is root";
  const auto owner = client_of(kOwner);
  owner->say(Verb::sub, ">");
  const auto publisher = client_of(1001);
  settle();
  testing::internal::CaptureStderr();
  for (const auto* topic : {"b", "a.x", "b.c", "a", "a.y"}) publisher->say(Verb::pub, topic);
  settle();
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("may not publish b;"));
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
  EXPECT_THAT(owner->frames(), ElementsAre(StartsWith("EVT a.x "), StartsWith("EVT a.y ")));
  EXPECT_EQ(hub->statistics().denied_frames, 3U);
  EXPECT_FALSE(publisher->closed()) << "it may go on with what is allowed";
}

TEST_F(HubAllowTest, a_pattern_that_is_not_covered_is_not_subscribed) {
  rules("uid 1001 sub a.>");
  const auto reader = client_of(1001);
  for (const auto* pattern : {">", "b", "a.*", "a"}) reader->say(Verb::sub, pattern);
  const auto owner = client_of(kOwner);
  for (const auto* topic : {"a", "b", "a.b", "a.b.c"}) owner->say(Verb::pub, topic);
  settle();
  EXPECT_THAT(reader->frames(), ElementsAre(StartsWith("EVT a.b ")));
  EXPECT_EQ(hub->statistics().denied_frames, 3U);
  EXPECT_EQ(hub->statistics().subscriptions, 1U);
}

TEST_F(HubAllowTest, a_malformed_frame_is_a_protocol_error_all_the_same) {
  rules("uid 1001 sub a");
  const auto reader = client_of(1001);
  reader->say(Verb::sub, "b..c");
  settle();
  EXPECT_TRUE(reader->closed());
  EXPECT_EQ(hub->statistics().denied_frames, 0U);
}

TEST_F(HubAllowTest, a_new_list_counts_for_those_who_are_connected) {
  const auto goes = client_of(1001);
  const auto stays = client_of(1002);
  for (const auto* pattern : {"a.b", "c.>"}) {
    goes->say(Verb::sub, pattern);
    stays->say(Verb::sub, pattern);
  }
  settle();
  rules("uid 1002 sub a.>");
  EXPECT_TRUE(goes->closed());
  const auto owner = client_of(kOwner);
  for (const auto* topic : {"a.b", "c.d"}) owner->say(Verb::pub, topic);
  settle();
  EXPECT_THAT(stays->frames(), ElementsAre(StartsWith("EVT a.b ")));
  EXPECT_EQ(hub->statistics().connections, 2U);
  EXPECT_EQ(hub->statistics().subscriptions, 1U);
  hub->allow(std::nullopt);
  stays->say(Verb::sub, "c.d");
  owner->say(Verb::pub, "c.d");
  settle();
  EXPECT_THAT(stays->frames(), ElementsAre(StartsWith("EVT c.d ")));
}

class HubReportTest : public HubAllowTest {
 protected:
  static void ask(RawClient& client) { client.say(Verb::pub, kQueryTopic); }
};

TEST_F(HubReportTest, tells_who_asks_about_every_connection) {
  const auto publisher = client("writer");
  const auto asks = client("asker");
  const auto listens = subscriber("system.>", "listener");
  asks->say(Verb::sub, kReportTopic);
  publisher->say(Verb::pub, "system.x", body("system.x", "{}"));
  settle();
  ask(*asks);
  settle();
  const auto frames = asks->frames();
  ASSERT_THAT(frames, SizeIs(1));
  EXPECT_THAT(frames[0], StartsWith("EVT system.bus.report {\"v\":1,\"id\":\""));
  EXPECT_THAT(frames[0],
              AllOf(HasSubstr(R"("connections":3,"subscriptions":2,"published":1)"),
                    HasSubstr(R"({"id":1,"name":"writer","pid":)" + std::to_string(::getpid()) +
                              R"(,"uid":)" + std::to_string(::getuid()) + R"(,"gid":)" +
                              std::to_string(::getgid()) + ","),
                    HasSubstr(R"("frames_in":2)"), HasSubstr(R"("name":"listener")"),
                    HasSubstr(R"("omitted":0)")));
  EXPECT_THAT(listens->frames(), ElementsAre(StartsWith("EVT system.x ")))
      << "neither the question nor the answer is for anybody else";
}

TEST_F(HubReportTest, who_has_not_subscribed_to_the_answer_gets_none) {
  const auto asks = client();
  ask(*asks);
  settle();
  EXPECT_THAT(asks->frames(), IsEmpty());
}

TEST_F(HubReportTest, is_made_at_most_so_often_however_many_ask) {
  const auto one = subscriber(kReportTopic);
  const auto other = subscriber(kReportTopic);
  ask(*one);
  settle();
  const auto third = client("late");
  ask(*other);
  settle();
  EXPECT_EQ(one->frames(), other->frames()) << "the same report";
  clock.advance(kReportEvery);
  ask(*other);
  settle();
  EXPECT_THAT(other->frames(), ElementsAre(HasSubstr(R"("name":"late")")));
}

TEST_F(HubReportTest, stays_within_its_size_whatever_names_clients_give_themselves) {
  std::vector<std::unique_ptr<RawClient>> many;
  for (std::size_t n = 0; n + 1 < kConnectionsMax; ++n)
    many.push_back(client(std::string(kClientNameBytesMax, '"')));
  const auto asks = subscriber(kReportTopic);
  ask(*asks);
  std::vector<std::string> frames;
  for (int n = 0; n < 100 && frames.empty(); ++n) {  // It is more than the socket holds.
    settle();
    frames = asks->frames();
  }
  ASSERT_THAT(frames, SizeIs(1));
  EXPECT_LT(frames[0].size(), kBodyBytesMax);
  EXPECT_THAT(frames[0], HasSubstr(R"("connections":1024)"));
}

TEST_F(HubReportTest, counts_what_goes_through_a_connection) {
  const auto reader = subscriber("n", "reader");
  const auto writer = client("writer");
  const std::string event = body("n", "{}");
  for (int n = 0; n < 3; ++n) writer->say(Verb::pub, "n", event);
  settle();
  const auto asks = subscriber(kReportTopic);
  ask(*asks);
  settle();
  const std::string bytes = std::to_string(3 * frame_bytes(Verb::evt, "n", event));
  EXPECT_THAT(asks->frames(),
              ElementsAre(AllOf(HasSubstr(R"("frames_out":3,"bytes_out":)" + bytes + ","),
                                HasSubstr(R"("frames_in":4,"bytes_in":)"))));
}

}  // namespace
}  // namespace decnet::bus
