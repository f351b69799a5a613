// A login by ssh, and what the host's own records say of it: all of them the same.
#include "shell/login_record.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/console.h"
#include "shell/fs/seeds.h"
#include "shell/fs/utmp.h"
#include "shell/process_table.h"

namespace decnet::shell {
namespace {

using testing::HasSubstr;
using testing::Not;

class LoginRecordTest : public testing::Test {
 protected:
  LoginRecordTest() {
    auto persona = std::make_shared<persona::Persona>(persona::make_persona(
        {.name = "", .seed = 5, .archetype = "linux-server", .deployed_at = clock_.now()}));
    MachineFacts facts{.persona = persona, .clock = &clock_, .address = "192.0.2.10"};
    facts.layer = make_seed_layer(
        {.persona = persona, .clock = &clock_, .address = "192.0.2.10", .gateway = "192.0.2.1"});
    clock_.advance(std::chrono::hours{30});
    machine_ = std::make_unique<Machine>(std::move(facts));
  }
  std::string text(std::string_view path) {
    return machine_->files().read_file(path, {}).value_or("");
  }
  ConsoleRequest request() {
    return {.user = "root", .peer_ip = "198.51.100.7", .peer_port = 40007};
  }
  FakeClock clock_;
  std::unique_ptr<Machine> machine_;
};

TEST_F(LoginRecordTest, TheRecordsAgree) {
  auto record = std::make_unique<LoginRecord>(
      *machine_, LoginFacts{.user = "root", .peer_ip = "198.51.100.7", .peer_port = 40007});
  auto console = std::make_unique<Console>(*machine_, request());
  const LoginRow row = login_table(*machine_).at(0);
  const std::string sshd = "sshd[" + std::to_string(row.daemon_pid) + "]: ";
  const std::string auth = text("/var/log/auth.log");
  EXPECT_THAT(auth,
              HasSubstr(sshd + "Accepted password for root from 198.51.100.7 port 40007 ssh2\n"));
  EXPECT_THAT(auth,
              HasSubstr(sshd + "pam_unix(sshd:session): session opened for user root(uid=0)"));
  EXPECT_THAT(auth, HasSubstr(" of user root.\n"));
  EXPECT_THAT(auth, Not(HasSubstr("Received disconnect from 198.51.100.7")));
  const UtmpEntry on = read_utmp(text("/var/log/wtmp")).back();
  EXPECT_EQ(on.type, UtmpType::user);
  EXPECT_EQ(on.pid, row.pid) << "root's sshd has no other process";
  EXPECT_EQ(on.host, "198.51.100.7");
  EXPECT_EQ(on.line, row.terminal);
  EXPECT_EQ(read_utmp(text("/run/utmp")).back().user, "root");
  EXPECT_EQ(read_lastlog(text("/var/log/lastlog"), 0).host, "198.51.100.7");

  clock_.advance(std::chrono::minutes{5});
  console.reset();
  record.reset();
  EXPECT_THAT(text("/var/log/auth.log"),
              HasSubstr(sshd + "Disconnected from user root 198.51.100.7 port 40007\n"));
  EXPECT_EQ(read_utmp(text("/var/log/wtmp")).back().type, UtmpType::dead);
  EXPECT_EQ(read_utmp(text("/run/utmp")).back().type, UtmpType::dead);
}

TEST_F(LoginRecordTest, TheGreetingSaysWhatLastlogKnows) {
  const LastlogEntry before = read_lastlog(text("/var/log/lastlog"), 0);
  {
    Console first(*machine_, request());
    const std::string said = first.take_output();
    if (before.time == TimePoint{}) {
      EXPECT_THAT(said, Not(HasSubstr("Last login")));
    } else {
      EXPECT_THAT(said, HasSubstr("from " + before.host));
    }
  }
  clock_.advance(std::chrono::hours{1});
  EXPECT_THAT(Console(*machine_, request()).take_output(), HasSubstr("from 198.51.100.7"));
  clock_.advance(std::chrono::hours{1});
  ASSERT_TRUE(machine_->files().truncate("/var/log/lastlog", 0, {}));
  EXPECT_THAT(Console(*machine_, request()).take_output(), Not(HasSubstr("Last login")));
}

}  // namespace
}  // namespace decnet::shell
