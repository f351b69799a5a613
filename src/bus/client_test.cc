// UnixBus against a real broker: what a worker sees of the bus.
#include <stdexcept>
#include <vector>

#include "bus/client_fixture.h"
#include "bus/codec.h"
#include "bus/event_body.h"
#include "bus/pattern.h"

namespace decnet::bus {
namespace {

using net::Task;
using namespace std::chrono_literals;

const std::string kPayload = R"({"n":1})";

TEST_F(ClientTest, an_event_goes_from_one_process_to_another) {
  const auto test = [this]() -> Task<void> {
    const auto core = make("core");
    const auto api = make("api");
    Inbox inbox;
    const auto subscription = api->subscribe("attacker.*", inbox);
    co_await flush(*api);
    core->publish(kTopic, R"({"ip":"198.51.100.7"})", "first");
    const auto event = co_await inbox.next(kPatience);
    EXPECT_TRUE(event.has_value());
    if (!event) co_return;
    EXPECT_EQ(event->topic(), "attacker.observed");
    EXPECT_EQ(event->type(), "first");
    EXPECT_EQ(event->id().size(), 32U);
    EXPECT_EQ(event->payload(), R"({"ip":"198.51.100.7"})");
    EXPECT_LT(Clock::system().now() - event->time(), 1min);
    EXPECT_THAT(broker->statistics().connections, 2);
    co_await core->close();
    co_await api->close();
  };
  with_broker(test());
}

TEST_F(ClientTest, an_empty_payload_is_an_empty_object) {
  const auto test = [this]() -> Task<void> {
    const auto one = make("one");
    const auto two = make("two");
    Inbox inbox;
    const auto subscription = two->subscribe(">", inbox);
    co_await flush(*two);
    one->publish(topic::system_webhook_subscriptions_changed());
    co_await expect_event(inbox, "{}");
  };
  with_broker(test());
}

TEST_F(ClientTest, a_process_hears_its_own_events_once) {
  const auto test = [this]() -> Task<void> {
    const auto api = make("api");
    const auto other = make("other");
    Inbox own, others;
    const auto first = api->subscribe("attacker.>", own);
    const auto second = other->subscribe("attacker.>", others);
    co_await flush(*other);
    api->publish(kTopic, kPayload);
    EXPECT_EQ(own.size(), 0U) << "never from inside publish()";
    co_await expect_event(own, kPayload);
    co_await expect_event(others, kPayload);
    co_await flush(*api);
    EXPECT_EQ(own.size(), 0U);
  };
  with_broker(test());
}

TEST_F(ClientTest, each_subscription_that_matches_gets_it) {
  const auto test = [this]() -> Task<void> {
    const auto one = make("one");
    const auto two = make("two");
    std::vector<std::string> seen;
    const auto note = [&seen](std::string name) -> Handler {
      return [&seen, name](const Event&) { seen.push_back(name); };
    };
    const auto a = two->subscribe("attacker.*", note("a"));
    const auto b = two->subscribe("attacker.*", note("b"));
    const auto c = two->subscribe("attacker.observed", note("c"));
    const auto d = two->subscribe("decky.>", note("d"));
    co_await flush(*two);
    one->publish(kTopic);
    co_await flush(*one);
    co_await flush(*two);
    EXPECT_THAT(seen, testing::UnorderedElementsAre("a", "b", "c"));
    EXPECT_EQ(broker->statistics().subscriptions, 3U) << "one pattern is asked for once";
  };
  with_broker(test());
}

TEST_F(ClientTest, a_pattern_is_taken_back_when_its_last_subscription_ends) {
  const auto test = [this]() -> Task<void> {
    const auto bus = make("bus");
    auto one = bus->subscribe("a.*", [](const Event&) {});
    auto two = bus->subscribe("a.*", [](const Event&) {});
    co_await flush(*bus);
    EXPECT_EQ(broker->statistics().subscriptions, 1U);
    one->cancel();
    co_await flush(*bus);
    EXPECT_EQ(broker->statistics().subscriptions, 1U);
    two = Subscription{};
    co_await flush(*bus);
    EXPECT_EQ(broker->statistics().subscriptions, 0U);
  };
  with_broker(test());
}

TEST_F(ClientTest, bad_patterns_and_bad_payloads_do_not_reach_the_broker) {
  const auto test = [this]() -> Task<void> {
    const auto bus = make("bus");
    EXPECT_EQ(bus->subscribe("a..b", [](const Event&) {}).error().code, Errc::invalid_argument);
    EXPECT_EQ(bus->subscribe(std::string(kSubscribePatternBytesMax + 1, 'a'), [](const Event&) {})
                  .error()
                  .code,
              Errc::limit);
    const auto longest =
        bus->subscribe(std::string(kSubscribePatternBytesMax, 'a'), [](const Event&) {});
    EXPECT_TRUE(longest.has_value());
    for (const std::string& payload : {std::string("[]"), std::string("{"), std::string("\xff"),
                                       R"({"x":")" + std::string(kBodyBytesMax, 'x') + R"("})"})
      bus->publish(kTopic, payload);
    bus->publish(kTopic, "{}", std::string(kEventTypeBytesMax + 1, 't'));
    co_await flush(*bus);
    EXPECT_EQ(broker->statistics().published, 0U);
    EXPECT_EQ(broker->statistics().protocol_errors, 0U);
  };
  with_broker(test());
}

TEST_F(ClientTest, a_name_that_no_header_can_hold_is_made_fit) {
  const auto test = [this]() -> Task<void> {
    const auto bus = make("odd \n name \xff" + std::string(10'000, 'x'));
    co_await flush(*bus);
    EXPECT_TRUE(bus->connected());
    EXPECT_EQ(broker->statistics().protocol_errors, 0U);
  };
  with_broker(test());
}

TEST_F(ClientTest, a_bus_may_end_in_its_own_handler) {
  const auto test = [this]() -> Task<void> {
    auto one = make("one");
    auto two = make("two");
    int calls = 0;
    const auto subscription = two->subscribe(">", [&](const Event&) {
      ++calls;
      two.reset();
    });
    co_await flush(*two);
    one->publish(kTopic);
    one->publish(kTopic);
    const auto gone = [&] { return !two && broker->statistics().connections == 1; };
    co_await until(gone);
    EXPECT_EQ(calls, 1);
  };
  with_broker(test());
}

TEST_F(ClientTest, a_handler_that_throws_harms_nobody) {
  const auto test = [this]() -> Task<void> {
    const auto bus = make("bus");
    Inbox inbox;
    const auto bad =
        bus->subscribe(">", [](const Event&) { throw std::runtime_error("a handler's bug"); });
    const auto good = bus->subscribe(">", inbox);
    bus->publish(kTopic);
    co_await expect_event(inbox, "{}");
  };
  with_broker(test());
}

TEST_F(ClientTest, many_events_arrive_in_order_and_whole) {
  const auto test = [this]() -> Task<void> {
    const auto one = make("one");
    const auto two = make("two");
    std::vector<std::string> seen;
    const auto subscription =
        two->subscribe(">", [&seen](const Event& event) { seen.emplace_back(event.payload()); });
    co_await flush(*two);
    std::vector<std::string> sent;
    for (std::size_t n = 0; n < 2000; ++n) {
      sent.push_back(R"({"n":)" + std::to_string(n) + R"(,"x":")" + std::string(n % 1500, 'x') +
                     R"("})");
      one->publish(kTopic, sent.back());
    }
    co_await flush(*one);
    co_await flush(*two);
    EXPECT_EQ(seen, sent);
    EXPECT_EQ(broker->statistics().dropped, 0U);
  };
  with_broker(test());
}

}  // namespace
}  // namespace decnet::bus
