#include "session/recorder.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "session/testing.h"

namespace decnet::session {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class RecorderTest : public testing::Test {
 protected:
  Recorder recorder(RecordingFacts facts = {}) {
    return Recorder(clock, std::move(facts),
                    [this](Segment segment) { segments.push_back(std::move(segment)); });
  }
  std::string joined() const {
    std::string all;
    for (const Segment& segment : segments)
      all += segment.number == 0 ? segment.text : segment.text.substr(segment.text.find('\n') + 1);
    return all;
  }

  FakeClock clock;
  std::vector<Segment> segments;
};

TEST_F(RecorderTest, WritesWhatAPlayerReads) {
  {
    auto recording =
        recorder({.columns = 100, .rows = 30, .term = "vt100", .title = "root@web-01"});
    recording.output("login: ");
    clock.advance(milliseconds{1500});
    recording.input("root\r");
    recording.input("secret\r", Echo::hidden);
    recording.marker("login", "root accepted");
    recording.resize(120, 40);
    recording.resize(120, 40);  // No change, no line.
    clock.advance(seconds{1});
    recording.output("\x1b[1m$\x1b[0m \"\\\n");
  }
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_EQ(segments[0].text,
            "{\"version\":2,\"width\":100,\"height\":30,\"timestamp\":1790000000,"
            "\"title\":\"root@web-01\",\"env\":{\"TERM\":\"vt100\",\"SHELL\":\"/bin/bash\"}}\n"
            "[0.000000,\"o\",\"login: \"]\n"
            "[1.500000,\"i\",\"root\\r\"]\n"
            "[1.500000,\"s\",\"1\"]\n"
            "[1.500000,\"i\",\"secret\\r\"]\n"
            "[1.500000,\"m\",\"login root accepted\"]\n"
            "[1.500000,\"r\",\"120x40\"]\n"
            "[2.500000,\"o\",\"\\u001b[1m$\\u001b[0m \\\"\\\\\\n\"]\n");
  EXPECT_TRUE(segments[0].is_final);
  EXPECT_EQ(segments[0].duration_ms, 2500);
}

TEST_F(RecorderTest, JoinsACharacterThatTwoWritesCut) {
  auto recording = recorder();
  recording.output("gr\xc3");
  recording.output("\xbc\xc3\x9f\xe2\x82");
  recording.output("\xac");
  recording.finish();
  EXPECT_THAT(joined(), HasSubstr("\"gr\"]"));
  EXPECT_THAT(joined(), HasSubstr("\"\xc3\xbc\xc3\x9f\"]"));
  EXPECT_THAT(joined(), HasSubstr("\"\xe2\x82\xac\"]"));
}

TEST_F(RecorderTest, CarriesWhatNeverBecomesACharacter) {
  auto recording = recorder();
  recording.output("a\xff\xe2");
  recording.input("\xc3");
  recording.finish();
  EXPECT_THAT(joined(), HasSubstr("\"o\",\"a\xee\xbf\xbf\"]"));
  EXPECT_THAT(joined(), HasSubstr("\"o\",\"\xee\xbf\xa2\"]"));
  EXPECT_THAT(joined(), HasSubstr("\"i\",\"\xee\xbf\x83\"]"));
  EXPECT_TRUE(is_utf8(joined()));
}

TEST(RecordedText, LosesNothing) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  for (const std::string& bytes :
       {all, std::string("\xee\xbe\x80 \xee\xbf\xbf"), std::string("\xed\xa0\x80\xf4\x90\x80\x80"),
        std::string("gr\xc3\xbc\xc3\x9f\xf0\x9f\x98\x80"), std::string("\xc0\xaf\xe0\x80\xaf")}) {
    EXPECT_TRUE(is_utf8(recorded_text(bytes)));
    EXPECT_EQ(restore_bytes(recorded_text(bytes)), bytes);
  }
  EXPECT_EQ(recorded_text("gr\xc3\xbc"), "gr\xc3\xbc");
}

TEST_F(RecorderTest, ClosesASegmentBySizeAndByTime) {
  auto recording = recorder();
  for (int n = 0; n < 5; ++n) recording.output(std::string(kRecordingChunkMax, 'x'));
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_FALSE(segments[0].is_final);
  EXPECT_GE(segments[0].text.size(), kSegmentBytes);
  clock.advance(seconds{29});
  recording.close_if_due();
  EXPECT_EQ(segments.size(), 1U);
  clock.advance(seconds{1});
  recording.close_if_due();
  ASSERT_EQ(segments.size(), 2U);
  EXPECT_EQ(segments[1].number, 1U);
  EXPECT_EQ(segments[1].duration_ms, 30'000);
  EXPECT_EQ(segments[1].text.find("{\"version\":2"), 0U) << "each can be read alone";
  recording.close_if_due();
  EXPECT_EQ(segments.size(), 2U) << "nothing was said since";
  recording.finish();
  ASSERT_EQ(segments.size(), 3U) << "the end is told";
  EXPECT_TRUE(segments[2].is_final);
}

TEST_F(RecorderTest, SaysNothingOfATerminalThatSaidNothing) {
  recorder().finish();
  EXPECT_TRUE(segments.empty());
}

TEST_F(RecorderTest, EndsOutputAtItsLimitAndStillRecordsKeys) {
  auto recording = recorder();
  const std::string flood(kRecordingChunkMax, '\x01');  // Six bytes each, as text.
  for (int n = 0; n < 200; ++n) recording.output(flood);
  recording.input("\x03");
  recording.finish();
  EXPECT_GT(recording.refused_bytes(), 0U);
  EXPECT_LE(joined().size(), kRecordingBytesMax + 4096);
  EXPECT_TRUE(segments.back().truncated);
  const std::string all = joined();
  const std::size_t marker = all.find("\"m\",\"truncated\"");
  ASSERT_NE(marker, std::string::npos);
  EXPECT_EQ(all.find("\"m\",\"truncated\"", marker + 1), std::string::npos) << "it says so once";
  EXPECT_THAT(all.substr(marker), HasSubstr("\"i\",\"\\u0003\"]"));
}

TEST_F(RecorderTest, SplitsAWriteIntoChunks) {
  auto recording = recorder();
  std::string long_write(kRecordingChunkMax - 1, 'x');
  long_write += "\xc3\xbc";
  recording.output(long_write);
  recording.finish();
  EXPECT_THAT(joined(), HasSubstr("x\"]\n[0.000000,\"o\",\"\xc3\xbc\"]"));
}

TEST(ScriptedSession, KeepsRecordings) {
  ScriptedSession session({.service = "ssh"});
  {
    const auto recording = session.record({.title = "one"});
    recording->output("hello");
    session.fake_clock().advance(seconds{31});
    recording->output(" again");
  }
  ASSERT_EQ(session.recordings().size(), 1U);
  EXPECT_THAT(session.recordings()[0], HasSubstr("[31.000000,\"o\",\" again\"]\n"));
  EXPECT_THAT(session.event_lines(), HasSubstr("format=asciicast v2 recording=0 segment=0"));
}

}  // namespace
}  // namespace decnet::session
