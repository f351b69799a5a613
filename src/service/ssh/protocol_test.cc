// What a client may try with the protocol: each is answered as the genuine server does it, and
// nothing grows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/loop.h"
#include "service/ssh/channels.h"
#include "service/ssh/client_test.h"

namespace decnet::service::ssh {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using wire::Message;

std::string service() {
  return Message(wire::kServiceRequest).string("ssh-userauth").take();
}

std::string open_session(std::uint32_t window = 1 << 21) {
  return Message(wire::kChannelOpen).string("session").u32(7).u32(window).u32(32'768).take();
}

std::string exec(std::string_view command) {
  Message message(wire::kChannelRequest);
  return message.u32(0).string("exec").boolean(true).string(command).take();
}

std::string channel_data(std::string_view bytes) {
  return Message(wire::kChannelData).u32(0).string(bytes).take();
}

std::string adjust(std::uint32_t bytes) {
  return Message(wire::kChannelWindowAdjust).u32(0).u32(bytes).take();
}

std::size_t count_of(const Played& played, std::uint8_t type) {
  std::size_t count = 0;
  for (const std::string& payload : played.got) count += payload.front() == type ? 1 : 0;
  return count;
}

std::size_t data_bytes(const Played& played) {
  std::size_t bytes = 0;
  for (const std::string& payload : played.got) {
    if (payload.front() == wire::kChannelData) bytes += payload.size() - 9;
  }
  return bytes;
}

std::string interactive_request() {
  Message message(wire::kUserauthRequest);
  message.string("ann").string("ssh-connection").string("keyboard-interactive");
  return message.string("").string("").take();
}

std::string answer(std::string_view secret) {
  return Message(wire::kUserauthInfoResponse).u32(1).string(secret).take();
}

// A service that offers keyboard-interactive.
std::vector<std::string> asked_interactively(std::vector<std::string> payloads,
                                             std::string& events) {
  FakeClock clock;
  Client client({}, std::move(payloads), clock);
  TestSession session(test_place(clock), client, false);
  World world = make_world(session.place());
  world.keyboard_interactive = true;
  const auto server = make_service(std::move(world), std::make_unique<TestHost>(clock));
  net::run_task(server->serve(session));
  events = session.event_lines();
  return client.got;
}

// The statuses that sftp gave, in their order.
std::vector<std::uint32_t> statuses(const Played& played) {
  constexpr std::uint8_t kStatus = 101;
  std::string stream;
  for (const std::string& payload : played.got) {
    if (payload.front() == wire::kChannelData) stream += payload.substr(9);
  }
  std::vector<std::uint32_t> out;
  for (ByteReader reader(stream); !reader.empty() && reader.ok();) {
    ByteReader message(wire::get_string(reader));
    if (message.u8() != kStatus) continue;
    message.u32();
    out.push_back(message.u32());
  }
  return out;
}

Played play_sftp(const std::vector<Message>& requests) {
  Message subsystem(wire::kChannelRequest);
  subsystem.u32(0).string("subsystem").boolean(true).string("sftp");
  std::vector<std::string> sent{open_session(), subsystem.take(),
                                channel_data(Message().string(Message(1).u32(3).bytes()).bytes())};
  for (const Message& one : requests)
    sent.push_back(channel_data(Message().string(one.bytes()).bytes()));
  return play(logged_in(sent));
}

const std::string kFirstHandle(4, '\0');

}  // namespace

TEST(SshProtocol, KeyboardInteractiveIsNoMethodOfDebians) {
  const Played played = play({service(), interactive_request()});
  EXPECT_THAT(played.types(), ElementsAre(7, 6, 51));
  EXPECT_THAT(played.got.back(), HasSubstr("publickey,password"));
  EXPECT_THAT(played.got.back(), testing::Not(HasSubstr("interactive")));
}

TEST(SshProtocol, KeyboardInteractiveWhereItIsSwitchedOn) {
  std::string events;
  const auto got = asked_interactively(
      {service(), interactive_request(), answer("wrong"), interactive_request(), answer("summer")},
      events);
  ASSERT_EQ(got.size(), 7U);
  EXPECT_THAT(got[2], HasSubstr("Password: "));
  EXPECT_EQ(got[3].front(), wire::kUserauthFailure);
  EXPECT_THAT(got[3], HasSubstr("publickey,password,keyboard-interactive"));
  EXPECT_EQ(got[5].front(), wire::kUserauthSuccess);
  EXPECT_THAT(events, HasSubstr("secret_printable=wrong outcome=refused method=keyboard-inter"));
}

TEST(SshProtocol, AnAnswerToNoQuestionIsUnimplemented) {
  const Played played = play({service(), answer("summer")});
  EXPECT_THAT(played.types(), ElementsAre(7, 6, wire::kUnimplemented));
}

TEST(SshProtocol, StandardErrorIsExtendedData) {
  const Played played = play(logged_in({open_session(), exec("error boom")}));
  ASSERT_EQ(count_of(played, wire::kChannelExtendedData), 1U);
  EXPECT_EQ(count_of(played, wire::kChannelData), 0U);
  const std::string expected =
      Message(wire::kChannelExtendedData).u32(7).u32(1).string("boom\n").take();
  EXPECT_THAT(played.got, testing::Contains(expected));
}

TEST(SshProtocol, AThousandOpenChannelsAreTen) {
  const Played played = play(logged_in(std::vector<std::string>(1'000, open_session())));
  EXPECT_EQ(count_of(played, wire::kChannelOpenConfirmation), kSessionsMax);
  EXPECT_EQ(count_of(played, wire::kChannelOpenFailure), 1'000 - kSessionsMax);
}

TEST(SshProtocol, AThousandChannelsOneAfterTheOtherAreOneNumber) {
  std::vector<std::string> sent;
  for (int round = 0; round < 1'000; ++round) {
    sent.push_back(open_session());
    sent.push_back(Message(wire::kChannelClose).u32(0).take());
  }
  const Played played = play(logged_in(sent));
  EXPECT_EQ(count_of(played, wire::kChannelOpenConfirmation), 1'000U);
  EXPECT_EQ(count_of(played, wire::kChannelClose), 1'000U);
  EXPECT_EQ(played.reason, "peer");
}

TEST(SshProtocol, AWindowOfNothingOpensByteByByte) {
  const Played played =
      play(logged_in({open_session(0), exec("yes"), adjust(1), adjust(0), adjust(4)}));
  EXPECT_EQ(data_bytes(played), 5U);
}

TEST(SshProtocol, AWindowBeyondThirtyTwoBitsEndsTheSession) {
  const Played played =
      play(logged_in({open_session(100), adjust(0xffff'ffff), exec("echo still here")}));
  EXPECT_EQ(count_of(played, wire::kChannelSuccess), 0U);
}

TEST(SshProtocol, APacketSizeOfNothingGetsNothing) {
  Message open(wire::kChannelOpen);
  open.string("session").u32(7).u32(1 << 20).u32(0);
  const Played played = play(logged_in({open.take(), exec("echo hi")}));
  EXPECT_EQ(data_bytes(played), 0U);
}

TEST(SshProtocol, AZipBombEndsTheSession) {
  ClientOffer offer;
  offer.compression = "zlib@openssh.com";
  const std::string bomb = channel_data(std::string(8U << 20, '\0'));
  const Played played = play(logged_in({open_session(), exec("cat"), bomb, exec("echo x")}), offer);
  EXPECT_EQ(data_bytes(played), 0U);
  EXPECT_EQ(played.reason, "protocol_error");
}

TEST(SshProtocol, CompressionBeginsAfterTheLogin) {
  ClientOffer offer;
  offer.compression = "zlib@openssh.com";
  const Played played = play(logged_in({open_session(), exec("echo hi")}), offer);
  EXPECT_EQ(played.error, "");
  EXPECT_EQ(data_bytes(played), 3U);
}

// As genuine over ext4: what lseek() refuses is a bad message, what is behind the end is the end.
TEST(SshProtocol, OffsetsOfSftpHaveSixtyFourBits) {
  constexpr auto kDiskEnd = (1ULL << 44) - 4'096;
  Message open(3);
  open.u32(1).string("/tmp/x").u32(0x1b).u32(0);
  std::vector<Message> sent{std::move(open)};
  for (const unsigned long long at : {1ULL << 32, kDiskEnd, kDiskEnd + 1, 1ULL << 62, ~0ULL}) {
    Message read(5);
    sent.push_back(read.u32(2).string(kFirstHandle).u64(at).u32(10));
  }
  for (const unsigned long long at : {kDiskEnd, 1ULL << 44, 1ULL << 63, ~0ULL}) {
    Message write(6);
    sent.push_back(write.u32(3).string(kFirstHandle).u64(at).string("abc"));
  }
  EXPECT_THAT(statuses(play_sftp(sent)), ElementsAre(1, 1, 5, 5, 5, 4, 5, 5, 5));
}

TEST(SshProtocol, PathsOfSftpEndAtTheRoot) {
  Message real(16);
  real.u32(1).string("../../../../../../etc/passwd");
  Message secret(3);
  secret.u32(2).string("/../../root/../root/.x").u32(1).u32(0);
  const Played played = play_sftp({real, secret});
  std::string all;
  for (const std::string& payload : played.got) all += payload;
  EXPECT_THAT(all, HasSubstr(std::string("\0\0\0\x0b/etc/passwd", 15)));
  EXPECT_THAT(statuses(played), ElementsAre(3));  // ann may not enter /root.
}

// Terrapin: packets before the keys move the sequence, so that as many behind them can be cut off.
TEST(SshProtocol, APrefixThatWasCutOffIsNoticed) {
  for (const std::string cipher : {"chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com"}) {
    wire::PacketKeys keys{.cipher = wire::find_cipher(cipher)};
    keys.key = std::string(keys.cipher->key_bytes, 'k');
    keys.iv = std::string(keys.cipher->iv_bytes, 'i');
    wire::PacketSealer sealer;
    wire::PacketOpener opener;
    wire::Packet packet;
    opener.feed(wire::PacketSealer().seal(Message(wire::kIgnore).string("").bytes()));  // Injected.
    ASSERT_EQ(opener.next(packet), wire::PacketOpener::State::packet);
    sealer.rekey(keys, true);
    opener.rekey(keys, true);
    EXPECT_EQ(opener.sequence(), 0U);
    sealer.seal(Message(wire::kExtInfo).u32(0).bytes());  // Cut off.
    opener.feed(sealer.seal(service()));
    EXPECT_EQ(opener.next(packet), wire::PacketOpener::State::broken) << cipher;
  }
}

TEST(SshProtocol, KeysLastAsLongAsOpensshLetsThem) {
  const auto blocks = [](std::string_view cipher) {
    wire::PacketKeys keys{.cipher = wire::find_cipher(cipher),
                          .mac = wire::find_mac("hmac-sha2-256")};
    keys.key = std::string(keys.cipher->key_bytes, 'k');
    keys.iv = std::string(keys.cipher->iv_bytes, 'i');
    keys.mac_key = std::string(keys.mac->key_bytes, 'm');
    wire::PacketSealer sealer;
    sealer.rekey(keys, true);
    return sealer.blocks_max();
  };
  EXPECT_EQ(blocks("chacha20-poly1305@openssh.com") * 8, 1ULL << 30);  // 1 GiB
  for (const char* cipher : {"aes128-ctr", "aes256-ctr", "aes128-gcm@openssh.com"})
    EXPECT_EQ(blocks(cipher), 1ULL << 32) << cipher;  // 2^(L/4) of RFC 4344
}

TEST(SshProtocol, TheGraceOfALoginIsTwoMinutes) {
  FakeClock clock;
  const TimePoint began = clock.now();
  Client client({}, {service()}, clock);
  client.stays_silent = true;
  TestSession session(test_place(clock), client, false);
  const auto server = make_service(make_world(session.place()), std::make_unique<TestHost>(clock));
  net::run_task(server->serve(session));
  EXPECT_EQ(session.reason(), "login_timeout");
  EXPECT_GE(clock.now() - began, 120s);
  EXPECT_LE(clock.now() - began, 121s);
}

}  // namespace decnet::service::ssh
