// Plays the recording of a genuine telnetd (testdata/telnetd.rec, made by test/differential/telnet)
// and counts the conversations that differ. Masked: kernel, host names, pts, and how much of a data
// mark and an echo a program that a signal ends still shows (it varies).
#include <fstream>
#include <iostream>
#include <regex>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "service/telnet/telnet_test.h"

namespace decnet::service::telnet {
namespace {

struct Case {
  std::string name;
  std::vector<std::string> sent, said;
  bool closed = false;
};

std::vector<Case> read_recording() {
  std::vector<Case> out;
  std::ifstream file("testdata/telnetd.rec");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("= "))
      out.push_back({line.substr(2), {}, {}});
    else if (line.starts_with("> "))
      out.back().sent.push_back(*from_hex(line.substr(2)));
    else if (line.starts_with("< "))
      out.back().said.push_back(*from_hex(line.substr(2)));
    else
      out.back().closed = line == "!";
  }
  return out;
}

std::string masked(std::string text, bool closed) {
  static const std::regex kBanner("Linux \\S+ \\(\\S+\\) \\(pts/\\w+\\)\r\n\r\n");
  static const std::regex kPrompt("\r\n\\S+ login: ");
  text = std::regex_replace(text, kBanner, "BANNER\r\n");
  text = std::regex_replace(text, kPrompt, "\r\nHOST login: ");
  const std::size_t mark = text.find("\xff\xf2");
  if (closed && mark != text.npos) text.resize(mark);
  if (closed && text.ends_with('\xff')) text.pop_back();
  return text;
}

TEST(TelnetDifferential, AsTheGenuineServer) {
  std::size_t differ = 0;
  const auto cases = read_recording();
  ASSERT_GT(cases.size(), 60U);
  for (const Case& one : cases) {
    TalkTest talk;
    bool same = true;
    for (std::size_t step = 0; step < one.said.size() && same; ++step) {
      talk.feed(one.sent[step]);
      const bool is_last = step + 1 == one.said.size();
      const std::string expected = masked(one.said[step], is_last && one.closed);
      // The recorder waited as long as it took.
      const bool is_slow = expected.find("incorrect") != expected.npos;
      const bool has_timed_out = expected.find("timed out") != expected.npos;
      talk.wait(std::chrono::seconds{has_timed_out ? 61 : is_slow ? 4 : 1});
      const std::string got = masked(talk.said(), is_last && one.closed);
      EXPECT_EQ(to_hex(got), to_hex(expected)) << one.name << " step " << step << "\n" << got;
      same = got == expected;
    }
    EXPECT_EQ(talk.talk().is_over(), one.closed) << one.name;
    if (!same || talk.talk().is_over() != one.closed) ++differ;
  }
  std::cout << "telnetd: " << differ << " of " << cases.size() << " conversations differ\n";
  EXPECT_EQ(differ, 0U);
}

}  // namespace
}  // namespace decnet::service::telnet
