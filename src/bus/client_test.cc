// UnixBus against a real broker on one loop: what a worker sees of the bus.
#include "bus/client.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bus/broker.h"
#include "bus/codec.h"
#include "bus/event_body.h"
#include "bus/make_bus.h"
#include "bus/pattern.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/socket_stream.h"

namespace decnet::bus {
namespace {

namespace fs = std::filesystem;
using net::Task;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

constexpr Duration kPatience = 10s;  // Of a test that fails; none waits so long when all is well.

const Topic kTopic = topic::attacker_observed();

class ClientTest : public testing::Test {
 protected:
  ClientTest() {
    std::string name = (fs::temp_directory_path() / "decnet-bus-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    socket = folder + "/bus.sock";
  }
  ~ClientTest() override { fs::remove_all(folder); }

  // Runs a test's coroutine with a broker, which is stopped after it.
  void with_broker(Task<void> test) {
    start_broker();
    run(std::move(test));
  }
  void run(Task<void> test) {
    loop.spawn(finish(std::move(test)));
    loop.run();
    EXPECT_TRUE(finished);
  }
  void start_broker() {
    auto made = Broker::create(loop.executor(), {.socket = socket});
    ASSERT_TRUE(made.has_value()) << made.error().detail;
    broker = std::move(*made);
    brokers.emplace(loop.executor());
    brokers->spawn("broker", serve(*broker));
  }
  Task<void> stop_broker() {
    if (!broker) co_return;
    broker->stop();
    co_await brokers->join();
    broker.reset();
  }
  std::unique_ptr<UnixBus> make(const std::string& name) {
    ClientOptions options;
    options.socket = socket;
    options.name = name;
    options.backoff_first = 1ms;
    return std::make_unique<UnixBus>(loop.executor(), options);
  }
  static Task<void> expect_event(Inbox& inbox, std::string_view payload) {
    const auto event = co_await inbox.next(kPatience);
    EXPECT_TRUE(event.has_value()) << "no " << payload;
    EXPECT_EQ(event ? event->payload() : "", payload);
  }
  static Task<void> flush(Bus& bus) {
    const auto flushed = co_await bus.flush(kPatience);
    EXPECT_TRUE(flushed.has_value()) << flushed.error().detail;
  }
  // Until the condition holds; every turn lets the others of the loop have theirs.
  template <class Condition>
  static Task<void> until(Condition holds) {
    for (int n = 0; n < 10'000 && !holds(); ++n) {
      const auto slept = co_await net::sleep_for(1ms);
      if (!slept) break;
    }
    EXPECT_TRUE(holds());
  }

  net::Loop loop;
  std::string folder;
  std::string socket;
  std::unique_ptr<Broker> broker;
  std::optional<net::TaskGroup> brokers;
  bool finished = false;

 private:
  static Task<void> serve(Broker& broker) {
    const auto ended = co_await broker.run();
    EXPECT_TRUE(ended.has_value());
  }
  Task<void> finish(Task<void> test) {
    co_await std::move(test);
    co_await stop_broker();
    finished = true;
  }
};

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
    api->publish(kTopic, R"({"n":1})");
    EXPECT_EQ(own.size(), 0U) << "never from inside publish()";
    co_await expect_event(own, R"({"n":1})");
    co_await expect_event(others, R"({"n":1})");
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

TEST_F(ClientTest, what_is_published_before_the_first_connection_is_sent_after_the_subscriptions) {
  const auto test = [this]() -> Task<void> {
    const auto early = make("early");
    early->publish(kTopic, R"({"n":1})");
    EXPECT_FALSE(early->connected());
    start_broker();
    const auto reader = make("reader");
    Inbox inbox;
    const auto subscription = reader->subscribe(">", inbox);
    early->publish(kTopic, R"({"n":2})");
    co_await flush(*reader);
    early->publish(kTopic, R"({"n":3})");
    co_await flush(*early);
    EXPECT_EQ(broker->statistics().published, 3U);
    EXPECT_TRUE(early->connected());
  };
  run(test());
}

TEST_F(ClientTest, everybody_is_whole_again_after_the_broker_came_back) {
  const auto test = [this]() -> Task<void> {
    const auto one = make("one");
    const auto two = make("two");
    Inbox inbox;
    const auto kept = two->subscribe("attacker.>", inbox);
    auto given_up = two->subscribe("decky.>", [](const Event&) {});
    co_await flush(*one);
    co_await flush(*two);
    co_await stop_broker();
    const auto both_lost = [&] { return !one->connected() && !two->connected(); };
    co_await until(both_lost);
    given_up->cancel();
    one->publish(kTopic, R"({"n":"while it is down"})");
    start_broker();
    co_await flush(*two);
    co_await flush(*one);
    EXPECT_EQ(broker->statistics().subscriptions, 1U);
    inbox.clear();  // Whether that one was heard depends on who came back first.
    one->publish(kTopic, R"({"n":"after"})");
    co_await expect_event(inbox, R"({"n":"after"})");
    EXPECT_TRUE(one->connected() && two->connected());
  };
  with_broker(test());
}

TEST_F(ClientTest, while_the_broker_is_down_a_publish_makes_no_attempt) {
  const auto test = [this]() -> Task<void> {
    auto listening = net::listen_unix(socket, 0600);
    net::Listener listener(loop.executor(), std::move(*listening));
    ClientOptions options;
    options.socket = socket;
    options.backoff_first = 1h;  // The first attempt fails, the second one is not seen here.
    UnixBus bus(loop.executor(), options);
    { const auto first = co_await listener.accept(); }  // Accepted, and closed at once.
    Inbox inbox;
    const auto own = bus.subscribe(">", inbox);
    for (int n = 0; n < 100; ++n) {
      bus.publish(kTopic);
      co_await expect_event(inbox, "{}");  // Local delivery needs no broker.
    }
    EXPECT_FALSE(bus.connected());
    const auto flushed = co_await bus.flush(1ms);
    EXPECT_EQ(flushed.error().code, Errc::timeout);
    UniqueFd raw;
    const auto accept = [&]() -> Task<void> {
      const auto second = co_await listener.accept();
      EXPECT_FALSE(second.has_value()) << "an attempt was made";
    };
    net::TaskGroup group(loop.executor());
    group.spawn("accept", accept());
    const auto slept = co_await net::sleep_for(1ms);
    group.cancel();
    co_await group.join();
    co_await bus.close();
  };
  run(test());
}

TEST_F(ClientTest, publishing_after_close_is_a_drop) {
  const auto test = [this]() -> Task<void> {
    const auto bus = make("bus");
    Inbox inbox;
    const auto subscription = bus->subscribe(">", inbox);
    co_await flush(*bus);
    bus->publish(kTopic, R"({"n":"the last one"})");
    co_await bus->close();
    const auto gone = [&] { return broker->statistics().connections == 0; };
    co_await until(gone);
    EXPECT_EQ(broker->statistics().published, 1U) << "what was queued is sent";
    EXPECT_FALSE(bus->connected());
    testing::internal::CaptureStderr();
    bus->publish(kTopic);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr(" warn "));
    testing::internal::CaptureStderr();
    bus->publish(kTopic);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), IsEmpty()) << "debug level from then on";
    EXPECT_TRUE(bus->subscribe("a", inbox).has_value());
    const auto flushed = co_await bus->flush(kPatience);
    EXPECT_EQ(flushed.error().code, Errc::closed);
    co_await bus->close();
    const auto slept = co_await net::sleep_for(2ms);
    EXPECT_EQ(broker->statistics().published, 1U);
    EXPECT_EQ(inbox.size(), 0U);
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

TEST_F(ClientTest, connect_gives_a_bus_only_where_a_broker_answers) {
  const auto test = [this]() -> Task<void> {
    ClientOptions options;
    options.socket = socket;
    const auto nobody = co_await UnixBus::connect(options);
    EXPECT_FALSE(nobody.has_value());
    EXPECT_TRUE(!nobody && nobody.error().code == Errc::unavailable);
    start_broker();
    const auto bus = co_await UnixBus::connect(options);
    EXPECT_TRUE(bus.has_value());
    EXPECT_TRUE(bus && (*bus)->connected());
  };
  run(test());
}

TEST_F(ClientTest, a_bus_that_is_made_by_configuration_works) {
  const auto test = [this]() -> Task<void> {
    BusOptions options;
    options.socket = socket;
    const auto bus = make_bus(loop.executor(), options);
    co_await flush(*bus);
    EXPECT_TRUE(bus->connected());
    co_await bus->close();
  };
  with_broker(test());
}

}  // namespace
}  // namespace decnet::bus
