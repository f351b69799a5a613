#include <gtest/gtest.h>

#include "shell/cmd/testing.h"

namespace decnet::shell::cmd {
namespace {

void seed(Bench& bench) {
  FileSystem& files = bench.machine().files();
  for (const char* folder : {"/etc", "/home", "/var"}) files.seed_directory(folder, 0755, 0, 0, {});
  files.seed_file("/etc/passwd",
                  "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/bash\n", 0644,
                  0, 0, {});
  files.seed_file("/etc/shadow", "root:*:1:0:99999:7:::\nann:*:1:0:99999:7:::\n", 0640, 0, 42, {});
  files.seed_file("/etc/group", "root:x:0:\nann:x:1000:\nsudo:x:27:\n", 0644, 0, 0, {});
}

TEST(Accounts, a_new_password_logs_in) {
  Bench bench;
  seed(bench);
  EXPECT_EQ(bench.run({"chpasswd"}, "root:s3cret\n").status, 0);
  EXPECT_EQ(bench.machine().password_works("root", "s3cret"), true);
  EXPECT_EQ(bench.machine().password_works("root", "other"), false);
  EXPECT_EQ(bench.run({"chpasswd"}, "nosuch:x\n").status, 1);
  EXPECT_EQ(bench.run({"passwd", "root"}, "aa\naa\n").err,
            "New password: Retype new password: passwd: password updated successfully\n");
  EXPECT_EQ(bench.machine().password_works("root", "aa"), true);
}

TEST(Accounts, a_hash_that_is_written_logs_in) {
  Bench bench;
  seed(bench);
  bench.clock().advance(std::chrono::hours(1));
  const Machine& machine = bench.machine();
  // Each is of "toor", by `openssl passwd` and mkpasswd.
  const std::string kOne = "$1$ab$8y6vgCgl/Zqe.7RgmtdMl1";
  const std::string kFive = "$5$ab$vOJVIIk40L8qOKKwF6zuoiN96A/l4wARVcDlmts8OyB";
  const std::string kSix =
      "$6$ab$J.Pi2GpeSwfk6N73ZpgWvPlHGN4WsYKLqXa4FXdZA3mc6o8pNjrbgPRJaTZrgnVKaY97UyyShcuGRPhRE1."
      "qD.";
  EXPECT_EQ(bench.run({"useradd", "-p", kSix, "bob"}).status, 0);
  EXPECT_EQ(machine.password_works("bob", "toor"), true);
  EXPECT_EQ(machine.password_works("bob", "other"), false);
  EXPECT_EQ(bench.run({"usermod", "-p", kOne, "bob"}).status, 0);
  EXPECT_EQ(machine.password_works("bob", "toor"), true);
  EXPECT_EQ(bench.run({"chpasswd", "-e"}, "bob:" + kFive + "\n").status, 0);
  EXPECT_EQ(machine.password_works("bob", "toor"), true);
  EXPECT_EQ(bench.run({"usermod", "-L", "bob"}).status, 0);
  EXPECT_EQ(machine.password_works("bob", "toor"), false);
  // As attackers do it: a second root, its hash in /etc/passwd itself.
  static_cast<void>(bench.machine().files().append(
      "/etc/passwd", "toor:" + kOne + ":0:0::/root:/bin/bash\n", Credentials{}));
  EXPECT_EQ(machine.password_works("toor", "toor"), true);
  EXPECT_EQ(machine.password_works("toor", "x"), false);
  // A hash that would keep the processor busy for minutes is never made.
  EXPECT_EQ(bench.run({"usermod", "-p", "$6$rounds=999999999$ab$x", "bob"}).status, 0);
  EXPECT_EQ(machine.password_works("bob", "toor"), false);
}

TEST(Accounts, users_come_and_go) {
  Bench bench;
  seed(bench);
  EXPECT_EQ(bench.run({"useradd", "-m", "-G", "sudo", "bob"}).status, 0);
  EXPECT_EQ(bench.run({"id", "bob"}).out,
            "uid=1001(bob) gid=1001(bob) groups=1001(bob),27(sudo)\n");
  EXPECT_EQ(bench.run({"useradd", "bob"}).status, 9);
  EXPECT_EQ(bench.run({"userdel", "bob"}).status, 0);
  EXPECT_EQ(bench.run({"userdel", "bob"}).status, 6);
}

TEST(Accounts, sudo_refuses_who_may_not) {
  Bench bench;
  seed(bench);
  bench.run({"chpasswd"}, "ann:pw\n");
  bench.user = Credentials{.uid = 1000, .gid = 1000};
  EXPECT_EQ(bench.run({"sudo", "-n", "id"}).err, "sudo: a password is required\n");
  const Outcome refused = bench.run({"sudo", "-S", "id"}, "pw\n");
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.err.find("ann is not in the sudoers file."), std::string::npos);
}

TEST(Accounts, crontab_keeps_what_it_is_given) {
  Bench bench;
  seed(bench);
  EXPECT_EQ(bench.run({"crontab", "-l"}).err, "no crontab for root\n");
  EXPECT_EQ(bench.run({"crontab", "-"}, "* * * * * /tmp/x\n").status, 0);
  EXPECT_EQ(bench.run({"crontab", "-l"}).out, "* * * * * /tmp/x\n");
  EXPECT_EQ(bench.run({"crontab", "-"}, "99 * * * * x\n").status, 1);
}

TEST(Script, does_what_one_liners_do) {
  Bench bench;
  EXPECT_EQ(bench.run({"python3", "-c", "print(1+2*3)"}).out, "7\n");
  EXPECT_EQ(bench.run({"python3", "-c", "print(7919*7927)"}).out, "62773913\n");
  EXPECT_EQ(bench.run({"python3", "-c", "print(2**100 + 7 // -2)"}).out,
            "1267650600228229401496703205372\n");
  EXPECT_EQ(bench.run({"perl", "-e", "print \"a\\n\""}).out, "a\n");
  bench.run({"python3", "-c", "import socket;s=socket.socket();s.connect((\"192.0.2.9\",4444))"});
  ASSERT_EQ(bench.recorder.events.size(), 1U);
  EXPECT_EQ(bench.recorder.events[0].get("host"), "192.0.2.9");
  EXPECT_EQ(bench.recorder.events[0].get("port"), "4444");
}

}  // namespace
}  // namespace decnet::shell::cmd
