// Replays what genuine programs of Debian 12 printed (test/differential/commands/record.py).
#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "shell/cmd/testing.h"
#include "shell/cmd/text.h"
#include "shell/command.h"
#include "shell/console.h"

namespace decnet::shell::cmd {
namespace {

struct Case {
  std::vector<std::string> arguments;
  std::string input, out, err;
  int status = 0;
};

std::string plain_text(std::string_view escaped) {
  std::string all;
  for (std::size_t at = 0; at < escaped.size(); ++at) {
    if (escaped.substr(at, 2) != "\\x" || at + 4 > escaped.size()) {
      all += escaped[at];
      continue;
    }
    all += static_cast<char>(std::stoi(std::string(escaped.substr(at + 2, 2)), nullptr, 16));
    at += 3;
  }
  return all;
}

std::vector<Case> read_cases() {
  std::ifstream file("testdata/commands.golden");
  std::vector<Case> cases;
  std::string line;
  while (std::getline(file, line)) {
    const std::string rest = line.size() > 2 ? line.substr(2) : "";
    switch (line.empty() ? ' ' : line[0]) {
      case '$':
        cases.emplace_back();
        for (const std::string& part : split(rest, '\t'))
          cases.back().arguments.push_back(plain_text(part));
        break;
      case '<':
        cases.back().input = plain_text(rest);
        break;
      case '>':
        cases.back().out = plain_text(rest);
        break;
      case '!':
        cases.back().err = plain_text(rest);
        break;
      case '=':
        cases.back().status = std::stoi(rest);
        break;
      default:
        break;
    }
  }
  return cases;
}

void build_tree(FileSystem& files) {
  const Credentials root;
  const TimePoint time{std::chrono::seconds(1'700'000'000)};
  const std::pair<std::string, std::string> kFiles[] = {
      {"a.txt", "one two three\nfour five six\nseven eight nine\n"},
      {"b.txt", "apple\nbanana\napple\ncherry\n\nbanana\n"},
      {"numbers", "10\n9\n100\n1.5\n-3\n"},
      {"passwd",
       "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/"
       "nologin\nwww:x:33:33:www data:/var/www:/bin/sh\n"},
      {"empty", ""},
      {"sub/deep/x.log", "error: a\nok\nerror: b\n"},
      {"sub/y.sh", "#!/bin/sh\necho hi\n"},
      {".hidden", "h\n"},
      {"bin", std::string("\0\1abc\0def\n", 10)}};
  for (const char* folder : {"/d", "/d/sub", "/d/sub/deep"})
    ASSERT_TRUE(files.make_directory(folder, 0755, root));
  for (const auto& [name, text] : kFiles) {
    const std::string path = "/d/" + name;
    ASSERT_TRUE(files.write_file(path, text, root, name.ends_with(".sh") ? 0755 : 0644));
    static_cast<void>(files.set_times(path, time, time, root));
  }
  ASSERT_TRUE(files.make_link("a.txt", "/d/link", root));
  static_cast<void>(files.set_times("/d/link", time, time, root, Follow::no));
  for (const char* folder : {"/d", "/d/sub", "/d/sub/deep"})
    static_cast<void>(files.set_times(folder, time, time, root));
  for (const char* program : {"cat", "echo", "true"}) {
    const std::string path = std::string("/usr/bin/") + program;
    if (!files.stat(path, root)) files.seed_file(path, "\177ELF", 0755, 0, 0, time);
  }
  static_cast<void>(files.make_directory("/etc", 0755, root));
  static_cast<void>(files.write_file("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n", root));
  static_cast<void>(files.write_file("/etc/group", "root:x:0:\n", root));
}

// A line of a shell: on a whole Machine, with all programs.
Outcome run_line(const Case& one) {
  FakeClock clock;
  MachineFacts facts;
  facts.persona = std::make_shared<persona::Persona>(
      persona::make_persona({.name = "web-03", .seed = 42, .deployed_at = clock.now()}));
  facts.clock = &clock;
  Machine machine(std::move(facts));
  build_tree(machine.files());
  for (const std::string_view name : command_names())
    machine.files().seed_file("/usr/bin/" + std::string(name), "\177ELF", 0755, 0, 0, {});
  for (const char* name : {"/bin/bash", "/bin/sh", "/bin/dash"})
    machine.files().seed_file(name, "\177ELF", 0755, 0, 0, {});
  machine.files().seed_directory("/root", 0700, 0, 0, {});
  machine.files().seed_directory("/tmp", 01777, 0, 0, {});
  Console console(machine, {.terminal = false,
                            .command = "cd /d\n" + one.arguments[2],
                            .environment = {{"LC_ALL", "C"}, {"TZ", "UTC"}}});
  console.input(one.input);
  console.input_end();
  Outcome outcome;
  for (int i = 0; i < 20'000 && !console.ended(); ++i) {
    if (!machine.run()) {
      const auto at = machine.wakes_at();
      if (at) clock.advance(std::max<Duration>(Duration{1}, *at - clock.now()));
    }
    outcome.out += console.take_output();
    outcome.err += console.take_error();
  }
  outcome.status = console.exit_status();
  return outcome;
}

Outcome run_case(const Case& one) {
  if (one.arguments.size() == 3 && one.arguments[0] == "sh") return run_line(one);
  Bench bench;
  build_tree(bench.machine().files());
  bench.directory = "/d";
  bench.environment["LC_ALL"] = "C";
  return bench.run(one.arguments, one.input);
}

constexpr std::size_t kKnownDistance = 3;  // Only ever lowered.

TEST(Golden, commands_answer_as_genuine_ones) {
  const std::vector<Case> cases = read_cases();
  ASSERT_GT(cases.size(), 250U);
  std::size_t differing = 0;
  for (const Case& one : cases) {
    const Outcome got = run_case(one);
    if (got.out == one.out && got.err == one.err && got.status == one.status) continue;
    ++differing;
    std::printf("%s\n  out %s | %s\n  err %s | %s\n  status %d | %d\n",
                join(one.arguments, " ").c_str(), got.out.substr(0, 200).c_str(),
                one.out.substr(0, 200).c_str(), got.err.substr(0, 200).c_str(),
                one.err.substr(0, 200).c_str(), got.status, one.status);
  }
  std::printf("distance: %zu / %zu\n", differing, cases.size());
  EXPECT_LE(differing, kKnownDistance);
}

}  // namespace
}  // namespace decnet::shell::cmd
