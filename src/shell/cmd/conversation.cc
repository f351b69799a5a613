#include "shell/cmd/conversation.h"

#include <algorithm>

#include "shell/cmd/golden.h"
#include "shell/command.h"

namespace decnet::shell::cmd {
namespace {

constexpr int kRunsMax = 400;             // Of one settle() …
constexpr int kHoldsMax = 400;            // … and so many of those of one wait().
constexpr Duration kHoldMax{60'000'000};  // What sleeps longer waits for something else.
constexpr Duration kPatience{300'000};    // What sleeps longer is not waited for.

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

}  // namespace

std::map<std::string, std::string> screen_files() {
  std::string lines;
  for (int n = 1; n <= 100; ++n) lines += "line " + std::to_string(n) + "\n";
  return {{"long.txt", lines},
          {"wide.txt",
           std::string(70, 'x') + "\tafter the tab and then much more of the line\nshort\n"},
          {"elf", std::string("\177ELF\2\1\1") + std::string(57, '\0') + "\3\4\xff\xfe\n"},
          {"utf8.txt", "na\xc3\xafve \xe2\x82\xac \xff end\nb\bbo\bol\bld _\bu_\bn plain\n"},
          {"words.c", "int main(void) {\n\tint one = 1;\n\treturn one;\n}\n"}};
}

Conversation::Conversation(const std::string& command,
                           const std::map<std::string, std::string>& files) {
  MachineFacts facts;
  facts.answers = answers_of_pack();
  facts.persona = std::make_shared<persona::Persona>(
      persona::make_persona({.name = "web-03", .seed = 42, .deployed_at = clock_.now()}));
  facts.clock = &clock_;
  machine_.emplace(std::move(facts));
  FileSystem& tree = machine_->files();
  build_tree(tree);
  for (const auto& [name, text] : files)
    static_cast<void>(tree.write_file("/d/" + name, text, {}, 0644));
  for (const std::string_view name : command_names())
    tree.seed_file("/usr/bin/" + std::string(name), "\177ELF", 0755, 0, 0, {});
  for (const char* name : {"/bin/bash", "/bin/sh"}) tree.seed_file(name, "\177ELF", 0755, 0, 0, {});
  tree.seed_directory("/root", 0700, 0, 0, {});
  tree.seed_directory("/tmp", 01777, 0, 0, {});
  console_.emplace(*machine_,
                   ConsoleRequest{.command = "cd /d\n" + command,
                                  .environment = {{"LC_ALL", "C.UTF-8"}, {"SHELL", "/bin/bash"}}});
}

std::string Conversation::settle() {
  std::string out;
  for (int i = 0; i < kRunsMax; ++i) {
    const bool ran = machine_->run();
    out += console_->take_output();
    if (ran) continue;
    const auto at = machine_->wakes_at();
    if (!at || *at - clock_.now() > kPatience) break;
    clock_.advance(std::max<Duration>(Duration{1}, *at - clock_.now()));
  }
  return out;
}

std::string Conversation::wait() {
  std::string out;
  for (int i = 0; i < kHoldsMax && out.empty(); ++i) {
    const auto at = machine_->wakes_at();
    if (!at || *at - clock_.now() > kHoldMax) break;
    clock_.advance(std::max<Duration>(Duration{1}, *at - clock_.now()));
    out = settle();
  }
  return out;
}

std::string Conversation::file(const std::string& path) {
  return machine_->files().read_file(path, {}).value_or("(none)");
}

std::string Conversation::type(const std::string& keys) {
  std::string out;
  for (const std::string& key : keys_of(keys)) {
    if (console_->ended()) break;
    console_->input(key);
    out += settle();
  }
  return out;
}

}  // namespace decnet::shell::cmd
