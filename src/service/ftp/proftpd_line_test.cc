#include "service/ftp/proftpd_line.h"

#include <gtest/gtest.h>

namespace decnet::service::ftp {

namespace {

struct Fed {
  std::vector<std::string> lines;
  int too_long = 0;
  std::string replies;
};

// Feeds pieces one after the other.
Fed feed(const std::vector<std::string>& pieces) {
  Fed out;
  TelnetLine reader;
  for (const std::string& piece : pieces) {
    std::string_view bytes = piece;
    for (;;) {
      const auto event = reader.feed(bytes, out.replies);
      if (event == TelnetLine::Event::more) break;
      if (event == TelnetLine::Event::line)
        out.lines.push_back(reader.line());
      else
        ++out.too_long;
    }
  }
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST(ProftpdLine, OnlyCarriageReturnLineFeedEndsALine) {
  EXPECT_EQ(feed({"NOOP\r\nPWD\r\n"}).lines, (Lines{"NOOP", "PWD"}));
  EXPECT_EQ(feed({"NO", "OP\r", "\n"}).lines, (Lines{"NOOP"}));
  EXPECT_EQ(feed({"NOOP\nPWD\n"}).lines, Lines{});
  EXPECT_EQ(feed({"NOOP\r\r\n"}).lines, (Lines{"NOOP"}));
}

TEST(ProftpdLine, AnswersTelnetNegotiation) {
  const Fed fed = feed({"\xff\xfd\x01NO\xff\xfb\x03OP\xff\xff\r\n"});
  EXPECT_EQ(fed.lines, (Lines{"NOOP\xff"}));
  EXPECT_EQ(fed.replies, "\xff\xfc\x01\xff\xfe\x03");
  EXPECT_EQ(feed({"\xff\xf4\xff\xf2"
                  "ABOR\r\n"})
                .lines,
            (Lines{"ABOR"}));
  EXPECT_EQ(feed({"\xff", "\xfd", "\x01NOOP\r\n"}).replies, "\xff\xfc\x01");
}

TEST(ProftpdLine, ThrowsTooLongLinesAwayInPieces) {
  const std::string longest(kProftpdLineMax - 2, 'A');
  EXPECT_EQ(feed({longest + "\r\n"}).lines, (Lines{longest}));
  // Its CR went with the piece: the next line is thrown away with what is left of it.
  const Fed fed = feed({longest + "A\r\nNOOP\r\nQUIT\r\n"});
  EXPECT_EQ(fed.lines, (Lines{"QUIT"}));
  EXPECT_EQ(fed.too_long, 2);
  EXPECT_EQ(feed({std::string(5 * kProftpdLineMax, 'A')}).too_long, 4);
}

TEST(ProftpdLine, CutsWordsAsTheGenuineParserDoes) {
  const ProftpdCommand command = parse_proftpd_command("cwd  \"a b\"  c\\d \"e\\\"f\"");
  EXPECT_EQ(command.verb, "CWD");
  EXPECT_EQ(command.words, (Lines{"cwd", "a b", "c\\d", "e\"f"}));
  EXPECT_EQ(command.argument, " \"a b\"  c\\d \"e\\\"f\"");
  EXPECT_TRUE(parse_proftpd_command(" NOOP").verb.empty());
  EXPECT_TRUE(parse_proftpd_command("").verb.empty());
  EXPECT_EQ(parse_proftpd_command(std::string_view("USER a\0b", 8)).argument, "a");
  EXPECT_EQ(parse_proftpd_command("SITE  HELP").words, (Lines{"SITE", "", "HELP"}));
}

TEST(ProftpdLine, KnowsOtherProtocols) {
  EXPECT_EQ(foreign_protocol(parse_proftpd_command("GET / HTTP/1.1")), "HTTP");
  EXPECT_EQ(foreign_protocol(parse_proftpd_command("get / HTTP/1.1")), "");
  EXPECT_EQ(foreign_protocol(parse_proftpd_command("SSH-2.0-x")), "SSH2");
  EXPECT_EQ(foreign_protocol(parse_proftpd_command("EHLO x")), "SMTP");
}

}  // namespace decnet::service::ftp
