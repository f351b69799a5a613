#include <gtest/gtest.h>

#include "shell/cmd/golden.h"
#include "shell/console.h"

namespace decnet::shell::cmd {
namespace {

TEST(Top, a_batch_is_a_picture_for_programs) {
  const Outcome got = run_line("top -b -n1 | head -7 | cut -c1-40; top -bn2 | grep -c ^Tasks");
  EXPECT_NE(got.out.find("top - "), std::string::npos) << got.out;
  EXPECT_NE(got.out.find("\n%Cpu(s): "), std::string::npos) << got.out;
  EXPECT_NE(got.out.find("\n    PID USER      PR  NI    VIRT"), std::string::npos) << got.out;
  EXPECT_TRUE(got.out.ends_with("\n2\n")) << got.out;
  EXPECT_EQ(run_line("top -z").err, "top: invalid option -- 'z'\n");
  EXPECT_EQ(run_line("top").err, "top: failed tty get\n");
}

TEST(Top, its_screen_follows_clock_keys_and_window) {
  FakeClock clock;
  MachineFacts facts;
  facts.persona = std::make_shared<persona::Persona>(
      persona::make_persona({.name = "web-03", .seed = 42, .deployed_at = clock.now()}));
  facts.clock = &clock;
  Machine machine(std::move(facts));
  for (const char* name : {"/bin/bash", "/bin/sh", "/usr/bin/top"})
    machine.files().seed_file(name, "\177ELF", 0755, 0, 0, {});
  Console console(machine, {.rows = 12});
  // What comes until all wait for the clock or the peer; then the clock goes on.
  const auto settle = [&](Duration passes) {
    std::string out;
    const TimePoint until = clock.now() + passes;
    for (int i = 0; i < 5'000; ++i) {
      if (machine.run()) continue;
      out += console.take_output();
      const auto at = machine.wakes_at();
      if (!at || *at > until) break;
      clock.advance(std::max<Duration>(Duration{1}, *at - clock.now()));
    }
    return out + console.take_output();
  };
  settle(std::chrono::milliseconds(500));
  console.input("top\r");
  const std::string first = settle(std::chrono::seconds(2));
  EXPECT_NE(first.find("\033[?1h\033=\033[?25l\033[H\033[2J\033[H\033(B\033[mtop - "),
            std::string::npos);
  EXPECT_NE(first.find("\033[7m    PID USER"), std::string::npos);
  const auto pictures = [](const std::string& text) {
    std::size_t count = 0;
    for (std::size_t at = text.find("mtop - "); at != std::string::npos;
         at = text.find("mtop - ", at + 1))
      ++count;
    return count;
  };
  EXPECT_EQ(pictures(first), 1U);
  EXPECT_EQ(pictures(settle(std::chrono::seconds(6))), 2U);
  console.resize(40, 10);
  console.input("M");
  const std::string small = settle(std::chrono::milliseconds(10));
  EXPECT_EQ(pictures(small), 1U);
  EXPECT_NE(small.find("\033[7m    PID USER      PR  NI    VIRT    RES \033"), std::string::npos)
      << small;
  console.input("q");
  const std::string last = settle(std::chrono::milliseconds(500));
  EXPECT_NE(last.find("\033[?1l\033>\033[10;1H\r\n\033[?12l\033[?25h\033[K"), std::string::npos)
      << last;
  EXPECT_TRUE(last.ends_with("# ")) << last;
}

}  // namespace
}  // namespace decnet::shell::cmd
