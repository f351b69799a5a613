#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <gtest/gtest.h>

#include "shell/console.h"

namespace decnet::shell::sh {
namespace {

constexpr int kDistanceMax = 14;  // Snippets that differ from the genuine shells; aim: 0.

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
  machine.files().seed_directory("/dev", 0755, 0, 0, {});
  (void)machine.files().make_node("/dev/null", Kind::character, 0666, 0x103, Credentials{});
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

// One entry of a golden file: what ran, and how it ended and what it said on a genuine shell.
struct Recorded {
  std::string snippet, output;
  int status = 0;
};

std::vector<Recorded> read_recorded(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  const std::string text = content.str();
  std::vector<Recorded> out;
  for (std::size_t at = text.find("%%%"); at != std::string::npos;) {
    const std::size_t line = text.find('\n', at);
    const std::size_t end = text.find("\n%%\n", line);
    Recorded one{.snippet = text.substr(line + 1, end - line - 1),
                 .status = std::atoi(text.c_str() + at + 3)};
    at = text.find("\n%%%", end + 4);
    one.output = text.substr(end + 4, (at == std::string::npos ? text.size() - 1 : at) - end - 4);
    if (at != std::string::npos) ++at;
    out.push_back(std::move(one));
  }
  return out;
}

// As record.py has it: a process id where the shell tells of a death is "PID".
std::string without_pids(std::string line) {
  std::size_t at = line.find("line ");
  if (at != std::string::npos) at = line.find(": ", at);
  if (at == std::string::npos) return line;
  const std::size_t end = std::min(line.find_first_not_of("0123456789", at + 2), line.size());
  if (end - at < 5 || end >= line.size() || line[end] != ' ') return line;
  return line.replace(at + 2, end - at - 2, "PID");
}

std::string without_times(std::string line) {
  for (std::size_t at = line.find("0m0."); at != std::string::npos; at = line.find("0m0.", at + 4))
    if (at + 8 <= line.size() && line[at + 7] == 's') line.replace(at + 4, 3, "000");
  return line;
}

// Standard error and output come by two pipes: their order is not compared.
std::string sorted(const std::string& lines) {
  std::stringstream in(lines);
  std::vector<std::string> parts;
  for (std::string one; std::getline(in, one);) parts.push_back(without_times(without_pids(one)));
  std::sort(parts.begin(), parts.end());
  std::string out;
  for (const std::string& one : parts) out += one + "\n";
  return out;
}

TEST(Shell, DistanceToGenuineShells) {
  int differ = 0, all = 0;
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator("testdata")) {
    if (entry.path().extension() == ".golden") files.push_back(entry.path().filename());
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    const std::string shell = file.substr(0, file.find('_'));
    int differ_here = 0;
    for (const Recorded& one : read_recorded("testdata/" + file)) {
      int status = 0;
      const std::string got = run(shell, one.snippet, status);
      ++all;
      if (sorted(got) == sorted(one.output) && status == one.status) continue;
      ++differ_here;
      std::cout << "--- " << file << ": " << one.snippet << "\n[" << one.status << "] "
                << one.output << "\n[" << status << "] " << got << "\n";
    }
    std::cout << "distance of " << file << ": " << differ_here << "\n";
    differ += differ_here;
  }
  std::cout << "distance: " << differ << " of " << all << "\n";
  EXPECT_GT(all, 600);
  EXPECT_LE(differ, kDistanceMax);
}

}  // namespace
}  // namespace decnet::shell::sh
