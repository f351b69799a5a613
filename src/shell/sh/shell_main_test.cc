#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

#include <gtest/gtest.h>

#include "shell/console.h"

namespace decnet::shell::sh {
namespace {

constexpr int kDistanceMax = 1;  // Snippets that differ from the genuine shells; aim: 0.

std::string run(const std::string& shell, const std::string& snippet, int& status) {
  FakeClock clock;
  Machine machine(MachineFacts{.clock = &clock});
  for (const char* name : {"/bin/bash", "/bin/sh", "/bin/dash"}) {
    machine.files().seed_file(name,
                              "\x7f"
                              "ELF",
                              0755, 0, 0, {});
  }
  machine.files().seed_directory("/tmp", 01777, 0, 0, {});
  machine.files().seed_directory("/usr/bin", 0755, 0, 0, {});
  machine.files().seed_directory("/root", 0777, 0, 0, {});
  machine.files().seed_file("/etc/passwd", "root:x:0:0:root:/root:/bin/" + shell + "\n", 0644, 0, 0,
                            {});
  Console console(machine, {.terminal = false, .command = snippet});
  console.input_end();
  std::string out;
  for (int i = 0; i < 5000 && !console.ended(); ++i) {
    if (!machine.run()) {
      const auto at = machine.wakes_at();
      if (at) clock.advance(std::max<Duration>(Duration{1}, *at - clock.now()));
    }
    out += console.take_error() + console.take_output();
  }
  status = console.exit_status();
  return out;
}

TEST(Shell, DistanceToGenuineShells) {
  int differ = 0, all = 0;
  for (const std::string shell : {"bash", "dash"}) {
    std::ifstream file("testdata/" + shell + "_language.golden");
    std::stringstream content;
    content << file.rdbuf();
    const std::string text = content.str();
    for (std::size_t at = text.find("%%%"); at != std::string::npos;) {
      const std::size_t line = text.find('\n', at);
      const int expected_status = std::atoi(text.c_str() + at + 3);
      std::size_t end = text.find("\n%%\n", line);
      const std::string snippet = text.substr(line + 1, end - line - 1);
      at = text.find("\n%%%", end + 4);
      std::string expected =
          text.substr(end + 4, (at == std::string::npos ? text.size() - 1 : at) - end - 4);
      if (at != std::string::npos) ++at;
      int status = 0;
      const std::string got = run(shell, snippet, status);
      // Standard error and output come by two pipes: their order is not compared.
      const auto sorted = [](std::string lines) {
        std::stringstream in(lines);
        std::vector<std::string> parts;
        for (std::string one; std::getline(in, one);) parts.push_back(one);
        std::sort(parts.begin(), parts.end());
        std::string out;
        for (const std::string& one : parts) out += one + "\n";
        return out;
      };
      ++all;
      if (sorted(got) == sorted(expected) && status == expected_status) continue;
      ++differ;
      std::cout << "--- " << shell << ": " << snippet << "\n[" << expected_status << "] "
                << expected << "\n[" << status << "] " << got << "\n";
    }
  }
  std::cout << "distance: " << differ << " of " << all << "\n";
  EXPECT_GT(all, 40);
  EXPECT_LE(differ, kDistanceMax);
}

}  // namespace
}  // namespace decnet::shell::sh
