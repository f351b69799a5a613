#include "bus/pattern.h"

#include <string>

#include <gtest/gtest.h>

namespace decnet::bus {
namespace {

struct Case {
  std::string_view pattern, topic;
  bool matches;
};

class PatternMatch : public testing::TestWithParam<Case> {};

TEST_P(PatternMatch, follows_the_rules) {
  const auto [pattern, topic, matches] = GetParam();
  const auto parsed = Pattern::parse(pattern);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().detail;
  EXPECT_EQ(parsed->matches(topic), matches) << pattern << " on " << topic;
}

INSTANTIATE_TEST_SUITE_P(
    table, PatternMatch,
    testing::Values(Case{"decky.web.http", "decky.web.http", true},
                    Case{"decky.web.http", "decky.web.https", false},
                    Case{"decky.web", "Decky.web", false},  // Case matters.
                    Case{"decky.*.http", "decky.web.http", true},
                    Case{"decky.*.http", "decky.web.eu.http", false},
                    Case{"decky.*.http", "decky.http", false}, Case{"*", "a", true},
                    Case{"*.*", "a.b", true}, Case{"*.*", "a", false},
                    Case{"a.*", "a.", false},  // Never an empty token.
                    Case{"*", "", false}, Case{"decky.>", "decky.web", true},
                    Case{"decky.>", "decky.web.http", true}, Case{"a.>", "a", false},
                    Case{">", "a", true}, Case{">", "a.b.c", true}, Case{">", "", false},
                    Case{"a.>", "a..b", false}, Case{">", "a.b.", false}, Case{"*.>", "a.b", true},
                    Case{"*.>", "a", false}, Case{"a", "a.b", false}, Case{"a.b", "a", false},
                    Case{"a.*.c.>", "a.b.c.d.e", true}, Case{"a.*.c.>", "a.b.c", false}));

TEST(Pattern, says_why_it_refuses) {
  for (const std::string text : {"", ".", "a.", ".a", "a..b", "a b", "a\t", "a.\n", ">.a", "a.>.b",
                                 "a.b*", "*b", "a>", "**", ">>", "*>", "a.\xc3\xa9"}) {
    const auto pattern = Pattern::parse(text);
    ASSERT_FALSE(pattern.has_value()) << text;
    EXPECT_EQ(pattern.error().code, Errc::invalid_argument) << text;
    EXPECT_FALSE(pattern.error().detail.empty()) << text;
  }
  EXPECT_FALSE(Pattern::parse(std::string_view("a\0b", 3)).has_value());
}

TEST(Pattern, holds_its_limit) {
  EXPECT_TRUE(Pattern::parse(std::string(kPatternBytesMax, 'a')).has_value());
  EXPECT_EQ(Pattern::parse(std::string(kPatternBytesMax + 1, 'a')).error().code, Errc::limit);
}

}  // namespace
}  // namespace decnet::bus
