// Sentences of the bus's contract that stand on their own.
#include <array>

#include <gmock/gmock.h>
#include <sys/socket.h>

#include "bus/hub_fixture.h"

namespace decnet::bus {
namespace {

using testing::AnyOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

TEST_F(HubTest, a_client_that_knows_neither_ping_nor_pong_works_unchanged) {
  const auto one = client();  // Without a HELLO, too.
  const auto other = client("other");
  one->say(Verb::sub, "a.*");
  other->say(Verb::sub, "b");
  other->say(Verb::ping, "1");
  settle();
  other->say(Verb::pub, "a.x");
  one->say(Verb::unsub, "never.subscribed");
  one->say(Verb::pub, "b");
  settle();
  hub->goodbye();
  const auto seen = one->frames();
  EXPECT_THAT(seen, SizeIs(2));
  EXPECT_THAT(seen, Each(AnyOf(StartsWith("EVT a.x "), "BYE")));
  EXPECT_TRUE(one->closed());
}

TEST_F(HubTest, the_default_queue_is_8_mib_or_65536_frames) {
  EXPECT_EQ(QueueLimits{}.bytes, 8U * 1024 * 1024);
  EXPECT_EQ(QueueLimits{}.frames, 65'536U);
  EXPECT_EQ(BrokerOptions{}.queue.bytes, QueueLimits{}.bytes);
  EXPECT_EQ(BrokerOptions{}.queue.frames, QueueLimits{}.frames);
  EXPECT_EQ(BrokerOptions{}.mode, 0660U);
  EXPECT_EQ(BrokerOptions{}.group, "decnet");
}

TEST_F(HubTest, all_that_one_read_holds_goes_out_in_one_write_to_each_subscriber) {
  std::array<int, 2> ends{};
  // Of this kind of socket each write is a packet of its own.
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends.data()), 0);
  ASSERT_TRUE(hub->add(UniqueFd(ends[0])));
  const UniqueFd far(ends[1]);
  std::string sub;
  append_frame(sub, Verb::sub, ">");
  ASSERT_EQ(::send(far.get(), sub.data(), sub.size(), 0), static_cast<ssize_t>(sub.size()));
  settle();
  const auto publisher = client();
  std::string batch;
  std::string expected;
  for (int n = 0; n < 20; ++n) {
    append_frame(batch, Verb::pub, "a", body("a", R"({"n":)" + std::to_string(n) + "}"));
    append_frame(expected, Verb::evt, "a", body("a", R"({"n":)" + std::to_string(n) + "}"));
  }
  publisher->send_bytes(batch);
  settle();
  std::string packet(64 * 1024, '\0');
  const auto got = ::recv(far.get(), packet.data(), packet.size(), MSG_DONTWAIT);
  packet.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  EXPECT_EQ(packet, expected);
  EXPECT_EQ(::recv(far.get(), packet.data(), packet.size(), MSG_DONTWAIT), -1) << "and no other";
}

TEST_F(HubTest, the_header_holds_its_limit_with_the_lf_on_the_wire) {
  const std::string longest(kHeaderBytesMax - std::string_view("PUB \n").size(), 't');
  const auto reader = subscriber(">");
  const auto writer = client();
  writer->say(Verb::pub, longest, body(longest, "{}"));
  settle();
  EXPECT_THAT(reader->frames(), ElementsAre(StartsWith("EVT " + longest + " ")));
  EXPECT_FALSE(writer->closed());
  testing::internal::CaptureStderr();
  writer->say(Verb::pub, longest + "t", body("a", "{}"));
  settle();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("is closed"));
  EXPECT_TRUE(writer->closed());
  EXPECT_FALSE(reader->closed());
}

class ImpatientTest : public HubTest {
 protected:
  ImpatientTest() : HubTest({.bytes = 16 * 1024, .frames = 64}) {}

  std::unique_ptr<RawClient> impatient(std::string_view pattern) {
    auto pair = net::stream_pair();
    EXPECT_TRUE(hub->add(std::move(pair->first), Patience::none));
    auto made = std::make_unique<RawClient>(std::move(pair->second));
    made->say(Verb::sub, pattern);
    settle();
    return made;
  }
};

// The bridge's connection: whatever it does, nobody waits for it.
TEST_F(ImpatientTest, a_connection_without_patience_never_holds_a_publisher_back) {
  const auto dead = impatient("a");  // Reads nothing.
  const auto reader = subscriber("a");
  const auto writer = client();
  std::size_t heard = 0;
  for (int n = 0; n < 2000; ++n) {
    writer->say(Verb::pub, "a", body("a", R"({"x":")" + std::string(1000, 'x') + R"("})"));
    settle();
    heard += reader->frames().size();
  }
  EXPECT_EQ(hub->statistics().pauses, 0U);
  EXPECT_GT(hub->statistics().dropped, 0U);
  EXPECT_EQ(heard, 2000U) << "the other one loses nothing";
}

TEST_F(ImpatientTest, it_gets_events_again_when_it_has_caught_up) {
  const auto slow = impatient("a");
  const auto writer = client();
  for (int n = 0; n < 2000; ++n) {
    writer->say(Verb::pub, "a", body("a", R"({"x":")" + std::string(1000, 'x') + R"("})"));
    settle();
  }
  for (int n = 0; n < 100; ++n) {
    slow->frames();
    settle();
  }
  const auto dropped = hub->statistics().dropped;
  writer->say(Verb::pub, "a", body("a", R"({"last":1})"));
  settle();
  EXPECT_THAT(slow->payloads(), ElementsAre(R"({"last":1})"));
  EXPECT_EQ(hub->statistics().dropped, dropped);
}

TEST_F(HubTest, health_shows_what_it_was_given) {
  const auto reader = subscriber("system.bus.health");
  int asked = 0;
  hub->show_in_health("bridge",
                      [&] { return R"({"state":"up","n":)" + std::to_string(++asked) + "}"; });
  for (int n = 1; n <= 2; ++n) {
    clock.advance(kBusHealthEvery);
    settle();
    EXPECT_THAT(reader->payloads(),
                ElementsAre(HasSubstr(R"("bridge":{"state":"up","n":)" + std::to_string(n) + "}")));
  }
}

TEST_F(HubTest, health_of_a_single_host_has_no_bridge) {
  const auto reader = subscriber("system.bus.health");
  clock.advance(kBusHealthEvery);
  settle();
  EXPECT_THAT(reader->payloads(), ElementsAre(Not(HasSubstr("bridge"))));
}

}  // namespace
}  // namespace decnet::bus
