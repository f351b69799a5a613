// What clients say to the broker, and what comes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bus/hub_fixture.h"

namespace decnet::bus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(HubTest, delivers_to_every_other_connection_that_matches) {
  const auto exact = subscriber("decky.web.state");
  const auto wild = subscriber("decky.*.state");
  const auto other = subscriber("attacker.>");
  const auto publisher = subscriber(">");
  const std::string event = body("decky.web.state", R"({"n":1})");
  publisher->say(Verb::pub, "decky.web.state", event);
  settle();
  EXPECT_THAT(exact->frames(), ElementsAre("EVT decky.web.state " + event));
  EXPECT_THAT(wild->frames(), ElementsAre("EVT decky.web.state " + event));
  EXPECT_THAT(other->frames(), IsEmpty());
  EXPECT_THAT(publisher->frames(), IsEmpty()) << "never back to the publisher";
  EXPECT_EQ(hub->statistics().published, 1U);
  EXPECT_EQ(hub->statistics().delivered, 2U);
}

TEST_F(HubTest, delivers_once_however_many_patterns_match) {
  const auto client = subscriber(">");
  for (const auto* pattern : {"a.>", "a.*", "a.b", "a.b"}) client->say(Verb::sub, pattern);
  settle();
  this->client()->say(Verb::pub, "a.b");
  settle();
  EXPECT_EQ(client->frames().size(), 1U);
}

TEST_F(HubTest, an_event_travels_unchanged_or_is_completed) {
  const auto reader = subscriber(">");
  const auto publisher = client();
  const std::string odd = R"({ "payload":{"x":1e2},"ts":5,"type":"t","topic":"a","id":")" +
                          std::string(32, 'F') + R"(","v":1,"more":0 })";
  publisher->say(Verb::pub, "a", odd);
  publisher->say(Verb::pub, "a", R"({"payload":{"n":1}})");
  publisher->say(Verb::pub, "a");
  settle();
  const auto seen = reader->frames();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0], "EVT a " + odd);
  EXPECT_THAT(seen[1],
              HasSubstr(R"("topic":"a","type":"","ts":1790000000.000000,"payload":{"n":1}})"));
  EXPECT_THAT(seen[2], HasSubstr(R"("payload":{}})"));
}

TEST_F(HubTest, frames_of_one_publisher_keep_their_order) {
  const auto reader = subscriber("n.>");
  const auto publisher = client();
  std::vector<std::string> sent;
  for (int n = 0; n < 500; ++n) {  // Complete ones, incomplete ones and such of a CR header.
    sent.push_back(R"({"n":)" + std::to_string(n) + "}");
    const std::string topic = "n." + std::to_string(n % 7);
    std::string frame;
    append_frame(frame, Verb::pub, n % 5 == 0 ? topic + "\r" : topic,
                 n % 3 == 0 ? R"({"payload":)" + sent.back() + "}" : body(topic, sent.back()));
    ASSERT_EQ(publisher->send_bytes(frame), frame.size());
    if (n % 50 == 0) settle();
  }
  settle();
  EXPECT_EQ(reader->payloads(), sent);
}

TEST_F(HubTest, a_subscriber_never_sees_the_cr_of_a_publisher) {
  const auto reader = subscriber(">");
  const auto publisher = client();
  std::string frame;
  append_frame(frame, Verb::pub, "a\r", body("a", "{}"));
  publisher->send_bytes(frame);
  settle();
  EXPECT_THAT(reader->frames(), ElementsAre("EVT a " + body("a", "{}")));
}

TEST_F(HubTest, frames_may_arrive_byte_by_byte) {
  const auto reader = subscriber(">");
  const auto publisher = client();
  std::string frames;
  append_frame(frames, Verb::hello, "slow");
  append_frame(frames, Verb::pub, "a", body("a", R"({"n":1})"));
  append_frame(frames, Verb::ping, "x");
  for (const char byte : frames) {
    publisher->send_bytes({&byte, 1});
    settle();
  }
  EXPECT_THAT(reader->payloads(), ElementsAre(R"({"n":1})"));
  EXPECT_THAT(publisher->frames(), ElementsAre("PONG x"));
}

TEST_F(HubTest, the_largest_frame_passes_and_small_ones_around_it) {
  const auto reader = subscriber(">");
  const auto publisher = client();
  const std::string frame_of = body("a", R"({"x":""})");
  const std::string large =
      body("a", R"({"x":")" + std::string(kBodyBytesMax - frame_of.size(), 'x') + R"("})");
  ASSERT_EQ(large.size(), kBodyBytesMax);
  std::string bytes;
  append_frame(bytes, Verb::pub, "a", body("a", R"({"n":1})"));
  append_frame(bytes, Verb::pub, "a", large);
  append_frame(bytes, Verb::pub, "a", body("a", R"({"n":2})"));
  std::vector<std::string> seen;
  std::string_view rest = bytes;
  for (int n = 0; n < 1000 && seen.size() < 3; ++n) {
    rest.remove_prefix(publisher->send_bytes(rest));
    settle();
    for (auto& frame : reader->frames()) seen.push_back(std::move(frame));
  }
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_TRUE(seen[1] == "EVT a " + large) << "a megabyte arrives as it was sent";
  EXPECT_THAT(seen[2], HasSubstr(R"("n":2)"));
}

TEST_F(HubTest, unsub_removes_exactly_that_pattern) {
  const auto reader = subscriber("a.*");
  const auto publisher = client();
  reader->say(Verb::sub, "a.b");
  reader->say(Verb::unsub, "a.*");
  reader->say(Verb::unsub, "never.there");
  settle();
  publisher->say(Verb::pub, "a.b");
  publisher->say(Verb::pub, "a.c");
  settle();
  EXPECT_EQ(reader->frames().size(), 1U);
  reader->say(Verb::unsub, "a.b");
  settle();
  publisher->say(Verb::pub, "a.b");
  settle();
  EXPECT_THAT(reader->frames(), IsEmpty());
  EXPECT_EQ(hub->statistics().subscriptions, 0U);
}

TEST_F(HubTest, hello_sub_unsub_and_pub_have_no_reply) {
  const auto one = client();
  one->say(Verb::hello, "one");
  one->say(Verb::sub, "a");
  one->say(Verb::unsub, "a");
  one->say(Verb::pub, "a");
  settle();
  EXPECT_THAT(one->frames(), IsEmpty());
  EXPECT_FALSE(one->closed());
}

TEST_F(HubTest, pong_comes_after_everything_sent_before_is_processed) {
  const auto one = client();
  const auto other = client();
  one->say(Verb::sub, "a");
  one->say(Verb::ping, "any token at all");
  settle();
  EXPECT_THAT(one->frames(), ElementsAre("PONG any token at all"));
  other->say(Verb::pub, "a", body("a", "{}"));
  settle();
  EXPECT_EQ(one->frames().size(), 1U);
  one->say(Verb::ping);
  settle();
  EXPECT_THAT(one->frames(), ElementsAre("PONG"));
  EXPECT_THAT(other->frames(), IsEmpty()) << "only who sent PING gets PONG";
}

TEST_F(HubTest, hello_names_the_peer_in_the_log) {
  testing::internal::CaptureStderr();
  client("core\x1b[31m")->hang_up();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("unnamed"))
      << "a control byte is a protocol error";
  testing::internal::CaptureStderr();
  const auto named = client("core " + std::string(kClientNameBytesMax, 'x'));
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("core xxx"));
  EXPECT_THAT(log, HasSubstr("pid " + std::to_string(::getpid())));
  EXPECT_THAT(log, HasSubstr("uid " + std::to_string(::getuid())));
  EXPECT_THAT(log, HasSubstr("gid " + std::to_string(::getgid())));
  EXPECT_EQ(log.find(std::string(kClientNameBytesMax, 'x')), std::string::npos) << "cut off";
}

TEST_F(HubTest, bye_ends_a_connection_after_what_came_before_it) {
  const auto one = client();
  one->say(Verb::ping, "1");
  one->say(Verb::bye);
  one->say(Verb::ping, "2");
  settle();
  EXPECT_THAT(one->frames(), ElementsAre("PONG 1"));
  EXPECT_TRUE(one->closed());
  EXPECT_EQ(hub->statistics().connections, 0U);
  EXPECT_EQ(hub->statistics().protocol_errors, 0U);
}

TEST_F(HubTest, a_client_that_leaves_takes_its_patterns_along) {
  const auto leaver = subscriber("a.>");
  EXPECT_EQ(hub->statistics().subscriptions, 1U);
  leaver->hang_up();
  settle();
  EXPECT_EQ(hub->statistics().connections, 0U);
  EXPECT_EQ(hub->statistics().subscriptions, 0U);
  const auto heir = client();  // Gets the same slot, and must not inherit anything.
  client()->say(Verb::pub, "a.b");
  settle();
  EXPECT_THAT(heir->frames(), IsEmpty());
}

struct Bad {
  std::string name;
  std::string bytes;
  bool ends = false;  // The client then ends the stream.
};

std::string frame(Verb verb, std::string_view args, std::string_view body = {}) {
  std::string out;
  append_frame(out, verb, args, body);
  return out;
}

TEST_F(HubTest, a_protocol_error_closes_that_connection_and_nobody_else_notices) {
  using std::string_literals::operator""s;
  const std::vector<Bad> all = {
      {"an unknown verb", "NOPE a\n\0\0\0\0"s},
      {"an EVT from a client", frame(Verb::evt, "a", body("a", "{}"))},
      {"a PONG from a client", frame(Verb::pong, "1")},
      {"an empty topic", "PUB\n\0\0\0\0"s},
      {"an empty topic behind a blank", "PUB \n\0\0\0\0"s},
      {"an empty token", frame(Verb::pub, "a..b")},
      {"a topic that ends with a dot", frame(Verb::pub, "a.")},
      {"a wildcard topic", frame(Verb::pub, "a.*")},
      {"a tail topic", frame(Verb::pub, ">")},
      {"a wildcard inside a topic's token", frame(Verb::pub, "a.b*")},
      {"a blank in a topic", frame(Verb::pub, "a b")},
      {"an empty pattern", "SUB\n\0\0\0\0"s},
      {"an empty pattern to remove", "UNSUB\n\0\0\0\0"s},
      {"an empty token in a pattern", frame(Verb::sub, "a..b")},
      {"a wildcard inside a pattern's token", frame(Verb::sub, "a.b*")},
      {"a tail that is not the last", frame(Verb::sub, "a.>.b")},
      {"a malformed pattern to remove", frame(Verb::unsub, "a.>.b")},
      {"an oversized header", std::string(kHeaderBytesMax + 1, 'A')},
      {"an oversized body", "PUB a\n\x00\x10\x00\x01"s},
      {"a body that is no JSON", frame(Verb::pub, "a", "{\"payload\":")},
      {"a body that is no object", frame(Verb::pub, "a", "[]")},
      {"a body that is not UTF-8", frame(Verb::pub, "a", "{\"payload\":{\"x\":\"\xff\"}}")},
      {"a body where there is none", "SUB a\n\0\0\0\1x"s},
      {"an end inside a header", "PUB a", true},
      {"an end inside a length", "PUB a\n\0\0"s, true},
      {"an end inside a body", "PUB a\n\0\0\0\5{"s, true},
  };
  const auto watcher = subscriber("b", "watcher");
  const auto publisher = client();
  std::uint64_t errors = 0;
  for (const auto& [name, bytes, ends] : all) {
    const auto bad = client("culprit");
    testing::internal::CaptureStderr();
    bad->send_bytes(frame(Verb::pub, "b"));  // What came before the error still counts,
    bad->send_bytes(frame(Verb::ping, "1"));
    bad->send_bytes(bytes);
    bad->send_bytes(ends ? "" : frame(Verb::ping, "2"));  // what comes behind it does not.
    if (ends) bad->end_sending();
    settle();
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(bad->closed()) << name;
    EXPECT_THAT(bad->frames(), ElementsAre("PONG 1")) << name;
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << name << "\n" << log;
    EXPECT_THAT(log, HasSubstr("culprit (pid ")) << name;
    EXPECT_EQ(hub->statistics().protocol_errors, ++errors) << name;
    publisher->say(Verb::pub, "b");
    settle();
    EXPECT_EQ(watcher->frames().size(), 2U) << name;
    EXPECT_FALSE(publisher->closed()) << name;
  }
  EXPECT_EQ(hub->statistics().connections, 2U);
}

TEST_F(HubTest, an_end_between_frames_is_no_error) {
  const auto one = client();
  one->say(Verb::pub, "a");
  one->end_sending();
  settle();
  EXPECT_TRUE(one->closed());
  EXPECT_EQ(hub->statistics().protocol_errors, 0U);
}

TEST_F(HubTest, an_event_that_would_be_too_large_with_its_missing_fields_is_refused) {
  const auto publisher = client();
  std::string bytes;
  append_frame(bytes, Verb::pub, "a",
               R"({"payload":{"x":")" + std::string(kBodyBytesMax - 20, 'x') + R"("}})");
  for (std::string_view rest = bytes; !rest.empty() && !publisher->closed(); settle())
    rest.remove_prefix(publisher->send_bytes(rest));
  EXPECT_TRUE(publisher->closed());
  EXPECT_EQ(hub->statistics().protocol_errors, 1U);
}

TEST_F(HubTest, the_number_and_the_bytes_of_patterns_are_bounded) {
  const auto many = client();
  for (std::size_t n = 0; n < kPatternsPerConnectionMax; ++n) {
    many->say(Verb::sub, "p." + std::to_string(n));
    if (n % 256 == 0) settle();
  }
  settle();
  many->say(Verb::sub, "p.1");  // Not a new one.
  settle();
  EXPECT_FALSE(many->closed());
  many->say(Verb::sub, "one.more");
  settle();
  EXPECT_TRUE(many->closed());

  const auto large = client();
  const std::size_t fit = kPatternBytesPerConnectionMax / 4000;
  for (std::size_t n = 0; n <= fit; ++n) {
    EXPECT_FALSE(large->closed()) << n;
    large->say(Verb::sub, std::string(3990, 'x') + std::to_string(1'000'000'000 + n));
    settle();
  }
  EXPECT_TRUE(large->closed());
  EXPECT_EQ(hub->statistics().subscriptions, 0U);
}

TEST_F(HubTest, the_number_of_connections_is_bounded) {
  hub = Hub::create(UniqueFd{}, {.clock = &clock, .connections_max = 2}).value();
  const auto one = client();
  const auto two = client();
  testing::internal::CaptureStderr();
  for (int n = 0; n < 3; ++n) {
    auto pair = net::stream_pair();
    EXPECT_FALSE(hub->add(std::move(pair->first)));
    EXPECT_TRUE(RawClient(std::move(pair->second)).closed());
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << "one line a second says it\n" << log;
  EXPECT_EQ(hub->statistics().refused, 3U);
  one->hang_up();
  settle();
  EXPECT_FALSE(client()->closed()) << "there is room again";
}

}  // namespace
}  // namespace decnet::bus
