#include "bus/matcher.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace decnet::bus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Pattern parsed(std::string_view text) {
  return Pattern::parse(text).value();
}

std::vector<Matcher::Id> match(Matcher& matcher, std::string_view topic) {
  const auto ids = matcher.match(topic);
  return {ids.begin(), ids.end()};
}

TEST(Matcher, finds_each_id_once_however_many_of_its_patterns_match) {
  Matcher matcher;
  for (const auto* text : {">", "decky.>", "decky.*.state", "decky.web.state", "*.web.*"})
    matcher.add(parsed(text), 7);
  matcher.add(parsed("decky.*.state"), 3);
  EXPECT_THAT(match(matcher, "decky.web.state"), ElementsAre(3, 7));
  EXPECT_THAT(match(matcher, "decky.web"), ElementsAre(7));
  EXPECT_THAT(match(matcher, "decky.web.state.now"), ElementsAre(7));
}

TEST(Matcher, a_malformed_topic_is_matched_by_nobody) {
  Matcher matcher;
  matcher.add(parsed(">"), 1);
  matcher.add(parsed("a.*"), 2);
  for (const auto* topic : {"", ".", "a.", ".a", "a..b", "a.b."})
    EXPECT_THAT(match(matcher, topic), IsEmpty()) << topic;
}

TEST(Matcher, forgets_what_is_removed_and_only_that) {
  Matcher matcher;
  EXPECT_TRUE(matcher.add(parsed("a.b"), 1));
  EXPECT_FALSE(matcher.add(parsed("a.b"), 1));
  EXPECT_TRUE(matcher.add(parsed("a.*"), 1));
  EXPECT_TRUE(matcher.add(parsed("a.b"), 2));
  EXPECT_EQ(matcher.size(), 3U);
  EXPECT_THAT(match(matcher, "a.b"), ElementsAre(1, 2));
  EXPECT_TRUE(matcher.remove(parsed("a.b"), 2));
  EXPECT_THAT(match(matcher, "a.b"), ElementsAre(1));
  EXPECT_TRUE(matcher.remove(parsed("a.b"), 1));
  EXPECT_THAT(match(matcher, "a.b"), ElementsAre(1)) << "a.* still matches";
  EXPECT_TRUE(matcher.remove(parsed("a.*"), 1));
  EXPECT_THAT(match(matcher, "a.b"), IsEmpty());
  EXPECT_FALSE(matcher.remove(parsed("a.b"), 1));
  EXPECT_FALSE(matcher.remove(parsed("never.was.>"), 1));
  EXPECT_EQ(matcher.size(), 0U);
  EXPECT_EQ(matcher.nodes(), 0U) << "an empty trie holds no node";
}

TEST(Matcher, a_change_reaches_topics_that_are_cached) {
  Matcher matcher;
  EXPECT_THAT(match(matcher, "a.b"), IsEmpty());
  EXPECT_EQ(matcher.cached_topics(), 1U);
  matcher.add(parsed("a.>"), 5);
  EXPECT_THAT(match(matcher, "a.b"), ElementsAre(5));
  matcher.remove(parsed("a.>"), 5);
  EXPECT_THAT(match(matcher, "a.b"), IsEmpty());
  EXPECT_EQ(matcher.cached_topics(), 1U);
}

TEST(Matcher, the_cache_holds_its_limits) {
  Matcher matcher;
  matcher.add(parsed("t.*"), 1);
  for (std::size_t n = 0; n < kMatcherCacheTopicsMax + 10; ++n) {
    ASSERT_THAT(match(matcher, "t." + std::to_string(n)), ElementsAre(1));
    ASSERT_LE(matcher.cached_topics(), kMatcherCacheTopicsMax);
  }
  const std::size_t before = matcher.cached_topics();
  const std::string longest = "t." + std::string(kMatcherCacheTopicBytesMax, 'x');
  EXPECT_THAT(match(matcher, longest), ElementsAre(1));
  EXPECT_EQ(matcher.cached_topics(), before);

  Matcher crowded;
  for (Matcher::Id id = 0; id < 1000; ++id) crowded.add(parsed(">"), id);
  for (std::size_t n = 0; n < 400; ++n)
    ASSERT_EQ(crowded.match("t." + std::to_string(n)).size(), 1000U);
  EXPECT_LE(crowded.cached_topics(), kMatcherCacheIdsMax / 1000);
}

TEST(Matcher, patterns_of_two_thousand_tokens_cost_no_stack) {
  std::string text = "*";
  for (int n = 0; n < 2044; ++n) text += ".*";
  Matcher matcher;
  for (Matcher::Id id = 0; id < 20; ++id) {
    text.replace(text.size() - 1, 1, std::string(1, static_cast<char>('a' + id)));
    ASSERT_TRUE(matcher.add(parsed(text), id));
  }
  EXPECT_THAT(match(matcher, text), ElementsAre(19));
}

// The trie against the definition, over random patterns and topics.
TEST(Matcher, agrees_with_pattern_by_pattern) {
  SeededRandom random(42, "matcher");
  const std::vector<std::string> words = {"a", "b", "c", "*", ">"};
  const auto text = [&](std::size_t kinds) {
    std::string out = words[random.below(kinds)];
    for (auto more = random.below(4); more > 0; --more) out += "." + words[random.below(kinds)];
    return out;
  };
  Matcher matcher;
  std::vector<std::pair<Pattern, Matcher::Id>> all;
  for (int round = 0; round < 5000; ++round) {
    const auto id = static_cast<Matcher::Id>(random.below(8));
    if (const auto pattern = Pattern::parse(text(5)); pattern && random.chance(0.3)) {
      if (matcher.add(*pattern, id)) all.emplace_back(*pattern, id);
    } else if (!all.empty() && random.chance(0.3)) {
      const auto at = all.begin() + static_cast<std::ptrdiff_t>(random.below(all.size()));
      ASSERT_TRUE(matcher.remove(at->first, at->second));
      all.erase(at);
    }
    const std::string topic = text(3);
    std::vector<Matcher::Id> wanted;
    for (const auto& [pattern, who] : all)
      if (pattern.matches(topic)) wanted.push_back(who);
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    ASSERT_EQ(match(matcher, topic), wanted) << topic;
    ASSERT_EQ(matcher.size(), all.size());
  }
}

}  // namespace
}  // namespace decnet::bus
