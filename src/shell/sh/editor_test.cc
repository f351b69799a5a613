#include "shell/sh/editor.h"

#include <algorithm>
#include <fstream>
#include <iostream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "shell/console.h"

namespace decnet::shell::sh {
namespace {

constexpr int kStepsApartMax = 0;  // Steps that differ from the genuine bash; aim: 0.

std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      out.push_back(text[i]);
      continue;
    }
    const char kind = text[++i];
    if (kind == 'x') {
      out.push_back(static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16)));
      i += 2;
    } else {
      out.push_back(kind == 'e'   ? '\x1b'
                    : kind == 'r' ? '\r'
                    : kind == 'n' ? '\n'
                    : kind == 't' ? '\t'
                                  : kind);
    }
  }
  return out;
}

std::string escape(const std::string& bytes) {
  std::string out;
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '\x1b')
      out += "\\e";
    else if (byte == '\r')
      out += "\\r";
    else if (byte == '\n')
      out += "\\n";
    else if (byte == '\t')
      out += "\\t";
    else if (byte == '\\')
      out += "\\\\";
    else if (code < 0x20 || code >= 0x7f)
      out += fmt::format("\\x{:02x}", code);
    else
      out.push_back(byte);
  }
  return out;
}

// "[1] 4711" → "[1] PID", as record_terminal.py has it.
std::string without_pids(std::string text) {
  for (std::size_t at = text.find("] "); at != std::string::npos; at = text.find("] ", at + 1)) {
    const std::size_t open = text.rfind('[', at);
    if (open == std::string::npos || open + 1 == at ||
        text.substr(open + 1, at - open - 1).find_first_not_of("0123456789") != std::string::npos)
      continue;
    const std::size_t end = std::min(text.find_first_not_of("0123456789", at + 2), text.size());
    if (end > at + 2) text.replace(at + 2, end - at - 2, "PID");
  }
  return text;
}

class Session {
 public:
  Session() : machine_(MachineFacts{.clock = &clock_}) {
    for (const char* name : {"/bin/bash", "/bin/sh"})
      machine_.files().seed_file(name,
                                 "\x7f"
                                 "ELF",
                                 0755, 0, 0, {});
    machine_.files().seed_directory("/tmp", 01777, 0, 0, {});
    machine_.files().seed_directory("/root", 0700, 0, 0, {});
    machine_.files().seed_file("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n", 0644, 0, 0, {});
    console_.emplace(machine_, ConsoleRequest{});
    (void)settle();
  }

  std::string type(const std::string& keys) {
    std::string out;
    for (const char byte : keys) {
      console_->input(std::string_view(&byte, 1));
      out += settle();
    }
    return out;
  }
  bool ended() const { return console_->ended(); }
  Machine& machine() { return machine_; }

 private:
  std::string settle() {
    std::string out;
    for (int i = 0; i < 100; ++i) {
      const bool ran = machine_.run();
      out += console_->take_output();
      if (ran) continue;
      const auto at = machine_.wakes_at();
      if (!at) break;
      clock_.advance(std::max<Duration>(Duration{1}, *at - clock_.now()));
    }
    return out;
  }

  FakeClock clock_;
  Machine machine_;
  std::optional<Console> console_;
};

TEST(Editor, StepsAsOnBash) {
  std::ifstream file("testdata/terminal.steps", std::ios::binary);
  std::optional<Session> session;
  int all = 0, apart = 0;
  for (std::string line; std::getline(file, line);) {
    if (line == "%%") {
      session.reset();
      continue;
    }
    const std::size_t tab = line.find('\t');
    if (!session) session.emplace();
    const std::string got = escape(without_pids(session->type(unescape(line.substr(0, tab)))));
    ++all;
    if (got == line.substr(tab + 1)) continue;
    ++apart;
    std::cout << "--- " << line.substr(0, tab) << "\n"
              << line.substr(tab + 1) << "\n"
              << got << "\n";
  }
  std::cout << "steps apart: " << apart << " of " << all << "\n";
  EXPECT_GT(all, 150);
  EXPECT_LE(apart, kStepsApartMax);
}

}  // namespace
}  // namespace decnet::shell::sh
