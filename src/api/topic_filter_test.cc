#include "api/topic_filter.h"

#include <gtest/gtest.h>

namespace decnet::api {
namespace {

bool wants(std::string_view topics, std::string_view topic) {
  return TopicFilter::parse(topics).value().wants(topic);
}

TEST(TopicFilter, WantsEverythingWhereNothingIsSaid) {
  EXPECT_TRUE(wants("", "event.command"));
  EXPECT_TRUE(wants("health", "decky.web-01.state"));
}

TEST(TopicFilter, TakesEventsByType) {
  EXPECT_TRUE(wants("event", "event.login.attempt"));
  EXPECT_TRUE(wants("event.login.attempt", "event.login.attempt"));
  EXPECT_FALSE(wants("event.login.attempt", "event.command"));
  EXPECT_FALSE(wants("event", "attacker.observed"));
}

TEST(TopicFilter, TakesChangesByFamilyAndPattern) {
  EXPECT_TRUE(wants("change", "decky.web-01.state"));
  EXPECT_FALSE(wants("change", "event.command"));
  EXPECT_TRUE(wants("attacker", "attacker.session.ended"));
  EXPECT_TRUE(wants("decky.*.state,event", "decky.web-01.state"));
  EXPECT_FALSE(wants("decky.*.state", "decky.web-01.mutation"));
}

TEST(TopicFilter, RefusesWhatIsNoPattern) {
  EXPECT_EQ(TopicFilter::parse("a..b").error().code, Errc::invalid_argument);
  std::string many;
  for (std::size_t n = 0; n <= kTopicsMax; ++n) many += "a,";
  EXPECT_EQ(TopicFilter::parse(many).error().code, Errc::limit);
}

}  // namespace
}  // namespace decnet::api
