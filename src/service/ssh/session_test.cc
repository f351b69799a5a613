// Sessions from the first byte to the last: logins, programs, files, forwardings, limits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "service/ssh/client_test.h"

namespace decnet::service::ssh {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using wire::Message;

std::string service() {
  return Message(wire::kServiceRequest).string("ssh-userauth").take();
}

std::string open_session(std::uint32_t window = 1 << 21) {
  return Message(wire::kChannelOpen).string("session").u32(7).u32(window).u32(32'768).take();
}

Message request(std::string_view name, std::uint32_t channel = 0) {
  return Message(wire::kChannelRequest).u32(channel).string(name).boolean(true);
}

std::string exec(std::string_view command) {
  return request("exec").string(command).take();
}

std::string channel_data(std::string_view bytes) {
  return Message(wire::kChannelData).u32(0).string(bytes).take();
}

std::string all(const Played& played) {
  std::string out;
  for (const std::string& payload : played.got) out += payload;
  return out;
}

}  // namespace

TEST(SshSession, APasswordAndACommand) {
  const Played played = play(logged_in({open_session(), exec("echo hi")}));
  EXPECT_THAT(played.types(), ElementsAre(7, 6, 52, 80, 91, 93, 99, 94, 96, 98, 98, 97));
  EXPECT_THAT(played.events, HasSubstr("login.attempt principal=ann secret_kind=plaintext "
                                       "secret_b64=c3VtbWVy secret_printable=summer "
                                       "outcome=accepted method=password\n"));
  EXPECT_THAT(played.events, HasSubstr("command command=echo hi\n"));
  EXPECT_THAT(played.events, HasSubstr("fingerprint kind=banner value=SSH-2.0-OpenSSH_9.2p1\n"));
  EXPECT_THAT(played.events, HasSubstr("fingerprint kind=hassh value="));
}

TEST(SshSession, TheSixthFailureIsTheLastAndEachTakesItsTime) {
  std::vector<std::string> sent{service()};
  for (int at = 0; at < 8; ++at) sent.push_back(password_request("root", "x"));
  const Played played = play(sent);
  EXPECT_THAT(played.types(), ElementsAre(7, 6, 51, 51, 51, 51, 51, 1));
  EXPECT_THAT(played.got.back(), HasSubstr("Too many authentication failures"));
  EXPECT_EQ(played.reason, "login_failures");
  EXPECT_GE(played.waited, 6s);
  EXPECT_LE(played.waited, 19s);
}

TEST(SshSession, LoginGraceEndsAfterTwoMinutes) {
  const Played played = play({service()}, {}, true);
  EXPECT_EQ(played.reason, "login_timeout");
}

TEST(SshSession, AKeyIsAskedForAndRecorded) {
  const std::string blob = Message().string("ssh-ed25519").string(std::string(32, 'k')).take();
  Message query(wire::kUserauthRequest);
  query.string("ann").string("ssh-connection").string("publickey").boolean(false);
  query.string("ssh-ed25519").string(blob);
  const Played refused = play({service(), query.bytes()});
  EXPECT_THAT(refused.types(), ElementsAre(7, 6, 51));
  EXPECT_THAT(refused.events, HasSubstr("secret_kind=ssh_publickey"));
  EXPECT_THAT(refused.events, HasSubstr("key_fingerprint=SHA256:"));
  EXPECT_THAT(refused.events, HasSubstr("key_bits=256"));
  const Played known =
      play({service(), query.bytes()}, {}, false, "ssh-ed25519 " + to_base64(blob));
  EXPECT_THAT(known.types(), ElementsAre(7, 6, 60));
}

TEST(SshSession, ForwardingsAreRefusedAndRecorded) {
  Message direct(wire::kChannelOpen);
  direct.string("direct-tcpip").u32(3).u32(1 << 20).u32(32'768);
  direct.string("192.0.2.9").u32(80).string("127.0.0.1").u32(4'000);
  Message listen(wire::kGlobalRequest);
  listen.string("tcpip-forward").boolean(true).string("0.0.0.0").u32(8'080);
  const Played played = play(logged_in({direct.take(), listen.take()}));
  EXPECT_THAT(played.types(), ElementsAre(7, 6, 52, 80, 92, 4, 82));
  EXPECT_THAT(played.events, HasSubstr("request=direct-tcpip target=192.0.2.9:80 "
                                       "origin=127.0.0.1:4000 outcome=refused\n"));
  EXPECT_THAT(played.events, HasSubstr("request=tcpip-forward target=0.0.0.0:8080"));
}

TEST(SshSession, OutputWaitsForTheWindow) {
  const Played played = play(logged_in({open_session(100), exec("yes")}));
  std::size_t bytes = 0;
  for (const std::string& payload : played.got) {
    if (payload.front() == wire::kChannelData) bytes += payload.size() - 9;
  }
  EXPECT_EQ(bytes, 100U);
}

TEST(SshSession, ElevenSessionsAreOneTooMany) {
  const Played played = play(logged_in(std::vector<std::string>(11, open_session())));
  EXPECT_THAT(played.got.back().front(), wire::kChannelOpenFailure);
}

TEST(SshSession, ATerminalAndItsSize) {
  Message pty = request("pty-req");
  pty.string("xterm").u32(80).u32(24).u32(0).u32(0).string(std::string(1, '\0'));
  Message resize = request("window-change");
  resize.u32(132).u32(43).u32(0).u32(0);
  const Played played = play(logged_in({open_session(), pty.take(), request("shell").take(),
                                        resize.take(), channel_data("exit 3\n")}));
  EXPECT_THAT(all(played), HasSubstr("132x43"));
  EXPECT_THAT(all(played), HasSubstr(std::string("exit-status\0\0\0\0\3", 16)));
  EXPECT_THAT(played.events, HasSubstr("request=pty-req terminal=xterm 80x24\n"));
}

TEST(SshSession, KeysAreChangedOnDemandInTheMiddleOfOutput) {
  for (const std::string cipher : {"chacha20-poly1305@openssh.com", "aes256-ctr"}) {
    ClientOffer offer;
    offer.cipher = cipher;
    offer.compression = "zlib@openssh.com";
    const Played played =
        play(logged_in({open_session(), "", exec("cat"), channel_data("one"), "",
                        channel_data("two"), Message(wire::kChannelEof).u32(0).take()}),
             offer);
    EXPECT_EQ(played.exchanges, 3U);
    EXPECT_EQ(played.error, "");
    EXPECT_THAT(all(played), HasSubstr("two"));
  }
}

TEST(SshSession, UploadsOfSftpAreCaptured) {
  const auto message = [](const Message& inner) {
    return channel_data(Message().string(inner.bytes()).bytes());
  };
  Message open(3);
  open.u32(1).string("evil.sh").u32(0x1a).u32(0);
  Message write(6);
  write.u32(2).string(std::string(4, '\0')).u64(0).string("rm -rf /");
  Message close(4);
  close.u32(3).string(std::string(4, '\0'));
  const Played played =
      play(logged_in({open_session(), request("subsystem").string("sftp").take(),
                      message(Message(1).u32(3)), message(open), message(write), message(close)}));
  EXPECT_THAT(played.captured, ElementsAre("rm -rf /"));
  EXPECT_THAT(played.events, HasSubstr("request=sftp operation=open path=/home/ann/evil.sh\n"));
}

TEST(SshSession, UploadsOfScpAreCaptured) {
  const Played played = play(logged_in(
      {open_session(), exec("scp -t /tmp"), channel_data(std::string("C0644 3 x\nabc\0", 14))}));
  EXPECT_THAT(played.captured, ElementsAre("abc"));
  EXPECT_THAT(played.events, HasSubstr("request=scp operation=upload path=/tmp/x\n"));
}

TEST(SshSession, FoldersOutOfTheTreeAreNone) {
  const Played played = play(logged_in(
      {open_session(), exec("scp -t /tmp"), channel_data(std::string("C0644 3 ../x\nabc\0", 17))}));
  EXPECT_THAT(all(played), HasSubstr("unexpected filename"));
  EXPECT_THAT(played.captured, ElementsAre());
}

TEST(SshSession, TheListsAreThoseOfTheGenuineServer) {
  FakeClock clock;
  const session::Place place = test_place(clock);
  const World world = make_world(place);
  EXPECT_EQ(world.banner, "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10");
  const auto hassh = [](const World& of) {
    std::string kex = of.kex + (of.strict ? ",kex-strict-s-v00@openssh.com" : "");
    return md5_hex(kex + ";" + std::string(kCiphers) + ";" + std::string(kMacs) + ";" +
                   std::string(kCompressions));
  };
  session::Place older = place;
  persona::Persona persona = *place.persona;
  std::string found;
  for (const char* update : {"", "+deb12u1", "+deb12u2", "+deb12u3", "+deb12u5"}) {
    persona.versions["openssh.package"] = std::string("1:9.2p1-2") + update;
    older.persona = std::make_shared<const persona::Persona>(persona);
    found += hassh(make_world(older)) + "\n";
  }
  EXPECT_THAT(found, HasSubstr("425d29fe50d8e4f5e37efb6e24bcf660"));
}

TEST(SshSession, MaxStartupsTurnsAwaySomeAndThenAll) {
  const auto turned_away = [](std::uint32_t startups) {
    int count = 0;
    for (int time = 0; time < 2'000; ++time) count += is_turned_away(startups) ? 1 : 0;
    return count;
  };
  EXPECT_EQ(turned_away(9), 0);
  EXPECT_NEAR(turned_away(10), 600, 150);
  EXPECT_NEAR(turned_away(55), 1'300, 150);
  EXPECT_EQ(turned_away(100), 2'000);
}

}  // namespace decnet::service::ssh
