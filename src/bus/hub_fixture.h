// A Hub with clients over socket pairs, on a clock that stands still. For the tests of the broker.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "bus/codec.h"
#include "bus/event_body.h"
#include "bus/hub.h"
#include "net/packet_channel.h"

namespace decnet::bus {

// The far end of a connection, as a foreign client would be: bytes out, frames in.
class RawClient {
 public:
  explicit RawClient(UniqueFd fd) : fd_(std::move(fd)) {}

  // As much as the socket takes. Returns how much that was.
  std::size_t send_bytes(std::string_view bytes) {
    const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
  }
  void say(Verb verb, std::string_view args = {}, std::string_view body = {}) {
    std::string frame;
    append_frame(frame, verb, args, body);
    ASSERT_EQ(send_bytes(frame), frame.size());
  }

  // Reads what has arrived, and gives it as "EVT topic body", "PONG x", …
  std::vector<std::string> frames() {
    read_all();
    std::vector<std::string> out;
    for (auto frame = buffer_.next(); frame && *frame; frame = buffer_.next()) {
      constexpr std::array<std::string_view, 8> kNames = {"HELLO", "SUB",  "UNSUB", "PUB",
                                                          "EVT",   "PING", "PONG",  "BYE"};
      std::string text(kNames[static_cast<std::size_t>((*frame)->verb)]);
      if (!(*frame)->args.empty()) text += " " + std::string((*frame)->args);
      if (!(*frame)->body.empty()) text += " " + std::string((*frame)->body);
      out.push_back(std::move(text));
    }
    return out;
  }
  // The payloads of the events that have arrived.
  std::vector<std::string> payloads() {
    read_all();
    std::vector<std::string> out;
    for (auto frame = buffer_.next(); frame && *frame; frame = buffer_.next()) {
      const auto event = EventReader().read((*frame)->args, (*frame)->body, TimePoint{});
      EXPECT_TRUE(event.has_value()) << "a broken event";
      if (event) out.emplace_back(event->payload());
    }
    return out;
  }
  bool closed() {
    read_all();
    return closed_;
  }
  bool inside_frame() const { return buffer_.inside_frame(); }
  void hang_up() { fd_.reset(); }
  void end_sending() { ::shutdown(fd_.get(), SHUT_WR); }

 private:
  void read_all() {
    std::array<char, 64 * 1024> some;
    while (!closed_) {
      const auto got = ::recv(fd_.get(), some.data(), some.size(), MSG_DONTWAIT);
      if (got > 0)
        buffer_.push({some.data(), static_cast<std::size_t>(got)});
      else if (got == 0 || errno != EAGAIN)
        closed_ = true;
      else
        return;
    }
  }

  UniqueFd fd_;
  FrameBuffer buffer_;
  bool closed_ = false;
};

class HubTest : public testing::Test {
 protected:
  explicit HubTest(QueueLimits limits = {}) {
    hub = Hub::create(UniqueFd{}, {.queue = limits, .clock = &clock}).value();
  }

  std::unique_ptr<RawClient> client(std::string_view name = {}) {
    auto pair = net::stream_pair();
    EXPECT_TRUE(pair.has_value());
    EXPECT_TRUE(hub->add(std::move(pair->first)));
    auto made = std::make_unique<RawClient>(std::move(pair->second));
    if (!name.empty()) made->say(Verb::hello, name);
    settle();
    return made;
  }
  std::unique_ptr<RawClient> subscriber(std::string_view pattern, std::string_view name = {}) {
    auto made = client(name);
    made->say(Verb::sub, pattern);
    settle();
    return made;
  }
  // Until the hub has nothing left to do now.
  void settle() {
    for (int n = 0; n < 10'000; ++n) {
      const auto handled = hub->step();
      ASSERT_TRUE(handled.has_value());
      if (*handled == 0) return;
    }
    FAIL() << "the hub never comes to rest";
  }
  // A complete event, which the broker passes on as it is.
  static std::string body(std::string_view topic, const std::string& payload) {
    return make_event_body({std::string(topic), std::string(32, 'a'), "",
                            TimePoint{std::chrono::seconds{5}}, payload});
  }

  FakeClock clock;
  std::unique_ptr<Hub> hub;
};

}  // namespace decnet::bus
