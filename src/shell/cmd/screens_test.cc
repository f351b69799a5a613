// Replays conversations with genuine full-screen programs (test/differential/shell/
// record_screens.py): the bytes that come back, and the screens that they draw.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <optional>

#include <gtest/gtest.h>

#include "shell/cmd/conversation.h"
#include "shell/cmd/golden.h"
#include "shell/cmd/screen_image.h"
#include "shell/cmd/testing.h"
#include "shell/cmd/text.h"

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
      talk.emplace(step.substr(2), screen_files());
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

// Only ever lowered. Where build/assets.pack does not have what the programs say of themselves
// (tools/make-assets hears it, as root), so many steps more differ: those that show it.
constexpr int kPagerBytesApartMax = 8, kPagerScreensApartMax = 6, kPagerSaysMore = 4;

int without(int more) {
  return answers_of_pack() ? 0 : more;
}

TEST(Screens, pagers_page_as_genuine_ones) {
  const Distance distance = replay("pager");
  EXPECT_GT(distance.all, 200);
  EXPECT_LE(distance.bytes, kPagerBytesApartMax + without(kPagerSaysMore));
  EXPECT_LE(distance.screens, kPagerScreensApartMax + without(kPagerSaysMore));
}

constexpr int kViBytesApartMax = 30, kViScreensApartMax = 9, kViSaysMore = 3;

TEST(Screens, vi_edits_as_the_genuine_one) {
  const Distance distance = replay("vi");
  EXPECT_GT(distance.all, 120);
  EXPECT_LE(distance.bytes, kViBytesApartMax + without(kViSaysMore));
  EXPECT_LE(distance.screens, kViScreensApartMax + without(kViSaysMore));
}

constexpr int kNanoScreensApartMax = 4;  // It draws in other ways; what is seen counts.
constexpr int kNanoSaysMore = 2;

TEST(Screens, nano_edits_as_the_genuine_one) {
  const Distance distance = replay("nano");
  EXPECT_GT(distance.all, 100);
  EXPECT_LE(distance.screens, kNanoScreensApartMax + without(kNanoSaysMore));
}

}  // namespace
}  // namespace decnet::shell::cmd
