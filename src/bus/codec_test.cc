#include "bus/codec.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace decnet::bus {
namespace {

using std::string_literals::operator""s;

const std::string kNoBody = "\0\0\0\0"s;

std::string framed(const std::string& header, const std::string& body) {
  std::string out = header;
  for (const int shift : {24, 16, 8, 0})
    out.push_back(static_cast<char>(body.size() >> shift & 0xff));
  return out + body;
}

TEST(Codec, reads_every_verb) {
  const std::vector<std::pair<std::string, Verb>> verbs = {
      {"HELLO", Verb::hello}, {"SUB", Verb::sub},   {"UNSUB", Verb::unsub}, {"PUB", Verb::pub},
      {"EVT", Verb::evt},     {"PING", Verb::ping}, {"PONG", Verb::pong},   {"BYE", Verb::bye}};
  for (const auto& [name, verb] : verbs) {
    const std::string bytes = framed(name + " a.b\n", "");
    const auto parsed = parse_frame(bytes);
    ASSERT_EQ(parsed.state, FrameState::complete) << name;
    EXPECT_EQ(parsed.frame.verb, verb);
    EXPECT_EQ(parsed.frame.args, "a.b");
    EXPECT_EQ(parsed.frame.body, "");
    EXPECT_EQ(parsed.frame.bytes, bytes.size());
    std::string again;
    append_frame(again, verb, "a.b");
    EXPECT_EQ(again, bytes);
    EXPECT_EQ(frame_bytes(verb, "a.b", ""), bytes.size());
  }
}

TEST(Codec, takes_the_body_by_its_length_and_leaves_what_follows) {
  const std::string one = framed("PUB a\n", R"({"x":"\n"})");
  const std::string both = one + framed("BYE\n", "");
  const auto parsed = parse_frame(both);
  ASSERT_EQ(parsed.state, FrameState::complete);
  EXPECT_EQ(parsed.frame.body, R"({"x":"\n"})");
  EXPECT_EQ(parsed.frame.bytes, one.size());
  EXPECT_EQ(parse_frame(std::string_view(both).substr(one.size())).frame.verb, Verb::bye);
}

TEST(Codec, tolerates_one_cr_before_the_lf) {
  const std::string bytes = "SUB a.b\r\n" + kNoBody;
  const auto parsed = parse_frame(bytes);
  ASSERT_EQ(parsed.state, FrameState::complete);
  EXPECT_EQ(parsed.frame.args, "a.b");
  EXPECT_EQ(parse_frame("SUB a.b\r\r\n" + kNoBody).state, FrameState::malformed);
  EXPECT_EQ(parse_frame("SUB a\rb\n" + kNoBody).state, FrameState::malformed);
}

TEST(Codec, the_arguments_are_all_behind_the_first_blank) {
  EXPECT_EQ(parse_frame("HELLO a b  c\n" + kNoBody).frame.args, "a b  c");
  EXPECT_EQ(parse_frame("PING\n" + kNoBody).frame.args, "");
  EXPECT_EQ(parse_frame("PING \n" + kNoBody).frame.args, "");
}

TEST(Codec, a_header_holds_its_limit_with_the_lf) {
  const std::string longest = "SUB " + std::string(kHeaderBytesMax - 5, 'a') + "\n";
  ASSERT_EQ(longest.size(), kHeaderBytesMax);
  EXPECT_EQ(parse_frame(longest + kNoBody).state, FrameState::complete);
  EXPECT_EQ(parse_frame(longest.substr(0, kHeaderBytesMax - 1)).state, FrameState::partial);
  EXPECT_EQ(parse_frame("x" + longest + kNoBody).state, FrameState::malformed);
  EXPECT_EQ(parse_frame(std::string(kHeaderBytesMax, 'a')).state, FrameState::malformed);
}

TEST(Codec, a_body_holds_its_limit_and_is_refused_by_its_length_alone) {
  const std::string bytes = "PUB a\n\x00\x10\x00\x00"s;
  const auto at_limit = parse_frame(bytes);
  EXPECT_EQ(at_limit.state, FrameState::partial);
  EXPECT_EQ(at_limit.wanted, 6 + kLengthBytes + kBodyBytesMax);
  EXPECT_EQ(parse_frame("PUB a\n\x00\x10\x00\x01"s).state, FrameState::malformed);
  EXPECT_EQ(parse_frame("PUB a\n\xff\xff\xff\xff"s).state, FrameState::malformed);
}

TEST(Codec, only_events_have_a_body) {
  for (const std::string verb : {"HELLO x", "SUB x", "UNSUB x", "PING x", "PONG x", "BYE"})
    EXPECT_EQ(parse_frame(framed(verb + "\n", "{}")).state, FrameState::malformed) << verb;
  EXPECT_EQ(parse_frame(framed("PUB x\n", "{}")).state, FrameState::complete);
  EXPECT_EQ(parse_frame(framed("EVT x\n", "{}")).state, FrameState::complete);
}

TEST(Codec, refuses_what_is_no_verb_and_what_is_not_ascii) {
  for (const std::string header :
       {"", "\r", "pub a", "PUBX a", "PU a", " PUB a", "GET / HTTP/1.1", "SUB\ta", "SUB a\tb",
        "SUB \xc3\xa9", "SUB a\x7f", "HELLO \x01"}) {
    const auto parsed = parse_frame(header + "\n" + kNoBody);
    EXPECT_EQ(parsed.state, FrameState::malformed) << header;
    EXPECT_FALSE(parsed.reason.empty());
  }
}

TEST(FrameBuffer, gives_the_same_frames_however_the_bytes_are_cut) {
  const std::string bytes = framed("HELLO me\n", "") + framed("PUB a.b\r\n", R"({"payload":{}})") +
                            framed("PING 1\n", "") + framed("BYE\n", "");
  for (std::size_t cut = 1; cut <= bytes.size(); ++cut) {
    FrameBuffer buffer;
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < bytes.size(); at += cut) {
      buffer.push(std::string_view(bytes).substr(at, cut));
      for (auto frame = buffer.next(); frame && *frame; frame = buffer.next())
        seen.push_back(std::string((*frame)->args) + "|" + std::string((*frame)->body));
    }
    ASSERT_EQ(seen, (std::vector<std::string>{"me|", R"(a.b|{"payload":{}})", "1|", "|"})) << cut;
    EXPECT_FALSE(buffer.inside_frame());
  }
}

TEST(FrameBuffer, knows_whether_it_is_inside_a_frame) {
  FrameBuffer buffer;
  EXPECT_FALSE(buffer.inside_frame());
  buffer.push("PUB a\n\0\0"s);
  ASSERT_TRUE(buffer.next().has_value());
  EXPECT_TRUE(buffer.inside_frame());
}

TEST(FrameBuffer, an_error_stays) {
  FrameBuffer buffer;
  buffer.push("NOPE\n" + kNoBody + "BYE\n" + kNoBody);
  for (int n = 0; n < 2; ++n) {
    const auto frame = buffer.next();
    ASSERT_FALSE(frame.has_value());
    EXPECT_EQ(frame.error().code, Errc::invalid_argument);
  }
}

TEST(FrameBuffer, gives_large_memory_back) {
  FrameBuffer buffer;
  buffer.push(framed("PUB a\n", std::string(kBodyBytesMax, ' ')));
  ASSERT_TRUE((*buffer.next()).has_value());
  buffer.push(framed("BYE\n", ""));
  EXPECT_LT(buffer.held(), 1000U);
}

}  // namespace
}  // namespace decnet::bus
