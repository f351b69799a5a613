// UnixBus while the broker comes and goes, and at its own end.
#include "bus/client_fixture.h"
#include "bus/heartbeat.h"
#include "bus/make_bus.h"
#include "net/listener.h"

namespace decnet::bus {
namespace {

using net::Task;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

const std::string kPayload = R"({"n":1})";

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
    one->publish(kTopic, kPayload);
    co_await expect_event(inbox, kPayload);
    EXPECT_TRUE(one->connected() && two->connected());
  };
  with_broker(test());
}

TEST_F(ClientTest, a_brokers_restart_leaves_no_worker_deaf) {
  const auto test = [this]() -> Task<void> {
    const auto worker = make("worker");
    std::optional<Result<StopRequest>> heard;
    const auto follow = [&]() -> Task<void> {
      heard = co_await run_control_listener(*worker, "mutator");
    };
    net::TaskGroup tasks(loop.executor());
    tasks.spawn("control", follow());
    for (int n = 0; n < 3; ++n) {
      co_await flush(*worker);
      co_await stop_broker();
      const auto lost = [&] { return !worker->connected(); };
      co_await until(lost);
      start_broker();
    }
    co_await flush(*worker);
    EXPECT_FALSE(heard.has_value());
    const auto api = make("api");
    api->publish(*topic::system_control("mutator"), stop_payload("alice", TimePoint{}));
    const auto ended = [&] { return heard.has_value(); };
    co_await until(ended);
    EXPECT_EQ(heard->value().requested_by, "alice");
    co_await tasks.join();
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
