#include "shell/cmd/golden.h"

#include <gtest/gtest.h>

#include "shell/command.h"
#include "shell/console.h"

namespace decnet::shell::cmd {

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
    EXPECT_TRUE(files.make_directory(folder, 0755, root));
  for (const auto& [name, text] : kFiles) {
    const std::string path = "/d/" + name;
    EXPECT_TRUE(files.write_file(path, text, root, name.ends_with(".sh") ? 0755 : 0644));
    static_cast<void>(files.set_times(path, time, time, root));
  }
  EXPECT_TRUE(files.make_link("a.txt", "/d/link", root));
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

Outcome run_line(const std::string& line, const std::string& input) {
  FakeClock clock;
  MachineFacts facts;
  facts.answers = answers_of_pack();
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
  machine.files().seed_file("/var/log/wtmp", "", 0664, 0, 43, {});
  Console console(machine, {.terminal = false,
                            .command = "cd /d\n" + line,
                            .environment = {{"LC_ALL", "C"}, {"TZ", "UTC"}, {"COLUMNS", "80"}}});
  console.input(input);
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

}  // namespace decnet::shell::cmd
