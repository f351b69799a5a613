// A broker and its clients on one loop. For the tests of UnixBus.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bus/broker.h"
#include "bus/client.h"
#include "net/loop.h"
#include "net/task_group.h"

namespace decnet::bus {

inline constexpr Duration kPatience =
    std::chrono::seconds{10};  // Of a test that fails; none waits so long when all is well.

inline const Topic kTopic = topic::attacker_observed();

class ClientTest : public testing::Test {
 protected:
  ClientTest() {
    std::string name = (std::filesystem::temp_directory_path() / "decnet-bus-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    socket = folder + "/bus.sock";
  }
  ~ClientTest() override { std::filesystem::remove_all(folder); }

  // Runs a test's coroutine with a broker, which is stopped after it.
  void with_broker(net::Task<void> test) {
    start_broker();
    run(std::move(test));
  }
  void run(net::Task<void> test) {
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
  net::Task<void> stop_broker() {
    if (!broker) co_return;
    broker->stop();
    co_await brokers->join();
    broker.reset();
  }
  std::unique_ptr<UnixBus> make(const std::string& name) {
    ClientOptions options;
    options.socket = socket;
    options.name = name;
    options.backoff_first = std::chrono::milliseconds{1};
    return std::make_unique<UnixBus>(loop.executor(), options);
  }
  static net::Task<void> expect_event(Inbox& inbox, std::string_view payload) {
    const auto event = co_await inbox.next(kPatience);
    EXPECT_TRUE(event.has_value()) << "no " << payload;
    EXPECT_EQ(event ? event->payload() : "", payload);
  }
  static net::Task<void> flush(Bus& bus) {
    const auto flushed = co_await bus.flush(kPatience);
    EXPECT_TRUE(flushed.has_value()) << flushed.error().detail;
  }
  // Until the condition holds; every turn lets the others of the loop have theirs.
  template <class Condition>
  static net::Task<void> until(Condition holds) {
    for (int n = 0; n < 10'000 && !holds(); ++n) {
      const auto slept = co_await net::sleep_for(std::chrono::milliseconds{1});
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
  static net::Task<void> serve(Broker& broker) {
    const auto ended = co_await broker.run();
    EXPECT_TRUE(ended.has_value());
  }
  net::Task<void> finish(net::Task<void> test) {
    co_await std::move(test);
    co_await stop_broker();
    finished = true;
  }
};

}  // namespace decnet::bus
