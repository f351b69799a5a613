// The bridge against a server that is not there, and a broker that is played. With a genuine
// server: test/integration/test_bus_bridge.py.
#include "bus/bridge/bridge.h"

#include <functional>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "bus/codec.h"
#include "bus/event_body.h"
#include "net/packet_channel.h"

namespace decnet::bus::bridge {
namespace {

using testing::HasSubstr;

// A port of this host on which nobody listens, held until the end of the test.
class DeadPort {
 public:
  DeadPort() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    void* raw = &address;
    EXPECT_EQ(::bind(fd_.get(), static_cast<sockaddr*>(raw), size), 0);
    EXPECT_EQ(::getsockname(fd_.get(), static_cast<sockaddr*>(raw), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  std::string url() const { return "nats://127.0.0.1:" + std::to_string(port_); }

 private:
  UniqueFd fd_;
  int port_ = 0;
};

class BridgeTest : public testing::Test {
 protected:
  BridgeTest() {
    auto pair = net::stream_pair();
    broker = std::move(pair->first);
    const int flags = ::fcntl(pair->second.get(), F_GETFL);
    ::fcntl(pair->second.get(), F_SETFL, flags & ~O_NONBLOCK);
    local = std::move(pair->second);
  }

  std::unique_ptr<Bridge> bridge(Queue::Limits limits) {
    BridgeOptions options{
        parse_servers(port.url()).value(), LinkOptions{},
        Names::create("here", parse_patterns("a.>, b").value(), parse_patterns(">").value())
            .value(),
        limits};
    return Bridge::create(std::move(options), std::move(local));
  }
  // What the bridge says to the broker next.
  std::string frame() {
    std::string bytes(4096, '\0');
    std::optional<std::string> out;
    const auto read = [&] {
      auto next = frames.next();
      if (next && *next) out = std::string((*next)->args);
      if (out) return true;
      const auto got = ::recv(broker.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (got > 0) frames.push({bytes.data(), static_cast<std::size_t>(got)});
      return false;
    };
    until(read);
    return out.value_or("nothing");
  }
  static void until(const std::function<bool()>& holds) {
    for (int n = 0; n < 10'000; ++n) {
      if (holds()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    ADD_FAILURE() << "waited in vain";
  }

  DeadPort port;
  UniqueFd broker;
  UniqueFd local;
  FrameBuffer frames;
};

TEST_F(BridgeTest, names_itself_and_asks_for_what_is_exported) {
  const auto running = bridge({});
  EXPECT_EQ(frame(), "bridge");
  EXPECT_EQ(frame(), "a.>");
  EXPECT_EQ(frame(), "b");
}

TEST_F(BridgeTest, without_a_server_it_takes_every_event_and_drops_the_oldest) {
  const auto running = bridge({.bytes = 1'000'000, .events = 10});
  std::string event;
  append_frame(event, Verb::evt, "a.b",
               make_event_body({"a.b", std::string(32, 'a'), "", TimePoint{}, "{}"}));
  constexpr int kEvents = 5000;  // More than a socket holds: they are all taken.
  for (int n = 0; n < kEvents; ++n) {
    std::string_view rest = event;
    const auto write = [&] {
      const auto sent = ::send(broker.get(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) rest.remove_prefix(static_cast<std::size_t>(sent));
      return rest.empty();
    };
    until(write);
  }
  const auto all_counted = [&] {
    return running->health().find(R"("dropped":4990)") != std::string::npos ||
           running->health().find(R"("dropped":5000)") != std::string::npos;  // They grow old.
  };
  until(all_counted);
  const auto down = [&] {
    return running->health().find(R"("state":"down")") != std::string::npos;
  };
  until(down);
  EXPECT_THAT(running->health(), HasSubstr(R"("host":"here","exported":0,"imported":0)"));
}

TEST_F(BridgeTest, says_so_when_the_broker_has_ended_its_connection) {
  const auto running = bridge({});
  EXPECT_EQ(frame(), "bridge");
  broker.reset();
  const auto detached = [&] {
    return running->health().find(R"("state":"detached")") != std::string::npos;
  };
  until(detached);
}

TEST_F(BridgeTest, ends_while_it_is_connecting) {
  for (int n = 0; n < 3; ++n) {
    auto pair = net::stream_pair();
    local = std::move(pair->second);
    broker = std::move(pair->first);
    bridge({}).reset();
  }
}

}  // namespace
}  // namespace decnet::bus::bridge
