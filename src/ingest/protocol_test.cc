#include "ingest/protocol.h"

#include <gtest/gtest.h>

namespace decnet::ingest {
namespace {

std::string everything() {
  std::string out;
  append_hello(out, 0xfeed, "engine.0");
  append_blob(out, std::string(32, 's'), "content");
  append_line_frame(out, 7, "<134>1 - - - - - -");
  append_resume(out, 3);
  append_ack(out, 7);
  return out;
}

TEST(SenderProtocol, round_trips) {
  const std::string bytes = everything();
  std::string_view rest = bytes;
  std::vector<Frame> frames;
  while (!rest.empty()) {
    Frame frame;
    const auto size = parse_frame(rest, frame);
    ASSERT_TRUE(size.has_value());
    ASSERT_GT(*size, 0U);
    frames.push_back(frame);
    rest.remove_prefix(*size);
  }
  ASSERT_EQ(frames.size(), 5U);
  EXPECT_EQ(frames[0].number, 0xfeedU);
  EXPECT_EQ(frames[0].bytes, "engine.0");
  EXPECT_EQ(frames[1].sha256, std::string(32, 's'));
  EXPECT_EQ(frames[1].bytes, "content");
  EXPECT_EQ(frames[2].number, 7U);
  EXPECT_EQ(frames[4].number, 7U);
}

TEST(SenderProtocol, waits_for_a_whole_frame) {
  std::string line;
  append_line_frame(line, 1, "hello");
  Frame frame;
  for (std::size_t n = 0; n < line.size(); ++n)
    EXPECT_EQ(*parse_frame(line.substr(0, n), frame), 0U);
}

TEST(SenderProtocol, refuses_what_is_no_frame) {
  Frame frame;
  EXPECT_EQ(parse_frame("GET / HTTP/1.1", frame).error().code, Errc::invalid_argument);
  EXPECT_EQ(parse_frame(std::string("\x02\xff\xff\xff\xff", 5), frame).error().code, Errc::limit);
  EXPECT_EQ(parse_frame(std::string("\x05\x00\x00\x00\x01z", 6), frame).error().code,
            Errc::invalid_argument);
  EXPECT_EQ(parse_frame(std::string("\x05\x00\x00\x00\x09zzzzzzzzz", 14), frame).error().code,
            Errc::invalid_argument);
}

}  // namespace
}  // namespace decnet::ingest
