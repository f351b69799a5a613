#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/replay/cast_reader.h"
#include "app/replay/terminal_filter.h"
#include "session/recorder.h"

namespace decnet::app {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string shown(std::string_view text) {
  return TerminalFilter().filter(text);
}

TEST(CastReader, ReadsWhatTheRecorderWrites) {
  FakeClock clock;
  std::string text;
  {
    session::Recorder recorder(clock, {.columns = 100, .rows = 30, .title = "root@web-01"},
                               [&](const session::Segment& segment) { text += segment.text; });
    recorder.output("gr\xc3\xbc\xff");
    clock.advance(std::chrono::milliseconds{1500});
    recorder.input("pw\r", session::Echo::hidden);
    recorder.marker("command", "id");
  }
  const Cast cast = parse_cast(text);
  EXPECT_EQ(cast.columns, 100);
  EXPECT_EQ(cast.rows, 30);
  EXPECT_EQ(cast.title, "root@web-01");
  ASSERT_THAT(cast.events, SizeIs(4));
  EXPECT_EQ(session::restore_bytes(cast.events[0].text), "gr\xc3\xbc\xff");
  EXPECT_DOUBLE_EQ(cast.events[1].time, 1.5);
  EXPECT_EQ(cast.events[1].code, 's');
  EXPECT_EQ(cast.events[2].text, "pw\r");
  EXPECT_EQ(cast.events[3].text, "command id");
}

TEST(CastReader, LeavesOutWhatIsNoEvent) {
  for (const char* line :
       {"", "[]", "{}", "[1,\"o\"]", "[-1,\"o\",\"x\"]", "[1,\"z\",\"x\"]", "[1,\"oo\",\"x\"]",
        "[1,2,3]", "[1e999,\"o\",\"x\"]", "[1,\"o\",\"\\ud800\"]"})
    EXPECT_FALSE(parse_cast_event(line)) << line;
  EXPECT_THAT(parse_cast("{\"width\":-5,\"height\":1e9}\nnonsense\n").events, IsEmpty());
  EXPECT_EQ(parse_cast("{\"width\":-5}").columns, 80);
  const Cast back = parse_cast("{}\n[5,\"o\",\"a\"]\n[1,\"o\",\"b\"]");
  EXPECT_DOUBLE_EQ(back.events[1].time, 5);
}

TEST(TerminalFilter, LetsThroughWhatIsSeen) {
  for (const std::string_view text :
       {"plain\r\n", "\x1b[1;31mred\x1b[0m", "\x1b[2J\x1b[H", "\x1b[?1049h\x1b[?25l",
        "gr\xc3\xbc\xe2\x82\xac", "\x1b(0lqk\x1b(B",
        "\x1b"
        "7\x1b"
        "8",
        "\x1b[38;5;196m\x1b[38:2::1:2:3m", "\x1b[10;20r", "\xf0\x9f\x98\x80"})
    EXPECT_EQ(shown(text), text);
}

TEST(TerminalFilter, AnswersNoQuestion) {
  for (const std::string_view text :
       {"\x1b[c", "\x1b[>c", "\x1b[=c", "\x1b[5n", "\x1b[6n", "\x1b[?6n", "\x1b[x", "\x1b[?1$p",
        "\x1bZ", "\x05", "\x1b[18t", "\x1b[21t", "\x1bP$qm\x1b\\", "\x1bP+q544e\x1b\\",
        "\x1b]11;?\x07", "\x1b]52;c;?\x1b\\",
        "\xc2\x9b"
        "c"})
    EXPECT_THAT(shown(text), testing::AnyOf("", "c")) << testing::PrintToString(text);
}

TEST(TerminalFilter, ChangesNothingOfTheAnalysts) {
  for (const std::string_view text : {"\x1b]0;title\x07",
                                      "\x1b]52;c;cm0gLXJm\x07",
                                      "\x1b]8;;http://x\x1b\\",
                                      "\x1b[5i",
                                      "\x1b[8;1;1t",
                                      "\x1b[?1000h",
                                      "\x1b[?2004h",
                                      "\x1b[>4;2m",
                                      "\x1b[!p",
                                      "\x1b[2 q",
                                      "\x1b[?1h",
                                      "\x1b=",
                                      "\x1b>",
                                      "\x1b#8",
                                      "\x07",
                                      "\x0e",
                                      "\x1b_apc\x1b\\",
                                      "\x1b^pm\x1b\\",
                                      "\x1bXsos\x1b\\",
                                      "\x1b[99999b",
                                      "\x1b%G",
                                      "\x1b(A",
                                      "\xe2\x80\xae",
                                      "\xd8\x9c"})
    EXPECT_EQ(shown(text), "") << testing::PrintToString(text);
  EXPECT_EQ(shown("\x1b"
                  "c"),
            "\x1b[m\x1b[2J\x1b[H");
}

TEST(TerminalFilter, GoesOnBehindASequenceThatWasCut) {
  TerminalFilter filter;
  EXPECT_EQ(filter.filter("a\x1b"), "a");
  EXPECT_EQ(filter.filter("]52;c;"), "");
  EXPECT_EQ(filter.filter("AAAA"), "");
  EXPECT_EQ(filter.filter("\x1b"), "");
  EXPECT_EQ(filter.filter("\\b\x1b[3"), "b");
  EXPECT_EQ(filter.filter("1mc\xc3"), "\x1b[31mc");
  EXPECT_EQ(filter.filter("\xbc"), "\xc3\xbc");
}

TEST(TerminalFilter, CannotBeTrickedIntoAnything) {
  EXPECT_EQ(shown("\x1b]0;a\x1b[6n"), "") << "an escape ends a string and begins a sequence";
  EXPECT_EQ(shown("\x1b[\x1b[6n"), "");
  EXPECT_EQ(shown("\x1b\x1b[6n"), "");
  EXPECT_EQ(shown("\x1b[3\x18"
                  "1m"),
            "1m");
  EXPECT_EQ(shown("\x1b[" + std::string(1000, '1') + "m"), "");
  EXPECT_EQ(shown("\x1b]" + std::string(kStringMax + 100, 'x') + "end").substr(0, 5), "xxxxx")
      << "what never ends is given up";
  EXPECT_EQ(shown("a\xff\xc3("), "a\xef\xbf\xbd\xef\xbf\xbd(");
  EXPECT_EQ(shown("\xee\xbf\xbf"), "\xef\xbf\xbd") << "a byte as a recording carries it";
}

}  // namespace
}  // namespace decnet::app
