#include "shell/console.h"

#include <gtest/gtest.h>

#include "shell/observer.h"

namespace decnet::shell {
namespace {

class Notes final : public Observer {
 public:
  void begins(std::string_view command) override { begun.emplace_back(command); }
  void emit(event::Event event) override { events.push_back(std::move(event)); }
  std::unique_ptr<CapturedFile> capture(std::string_view, std::string_view) override {
    class Nothing final : public CapturedFile {
      void write(std::string_view) override {}
      void finish() override {}
    };
    return std::make_unique<Nothing>();
  }
  std::vector<event::Event> events;
  std::vector<std::string> begun;
};

class ConsoleTest : public testing::Test {
 protected:
  ConsoleTest() : machine_(MachineFacts{.clock = &clock_, .address = "10.0.0.5"}) {
    for (const char* name : {"/bin/bash", "/bin/sh", "/bin/dash", "/bin/sleep"}) {
      machine_.files().seed_file(name,
                                 "\x7f"
                                 "ELF",
                                 0755, 0, 0, {});
    }
    machine_.files().seed_directory("/root", 0700, 0, 0, {});
    machine_.files().seed_directory("/tmp", 01777, 0, 0, {});
  }
  // Runs until everything waits or `rounds` are over.
  void settle(int rounds = 2000) {
    for (int i = 0; i < rounds; ++i) {
      if (machine_.run()) continue;
      const auto at = machine_.wakes_at();
      if (!at) return;
      clock_.advance(std::max<Duration>(Duration{1}, *at - clock_.now()));
    }
  }
  std::string exec(const std::string& command, int* status = nullptr) {
    ConsoleRequest request{
        .peer_ip = "192.0.2.7", .terminal = false, .command = command, .observer = &notes_};
    Console console(machine_, request);
    console.input_end();
    std::string out;
    for (int i = 0; i < 200 && !console.ended(); ++i) {
      settle();
      out += console.take_output() + console.take_error();
    }
    if (status != nullptr) *status = console.exit_status();
    return out;
  }
  FakeClock clock_;
  Machine machine_;
  Notes notes_;
};

TEST_F(ConsoleTest, RunsACommandAndTellsItsStatus) {
  int status = 0;
  EXPECT_EQ(exec("echo hello; exit 7", &status), "hello\n");
  EXPECT_EQ(status, 7);
  ASSERT_EQ(notes_.events.size(), 1U);
  EXPECT_EQ(notes_.events[0].get("command"), "echo hello; exit 7");
  EXPECT_EQ(notes_.events[0].get("exit_status"), "7");
}

TEST_F(ConsoleTest, SaysWhatBashSays) {
  EXPECT_EQ(exec("nonsense"), "bash: line 1: nonsense: command not found\n");
  EXPECT_EQ(exec("echo $(echo a | { read x; echo \"<$x>\"; })"), "<a>\n");
  EXPECT_EQ(exec("a=5; f() { local a=$1; echo $((a*2)); }; f 21; echo $a; for i in {1..3}; do echo "
                 "-n $i; done"),
            "42\n5\n123");
}

TEST_F(ConsoleTest, TypedLinesLookAsOnBash) {
  Console console(machine_, {.peer_ip = "192.0.2.7", .observer = &notes_});
  settle();
  std::string out = console.take_output();
  EXPECT_EQ(out.find("Last login: "), std::string::npos) << "nobody was here, and nothing says so";
  EXPECT_TRUE(out.ends_with("\x1b[?2004hroot@debian:~# ")) << out;
  console.input("echo hi\r");
  settle();
  EXPECT_EQ(console.take_output(), "echo hi\r\n\x1b[?2004l\rhi\r\n\x1b[?2004hroot@debian:~# ");
  console.input("zzz\r");
  settle();
  EXPECT_EQ(console.take_output(),
            "zzz\r\n\x1b[?2004l\r-bash: zzz: command not found\r\n\x1b[?2004hroot@debian:~# ");
  console.input("xy\x03");
  settle();
  EXPECT_EQ(console.take_output(),
            "xy^C\x1b[?2004l\r\x1b[?2004h\x1b[?2004l\r\r\n\x1b[?2004hroot@debian:~# ");
  console.input("exit\r");
  settle();
  EXPECT_EQ(console.take_output(), "exit\r\n\x1b[?2004l\rlogout\r\n");
  EXPECT_TRUE(console.ended());
}

TEST_F(ConsoleTest, WhatWasStartedOnATerminalCanBeKilledTheShellCannot) {
  Console console(machine_, {.peer_ip = "192.0.2.7", .observer = &notes_});
  const auto typed = [&](std::string_view line) {
    static_cast<void>(console.take_output());
    console.input(line);
    console.input("\r");
    for (int i = 0; i < 20 && machine_.run(); ++i) {
    }
    return console.take_output();
  };
  typed("sleep 900 &");
  typed("sleep 500");
  EXPECT_EQ(notes_.begun.back(), "sleep 500") << "told when it begins …";
  EXPECT_EQ(notes_.events.size(), 1U) << "… and again when it has ended";
  typed("\x03");
  const std::string said = typed("kill $!; kill $$; wait $!; echo ended $?");
  EXPECT_NE(said.find("ended 143"), std::string::npos) << said;
  EXPECT_FALSE(console.ended());
}

TEST_F(ConsoleTest, AScriptMayComeFromAPipe) {
  EXPECT_EQ(exec("bash <(echo 'echo $0 in'; echo 'exit 3'); echo $?"), "/dev/fd/63 in\n3\n");
  EXPECT_EQ(exec("nonsense 2>&1 | { read x; echo \"<$x>\"; }"),
            "<bash: line 1: nonsense: command not found>\n");
  EXPECT_EQ(exec("nosuch > /tmp/told 2>&1; read x < /tmp/told; echo \"$x\""),
            "bash: line 1: nosuch: command not found\n");
}

TEST_F(ConsoleTest, DashKnowsFewerEscapesThanBash) {
  EXPECT_EQ(exec("sh -c \"echo '\\x41\\101\\0101'; printf '\\x41\\102'\""), "\\x41AA\n\\x41B");
  EXPECT_EQ(exec("echo -e '\\x41\\0101'; printf '\\x41\\102'"), "AA\nAB");
}

TEST_F(ConsoleTest, ChildrenOfAnInteractiveShellCanBeKilled) {
  machine_.files().seed_file("/bin/sleep",
                             "\x7f"
                             "ELF",
                             0755, 0, 0, {});
  Console console(machine_, {.peer_ip = "192.0.2.7", .observer = &notes_});
  settle();
  console.input("PATH=/bin; sleep 1000 & kill $!; wait $!; echo got $?\r");
  settle();
  EXPECT_NE(console.take_output().find("got 143"), std::string::npos);
  console.input("sleep 1000\r");
  for (int i = 0; i < 100; ++i) machine_.run();
  console.input("\x1a");
  for (int i = 0; i < 100; ++i) machine_.run();
  EXPECT_NE(console.take_output().find("[1]+  Stopped                 sleep 1000"),
            std::string::npos);
}

TEST_F(ConsoleTest, LimitsHold) {
  EXPECT_NE(exec(":(){ :|:& };:; echo end").find("end"), std::string::npos);
  EXPECT_NE(exec("a=xxxxxxxxxxxxxxxx; while [ ${#a} -lt 100000000 ]; do a=$a$a; done; echo never"),
            "never\n");
  const std::string nested = std::string(10'000, '(') + std::string(10'000, ')');
  EXPECT_NE(exec(nested), "");
  EXPECT_NE(exec("f() { f; }; f; echo $?"), "0\n");
  EXPECT_NE(exec("echo {1..100000000} | { read -n 9 x; echo \"$x\"; }"), "");
}

}  // namespace
}  // namespace decnet::shell
