// What the recording does not hold: logins that work, limits, events, the router.
#include <algorithm>

#include <gtest/gtest.h>

#include "base/counters.h"
#include "service/telnet/login.h"
#include "service/telnet/peer_options.h"
#include "service/telnet/telnet_test.h"
#include "service/telnet/telnetd.h"
#include "service/telnet/wire.h"

namespace decnet::service::telnet {

const session::Descriptor& descriptor();

namespace {

class TestShell final : public Shell {
 public:
  explicit TestShell(TestHost& host) : host_(host) {}
  void input(std::string_view bytes) override {
    host_.typed += bytes;
    output_ += "\xff\r";
    output_ += "x";
  }
  bool accepts_input() const override { return !host_.is_full; }
  void resize(std::uint16_t columns, std::uint16_t rows) override {
    host_.size = std::to_string(columns) + "x" + std::to_string(rows);
  }
  std::string take_output(std::size_t) override { return std::exchange(output_, {}); }
  bool ended() const override { return host_.typed.find("exit") != std::string::npos; }
  bool run() override { return false; }
  std::optional<TimePoint> wakes_at() const override { return std::nullopt; }

 private:
  TestHost& host_;
  std::string output_;
};

const std::string kAnswers(
    "\xff\xfe\x25\xff\xfe\x26\xff\xfb\x18\xff\xfc\x20\xff\xfc\x23\xff\xfc\x27"
    "\xff\xfc\x24\xff\xfa\x18\0XTERM\xff\xf0",
    30);
const std::string kWindow("\xff\xfb\x1f\xff\xfa\x1f\0\x64\0\x28\xff\xf0", 12);

void log_in(TalkTest& talk) {
  talk.feed(kAnswers);
  talk.feed(kWindow);
  talk.feed("root\r\n");
  talk.feed(std::string("good\r\0", 6));
}

TEST(TelnetSession, ALoginThatWorksOpensAShell) {
  TalkTest talk;
  log_in(talk);
  EXPECT_TRUE(talk.talk().is_logged_in());
  EXPECT_EQ(talk.host().request.terminal_type, "xterm");
  EXPECT_EQ(talk.host().request.columns, 100);
  EXPECT_EQ(talk.host().request.rows, 40);
  EXPECT_FALSE(talk.host().request.by_ssh);
  talk.said();
  talk.feed("id\r\n");
  EXPECT_EQ(talk.host().typed, "id\r");
  EXPECT_EQ(talk.said(), std::string("\xff\xff\r\0x", 5));
  talk.feed(std::string("\xff\xfa\x1f\0\x50\0\x18\xff\xf0", 9));
  EXPECT_EQ(talk.host().size, "80x24");
  talk.feed("\xff\xf4");
  EXPECT_EQ(talk.host().typed, "id\r\x03");
  talk.feed("exit\r\n");
  EXPECT_TRUE(talk.talk().is_over());
  EXPECT_EQ(talk.talk().end_reason(), "logout");
  const std::string events = talk.events();
  EXPECT_NE(events.find("principal=root"), events.npos) << events;
  EXPECT_NE(events.find("terminal_type"), events.npos) << events;
  EXPECT_NE(events.find("dont 37,dont 38,will 24"), events.npos) << events;
}

TEST(TelnetSession, AFullShellStopsTheReading) {
  TalkTest talk;
  log_in(talk);
  talk.host().is_full = true;
  talk.feed("ls\r\n");
  EXPECT_FALSE(talk.talk().accepts_input());
  talk.host().is_full = false;
  talk.wait(Duration{1});
  EXPECT_TRUE(talk.talk().accepts_input());
  EXPECT_EQ(talk.host().typed, "ls\r");
}

TEST(TelnetSession, UserOfTheEnvironmentIsNoOptionOfLogin) {
  TalkTest talk;
  talk.feed("\xff\xfe\x25\xff\xfe\x26\xff\xfc\x18\xff\xfc\x20\xff\xfc\x23\xff\xfb\x27\xff\xfc\x24");
  talk.feed(std::string("\xff\xfa\x27\0\0USER\1-f root\xff\xf0", 19));
  talk.feed("\xff\xfc\x1f");
  EXPECT_TRUE(talk.said().ends_with(" login: "));
  EXPECT_NE(talk.events().find("attack=CVE-2026-24061"), std::string::npos) << talk.events();
  EXPECT_NE(talk.events().find("value=-f root"), std::string::npos) << talk.events();
}

TEST(TelnetSession, AFloodOfOptionsEndsIt) {
  TalkTest talk;
  std::string flood;
  for (std::size_t at = 0; at <= kOptionCommandsMax; ++at) flood += "\xff\xfd\x2a";
  talk.feed(flood);
  EXPECT_TRUE(talk.talk().is_over());
  EXPECT_EQ(talk.talk().end_reason(), "option_flood");
  EXPECT_GT(counter("telnet_limit_option_commands_total", "").value(), 0U);
}

TEST(TelnetSession, MuchTextBeforeLoginIsDropped) {
  TalkTest talk;
  talk.feed(std::string(1U << 20U, 'a'));
  EXPECT_GT(counter("telnet_limit_early_text_bytes_total", "").value(), 1'000'000U);
  talk.feed(kAnswers + kWindow);
  EXPECT_LT(talk.said().size(), 10'000U);
}

TEST(TelnetSession, ReprintedLinesAreBounded) {
  TalkTest talk;
  talk.feed(kAnswers + kWindow);
  talk.said();
  talk.feed(std::string(4'000, 'a') + std::string(1'000'000, '\x12'));
  EXPECT_LE(talk.said().size(), kHeldBytesMax);
}

TEST(TelnetSession, LongSubnegotiationsAndManyVariablesAreCut) {
  TalkTest talk;
  talk.feed("\xff\xfb\x27\xff\xfa\x27" + std::string(100'000, '\0') + "\xff\xf0");
  EXPECT_GT(counter("telnet_limit_subnegotiation_bytes_total", "").value(), 90'000U);
  EXPECT_GT(counter("telnet_limit_environ_total", "").value(), 100U);
}

TEST(TelnetSession, LinesThatNobodyReadsAreDropped) {
  Terminal terminal;
  std::string shown;
  for (int at = 0; at < 100'000; ++at) terminal.type('\r', shown);
  EXPECT_GT(counter("telnet_limit_typed_bytes_total", "").value(), 80'000U);
  for (int at = 0; at < 100'000; ++at) terminal.type('a', shown);
  terminal.flush_input();
  EXPECT_FALSE(terminal.take_line().has_value());
}

std::unique_ptr<session::ScriptedSession> router(std::vector<std::string> script) {
  session::Script all{.service = "telnet", .script = std::move(script)};
  all.end = net::ScriptEnd::stays_silent;
  all.persona.personality = "cisco_ios15";
  return session::run_service(descriptor(), std::move(all));
}

TEST(TelnetRouter, LetsNobodyIn) {
  const auto session = router({"admin\r\n", "cisco\r\n"});
  EXPECT_EQ(
      session->written(),
      "\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f\r\n\r\nUser Access Verification\r\n\r\n"
      "Username: admin\r\nPassword: \r\n% Login invalid\r\n\r\nUsername: "
      "\r\n% Username:  timeout expired!\r\n");
  EXPECT_EQ(session->end_reason(), "login_timeout");
}

TEST(TelnetService, ServesOverAStream) {
  session::Script script{.service = "telnet"};
  script.script = {kAnswers, kWindow, "nobody\r\n"};
  script.end = net::ScriptEnd::stays_silent;
  const auto session = session::run_service(descriptor(), std::move(script));
  EXPECT_NE(session->written().find("\r\nweb-01 login: nobody\r\nPassword: "), std::string::npos);
  EXPECT_TRUE(session->written().ends_with("\r\nLogin timed out after 60 seconds.\r\n"));
  EXPECT_EQ(session->end_reason(), "login_timeout");
}

TEST(TelnetService, TheShellOfTheHouseIsBehindALogin) {
  session::Script script{.service = "telnet"};
  const auto& accounts = script.persona.accounts;
  const auto open = std::find_if(accounts.begin(), accounts.end(),
                                 [](const auto& one) { return !one.password.empty(); });
  ASSERT_NE(open, accounts.end());
  script.script = {
      kAnswers,  kWindow, open->user + "\r\n", open->password + "\r\n", "echo $((6*7)) $TERM\r\n",
      "exit\r\n"};
  script.end = net::ScriptEnd::stays_silent;
  const auto session = session::run_service(descriptor(), std::move(script));
  EXPECT_NE(session->written().find("42 xterm\r\n"), std::string::npos) << session->written();
  EXPECT_EQ(session->end_reason(), "logout");
  EXPECT_EQ(session->recordings().size(), 1U);
  EXPECT_NE(session->event_lines().find("outcome=accepted"), std::string::npos);
}

}  // namespace

std::unique_ptr<Shell> TestHost::open(shell::ConsoleRequest wanted) {
  request = std::move(wanted);
  return std::make_unique<TestShell>(*this);
}

}  // namespace decnet::service::telnet
