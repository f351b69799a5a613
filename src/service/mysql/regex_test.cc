// REGEXP: what matches, what is wrong with an expression, and that none takes longer than it may.
#include "service/mysql/regex.h"

#include <gtest/gtest.h>

#include "service/mysql/mysql_test.h"

namespace decnet::service::mysql {
namespace {

std::string found(std::string_view pattern, std::string_view text, bool fold = true) {
  const auto regex = Regex::compile(pattern, {.fold = fold});
  if (!regex) return "error: " + regex.error();
  std::vector<std::size_t> groups;
  std::uint64_t steps = 0;
  const Regex::Found out = regex->search(text, 0, groups, steps);
  if (out == Regex::Found::gave_up) return "gave up";
  if (out == Regex::Found::no) return "no";
  std::string shown;
  for (std::size_t n = 0; n + 1 < groups.size(); n += 2)
    shown += groups[n] == kRegexNone
                 ? "(-)"
                 : "(" + std::string(text.substr(groups[n], groups[n + 1] - groups[n])) + ")";
  return shown;
}

TEST(MysqlRegex, FindsTheFirstMatchThatPerlWouldFind) {
  EXPECT_EQ(found("a|ab", "xab"), "(a)");
  EXPECT_EQ(found("(a|ab)(c|bcd)", "abcd"), "(abcd)(a)(bcd)");
  EXPECT_EQ(found("a+?", "aaa"), "(a)");
  EXPECT_EQ(found("a{2,3}", "aaaa"), "(aaa)");
  EXPECT_EQ(found("(a)|b", "b"), "(b)(-)");
  EXPECT_EQ(found("(a*)*", "aab"), "(aa)()");
  EXPECT_EQ(found("(?:a|b)*c", "abac"), "(abac)");
  EXPECT_EQ(found("B", "abc"), "(b)");
  EXPECT_EQ(found("B", "abc", false), "no");
  EXPECT_EQ(found("(?-i)B", "abc"), "no");
  EXPECT_EQ(found("^b", "a\nb"), "no");
  EXPECT_EQ(found("(?m)^b$", "a\nb\nc"), "(b)");
  EXPECT_EQ(found("b$", "ab\n"), "(b)");
  EXPECT_EQ(found("a.c", "a\nc"), "no");
  EXPECT_EQ(found("(?s)a.c", "a\nc"), "(a\nc)");
  EXPECT_EQ(found("^.$", "\xc3\xa4"), "(\xc3\xa4)");
  EXPECT_EQ(found("[[:<:]]ab[[:>:]]", "cab ab"), "(ab)");
  EXPECT_EQ(found("[^[:alpha:]\\d]+", "ab12--"), "(--)");
  EXPECT_EQ(found("\\d{3}\\s\\w\\b", "a123 b"), "(123 b)");
  EXPECT_EQ(found("\\Qa.b\\E", "a.b"), "(a.b)");
}

TEST(MysqlRegex, LooksAroundAndBack) {
  EXPECT_EQ(found("(a|b)\\1", "abb"), "(bb)(b)");
  EXPECT_EQ(found("(?<x>a)(?P=x)", "aa"), "(aa)(a)");
  EXPECT_EQ(found("a(?=b)", "acab"), "(a)");
  EXPECT_EQ(found("a(?!c)", "acab"), "(a)");
  EXPECT_EQ(found("(?<=ab|c)d", "ad abd"), "(d)");
  EXPECT_EQ(found("(?<!a)b", "abcb"), "(b)");
  EXPECT_EQ(found("a++a", "aaa"), "no");
  EXPECT_EQ(found("(?>a|ab)c", "abc"), "no");
}

TEST(MysqlRegex, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(found("(", ""), "error: missing closing parenthesis at offset 1");
  EXPECT_EQ(found("a**", ""), "error: quantifier does not follow a repeatable item at offset 2");
  EXPECT_EQ(found("[z-a]", ""), "error: range out of order in character class at offset 3");
  EXPECT_EQ(found("[[:foo:]]", ""), "error: unknown POSIX class name at offset 3");
}

TEST(MysqlRegex, ExplodingPatternsGiveUpAfterTheirSteps) {
  for (const std::string_view pattern :
       {"^(a+)+$", "^(a|aa)+$", "(a?){50}a{100}", "(.*)*x\\1", "^(([a-z])+.)+[A-Z]([a-z])+$"}) {
    const auto regex = Regex::compile(pattern, {});
    ASSERT_TRUE(regex) << pattern;
    const std::string text = std::string(60, 'a') + "!";
    std::vector<std::size_t> groups;
    std::uint64_t steps = 0;
    EXPECT_EQ(regex->search(text, 0, groups, steps), Regex::Found::gave_up) << pattern;
    EXPECT_LE(steps, kRegexStepsMax + text.size() * kRegexStepsPerByte) << pattern;
  }
}

TEST(MysqlRegex, PlacesToGoBackToAreBounded) {
  EXPECT_EQ(found("a*+b|(?:a|b)*c", std::string(kRegexStackMax, 'a')), "gave up");
}

TEST(MysqlRegex, PatternsAreBounded) {
  const std::string big = "error: regular expression is too large at offset ";
  EXPECT_EQ(found(std::string(kRegexPatternBytesMax, 'a'), ""),
            big + std::to_string(kRegexPatternBytesMax));
  EXPECT_EQ(found("(a{1000}){1000}", ""), big + "15");
  EXPECT_EQ(found("a{65536}", ""), "error: number too big in {} quantifier at offset 7");
  const std::string deep(kRegexDepthMax, '(');
  EXPECT_EQ(found("(" + deep, ""), "error: parentheses are too deeply nested at offset 251");
  EXPECT_EQ(found(deep + "a" + std::string(kRegexDepthMax, ')'), "a").substr(0, 3), "(a)");
  std::string wasted;
  while (wasted.size() < 200) wasted += "(?:a{60000}){0}";
  EXPECT_EQ(found(wasted, ""), big + std::to_string(wasted.size()));
}

// As the genuine server: no error, no match, a warning.
TEST(MysqlRegex, AStatementGoesOnWhereAPatternExplodes) {
  Host host({{"server", "mariadb"}, {"bait", "none"}});
  const Talk talk = host.talk({client_login("app", "app-password"),
                               query("SELECT CONCAT(REPEAT('a',40),'b') REGEXP '^(a+)+$'"),
                               query("SHOW WARNINGS")});
  EXPECT_NE(talk.answers[2].find(std::string("\x01") + "0"), std::string::npos);
  EXPECT_NE(talk.answers[3].find("Regex error 'match limit exceeded'"), std::string::npos);
}

}  // namespace
}  // namespace decnet::service::mysql
