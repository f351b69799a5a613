#include "control/codec.h"

#include <gtest/gtest.h>

namespace decnet::control {
namespace {

TEST(ControlCodec, round_trips_every_kind) {
  DesiredFleet fleet{.version = 7, .more = true};
  fleet.deckies.push_back({"web-01", "127.66.0.1", 1, {{"http", 80}, {"https", 443}}});
  PutDecky decky{.name = "web-01",
                 .seed = ~0ULL,
                 .deployed_at = -5,
                 .certificate_pem = std::string("a\0b", 3),
                 .host_keys_pem = {"rsa", "ed25519"}};
  decky.services.push_back({"ftp", 21, {{"server", "vsftpd"}}, "state"});
  const std::vector<Message> messages = {Link{"control", "core"},
                                         Keep{"k"},
                                         fleet,
                                         decky,
                                         StatePut{"d", "s", 65535, "x"},
                                         EngineReport{1, 2, 3, 4, 5},
                                         Opened{9, "denied"},
                                         MemoryPut{"d", "shell", "192.0.2.1", "x"},
                                         MemoryGet{7, "d", "shell", "192.0.2.1"},
                                         MemoryIs{7, true, std::string("\0\xff", 2)},
                                         WantLines{"reconciler"},
                                         StartWorker{3, "ingester"},
                                         StartOutcome{3, true, ""},
                                         StartOutcome{4, false, "its process is away"},
                                         Attach{"collector"}};
  for (const Message& message : messages) {
    const auto decoded = decode(encode(message));
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->index(), message.index());
    EXPECT_EQ(encode(*decoded), encode(message));
  }
}

TEST(ControlCodec, refuses_every_truncation_and_every_tail) {
  const std::string whole = encode(Message{Listener{"web-01", "http", 80, 10080}});
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_FALSE(decode(whole.substr(0, n)).has_value()) << n;
  EXPECT_FALSE(decode(whole + "x").has_value());
}

TEST(ControlCodec, refuses_what_breaks_a_limit) {
  EXPECT_EQ(decode(encode(Message{Keep{std::string(kTextBytesMax + 1, 'x')}})).error().code,
            Errc::limit);
  DesiredFleet fleet;
  fleet.deckies.resize(kListItemsMax + 1);
  EXPECT_EQ(decode(encode(Message{fleet})).error().code, Errc::limit);
  std::string wide_port = encode(Message{CloseListener{"", "", 0}});
  wide_port[wide_port.size() - 3] = 1;  // 65536
  EXPECT_EQ(decode(wide_port).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace decnet::control
