// Plays what was recorded from the genuine mariadbd of Debian 12 and compares every answer.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>

#include "service/mysql/mysql_test.h"
#include "service/mysql/wire.h"

namespace decnet::service::mysql {
namespace {

struct Recording {
  std::string name;
  std::vector<std::string> what;  // For people.
  std::vector<Step> steps;
  std::vector<std::string> answers;  // The greeting first.
  bool closed = false;
};

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t n = 0; n < text.size(); ++n) {
    if (text.substr(n).starts_with("\\x") && n + 3 < text.size()) {
      out += static_cast<char>(std::stoi(std::string(text.substr(n + 2, 2)), nullptr, 16));
      n += 3;
    } else {
      out += text[n];
    }
  }
  return out;
}

std::string escaped(std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    byte >= 0x20 && byte < 0x7f ? out += c : out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

Step login_step(const std::string& line) {
  std::istringstream words(line);
  std::string flags, plugin, user, password, database;
  words >> flags >> plugin >> user >> password >> database;
  for (std::string* one : {&user, &password, &database}) {
    if (*one == "-") one->clear();
  }
  const auto bits = static_cast<std::uint32_t>(std::stoul(flags, nullptr, 16));
  return [=](const std::string& written) {
    // A client that names another plugin sends what it would for the native one.
    std::string bytes =
        client_login(user, password, database, bits, "mysql_native_password")(written);
    if (plugin == "mysql_native_password") return bytes;
    std::string payload = bytes.substr(4);
    payload.resize(payload.size() - std::string("mysql_native_password").size() - 1);
    return packet(payload + plugin + '\0', 1);
  };
}

std::vector<Recording> load(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::vector<Recording> out;
  while (std::getline(file, line)) {
    const std::string rest = line.size() > 2 ? line.substr(2) : "";
    if (line[0] == '=') out.push_back({rest, {"greeting"}, {}, {}, false});
    if (line[0] == '<') out.back().answers.push_back(unescaped(rest));
    if (line[0] == 'x') out.back().closed = true;
    if (line[0] == '>') out.back().steps.push_back(send(unescaped(rest)));
    if (line[0] == 'L') out.back().steps.push_back(login_step(rest));
    if (line[0] == '>' || line[0] == 'L') out.back().what.push_back(rest);
  }
  return out;
}

// What differs from run to run in the genuine server too.
std::string masked(std::string text, bool is_greeting) {
  if (is_greeting) {
    const std::size_t end = text.find('\0', 5);
    if (end == std::string::npos || text.size() < end + 45) return text;
    text.replace(end + 1, 12, "#");
    text.replace(end + 21, 12, "#");
    return text;
  }
  const std::string plugin = std::string("\xfe") + "mysql_native_password" + '\0';
  if (const std::size_t at = text.find(plugin);
      at != std::string::npos && text.size() >= at + plugin.size() + 20)
    text.replace(at + plugin.size(), 20, "#");
  // The number of a connection, in the list of them.
  for (std::size_t at = text.find("\x03"
                                  "app");
       at != std::string::npos && at > 6; at = text.find("\x03"
                                                         "app",
                                                         at + 1)) {
    std::size_t from = at;
    while (from > 5 && text[from - 1] >= '0' && text[from - 1] <= '9') --from;
    if (from < at && text[from - 1] == static_cast<char>(at - from))
      text.replace(from - 5, at - from + 5, "#");
  }
  static const std::regex kTime(
      "20[0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]");
  static const std::regex kPort("192\\.0\\.2\\.1:[0-9]+");
  text = std::regex_replace(text, kTime, "TIME");
  return std::regex_replace(text, kPort, "PEER");
}

struct Distance {
  std::size_t answers = 0;
  std::size_t differing = 0;
};

Distance play(const std::string& family, std::size_t shown_max) {
  Distance out;
  for (const Recording& recording : load("testdata/" + family + ".golden")) {
    Host host({{"server", "mariadb"}, {"bait", "none"}});
    const Talk talk = host.talk(recording.steps);
    for (std::size_t n = 0; n < recording.answers.size(); ++n) {
      ++out.answers;
      const std::string expected = masked(recording.answers[n], n == 0);
      const std::string ours = masked(n < talk.answers.size() ? talk.answers[n] : "", n == 0);
      if (expected == ours) continue;
      if (++out.differing > shown_max) continue;
      const auto at = static_cast<std::size_t>(
          std::mismatch(expected.begin(), expected.end(), ours.begin(), ours.end()).first -
          expected.begin());
      const std::size_t from = at > 40 ? at - 40 : 0;
      std::cout << family << " / " << recording.name << "\n  > " << recording.what[n].substr(0, 240)
                << "\n  genuine " << escaped(expected.substr(std::min(from, expected.size()), 150))
                << "\n  ours    " << escaped(ours.substr(std::min(from, ours.size()), 150)) << "\n";
    }
    const bool closed = talk.closed || !talk.end_reason.empty();
    if (recording.closed && !closed) {
      ++out.differing;
      std::cout << family << " / " << recording.name
                << ": goes on where the genuine server closes\n";
    }
  }
  EXPECT_GT(out.answers, 0U) << "testdata/" << family << ".golden";
  std::cout << family << ": " << out.differing << " of " << out.answers << " answers differ\n";
  return out;
}

std::size_t shown() {
  const char* wanted = std::getenv("DECNET_SHOWN");
  return wanted == nullptr ? 5 : std::stoul(wanted);
}

TEST(MysqlDifferential, Handshake) {
  EXPECT_EQ(play("handshake", shown()).differing, 0U);
}
TEST(MysqlDifferential, Commands) {
  EXPECT_EQ(play("commands", shown()).differing, 0U);
}
TEST(MysqlDifferential, Prepared) {
  EXPECT_EQ(play("prepared", shown()).differing, 0U);
}
// What is known to differ is counted here; README.md says what it is.
TEST(MysqlDifferential, Regexp) {
  EXPECT_EQ(play("regexp", shown()).differing, 0U);
}
TEST(MysqlDifferential, Select) {
  EXPECT_EQ(play("select", shown()).differing, 0U);
}
TEST(MysqlDifferential, Show) {
  EXPECT_LE(play("show", shown()).differing, 2U);
}
TEST(MysqlDifferential, Change) {
  EXPECT_LE(play("change", shown()).differing, 1U);
}

}  // namespace
}  // namespace decnet::service::mysql
