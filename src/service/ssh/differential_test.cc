// Plays the recording of a genuine sshd (testdata/openssh.rec, made by test/differential/ssh) to
// the service and counts the answers that differ. Masked: cookies, keys and signatures, and what
// belongs to the host (its keys, its folders).
#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "service/ssh/client_test.h"

namespace decnet::service::ssh {
namespace {

struct Case {
  std::string group, name;
  std::vector<std::string> sent, said;
  bool closed = false;
};

std::vector<Case> read_recording() {
  std::vector<Case> out;
  std::ifstream file("testdata/openssh.rec");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("case ")) {
      const std::size_t blank = line.find(' ', 5);
      out.push_back({line.substr(5, blank - 5), line.substr(blank + 1), {}, {}});
    } else if (line.starts_with("> ") || line == ">") {
      out.back().sent.push_back(*from_hex(line.size() > 2 ? line.substr(2) : ""));
    } else if (line.starts_with("< ") || line == "<") {
      out.back().said.push_back(*from_hex(line.size() > 2 ? line.substr(2) : ""));
    } else {
      out.back().closed = line == "closed";
    }
  }
  return out;
}

// A plain packet of a key exchange, its secrets overwritten.
std::string masked_raw(std::string bytes) {
  std::size_t at = bytes.find("\r\n");
  if (at == bytes.npos) return bytes;
  for (at += 2; at + 6 < bytes.size();) {
    const std::uint32_t length = ByteReader(std::string_view(bytes).substr(at)).u32();
    const char type = bytes[at + 5];
    if (length > bytes.size() - at - 4) break;
    if (type == wire::kKexInit) std::fill_n(bytes.begin() + static_cast<long>(at) + 6, 16, 'c');
    if (type == wire::kKexReply)
      std::fill_n(bytes.begin() + static_cast<long>(at) + 6, length - 2, 'k');
    at += 4 + length;
  }
  return bytes;
}

std::string masked(const std::string& payload) {
  constexpr std::string_view kHostKeys = "hostkeys-00@openssh.com";
  if (payload.front() == wire::kGlobalRequest && payload.find(kHostKeys) != payload.npos)
    return payload.substr(0, 5 + kHostKeys.size() + 1);
  return payload;
}

// The end of a program and the end of its output reach sshd in either order.
std::vector<std::string> in_order(std::vector<std::string> payloads) {
  const auto is_end = [](const std::string& payload) {
    return payload.front() == wire::kChannelEof || payload.front() == wire::kChannelRequest;
  };
  for (auto at = payloads.begin(); at != payloads.end();) {
    const auto end = std::find_if_not(at, payloads.end(), is_end);
    std::sort(at, end);
    at = end == payloads.end() ? end : end + 1;
  }
  return payloads;
}

// What a case gives with us, as lines.
std::string ours(const Case& one) {
  std::string out;
  if (one.group == "raw") {
    session::Script script{.service = "ssh", .script = {one.sent.front()}};
    session::ScriptedSession session(std::move(script));
    const auto service = make_service(make_world(test_place(session.fake_clock())),
                                      std::make_unique<TestHost>(session.fake_clock()));
    session.run(*service);
    return to_hex(masked_raw(session.written())) + "\n";
  }
  const Played played = play(one.sent);
  for (const std::string& payload : in_order(played.got)) out += to_hex(masked(payload)) + "\n";
  return out;
}

std::string genuine(const Case& one) {
  std::string out;
  for (const std::string& said : one.group == "raw" ? one.said : in_order(one.said))
    out += to_hex(one.group == "raw" ? masked_raw(said) : masked(said)) + "\n";
  return out;
}

}  // namespace

TEST(SshDifferential, NoAnswerDiffersFromTheGenuineServers) {
  const std::vector<Case> cases = read_recording();
  ASSERT_GE(cases.size(), 150U);
  std::map<std::string, std::pair<int, int>> groups;
  for (const Case& one : cases) {
    auto& [all, different] = groups[one.group];
    ++all;
    const std::string expected = genuine(one);
    const std::string actual = ours(one);
    if (expected == actual) continue;
    ++different;
    std::cout << one.group << " " << one.name << "\n  genuine " << expected << "  ours    "
              << actual;
  }
  for (const auto& [group, count] : groups) {
    std::cout << group << ": " << count.second << " of " << count.first << " differ\n";
    EXPECT_EQ(count.second, 0) << group;
  }
}

}  // namespace decnet::service::ssh
