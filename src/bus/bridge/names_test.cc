#include "bus/bridge/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bus/topic.h"

namespace decnet::bus::bridge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<Names> names(std::string_view host, std::string_view exports, std::string_view imports) {
  return Names::create(host, parse_patterns(exports).value(), parse_patterns(imports).value());
}

TEST(BridgeNames, a_topic_goes_out_under_its_host_and_comes_in_as_remote) {
  const auto here = names("fra-1", ">", ">").value();
  const auto there = names("lab", ">", ">").value();
  const auto subject = here.subject_of("attacker.session.started");
  EXPECT_EQ(subject, "decnet.fra-1.attacker.session.started");
  EXPECT_EQ(there.topic_of(*subject, 0), "remote.fra-1.attacker.session.started");
}

TEST(BridgeNames, what_has_come_from_elsewhere_is_never_sent_on) {
  const auto here = names("b", ">", ">").value();
  EXPECT_EQ(here.subject_of("remote.a.attacker.observed"), std::nullopt);
  EXPECT_EQ(here.subject_of("remote"), std::nullopt);
  EXPECT_EQ(here.subject_of("remoted.a"), "decnet.b.remoted.a");
  for (const auto* pattern : {"remote.>", "remote.a.attacker.observed", "a, remote.*"}) {
    const auto refused = names("b", pattern, "");
    ASSERT_FALSE(refused.has_value()) << pattern;
    EXPECT_THAT(refused.error().detail, HasSubstr("never sent on"));
  }
}

TEST(BridgeNames, what_a_bridge_of_another_kind_sends_on_is_not_taken_in) {
  const auto here = names("b", ">", ">").value();
  EXPECT_EQ(here.topic_of("decnet.c.remote.a.attacker.observed", 0), std::nullopt);
}

TEST(BridgeNames, what_bears_the_own_name_is_not_taken_in) {
  const auto here = names("b", ">", ">").value();
  EXPECT_EQ(here.topic_of("decnet.b.attacker.observed", 0), std::nullopt);
  const auto refused = names("b", "", "b.>");
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().detail, HasSubstr("own"));
}

// In a cycle of bridges that all export and import everything an event makes one step and no other.
TEST(BridgeNames, an_event_goes_round_no_cycle_of_three) {
  const Names hosts[] = {names("a", ">", ">").value(), names("b", ">", ">").value(),
                         names("c", ">", ">").value()};
  const auto subject = hosts[0].subject_of("x.y").value();
  for (const Names& other : {hosts[1], hosts[2]}) {
    const auto taken_in = other.topic_of(subject, 0);
    ASSERT_EQ(taken_in, "remote.a.x.y");
    EXPECT_EQ(other.subject_of(*taken_in), std::nullopt);
  }
  EXPECT_EQ(hosts[0].topic_of(subject, 0), std::nullopt);
}

TEST(BridgeNames, a_subject_that_is_no_event_of_a_bridge_is_not_taken_in) {
  const auto here = names("b", ">", ">").value();
  for (const auto* subject :
       {"", "decnet", "decnet.", "decnet.a", "decnet.a.", "decnet..x", "decnet.a..x", "decnet.a.x.",
        "decnets.a.x", "other.a.x", "decnet.*.x", "decnet.a.x.>", "decnet.a.\xc3\xa4", "DECNET.a.x",
        "decnet.a b.x", "decnet.a.x y"}) {
    EXPECT_EQ(here.topic_of(subject, 0), std::nullopt) << subject;
  }
}

TEST(BridgeNames, an_event_that_several_import_patterns_match_comes_in_once) {
  const auto here = names("b", "", "*.attacker.>, fra-1.>, >").value();
  EXPECT_THAT(here.import_subjects(),
              ElementsAre("decnet.*.attacker.>", "decnet.fra-1.>", "decnet.>"));
  EXPECT_EQ(here.topic_of("decnet.fra-1.attacker.observed", 0), "remote.fra-1.attacker.observed");
  EXPECT_EQ(here.topic_of("decnet.fra-1.attacker.observed", 1), std::nullopt);
  EXPECT_EQ(here.topic_of("decnet.fra-1.attacker.observed", 2), std::nullopt);
  EXPECT_EQ(here.topic_of("decnet.fra-1.system.log", 1), "remote.fra-1.system.log");
  EXPECT_EQ(here.topic_of("decnet.lab.system.log", 2), "remote.lab.system.log");
}

TEST(BridgeNames, a_hosts_name_is_one_token) {
  for (const auto* good : {"fra-1", "A", "x_y:z"}) EXPECT_TRUE(check_host(good)) << good;
  EXPECT_TRUE(check_host(std::string(kHostBytesMax, 'h')));
  for (const std::string& bad :
       {std::string(), std::string("a.b"), std::string("*"), std::string(">"), std::string("a*"),
        std::string("a b"), std::string("a\n"), std::string("\x7f"), std::string("\xc3\xa4"),
        std::string("a\0b", 3), std::string(kHostBytesMax + 1, 'h')}) {
    const auto refused = names(bad, ">", "");
    ASSERT_FALSE(refused.has_value()) << bad;
    EXPECT_EQ(refused.error().code, Errc::invalid_argument);
  }
}

TEST(BridgeNames, an_import_needs_a_host_and_a_topic) {
  EXPECT_TRUE(names("b", "", ">"));
  EXPECT_TRUE(names("b", "", "*.x"));
  for (const auto* bad : {"fra-1", "*"}) {
    const auto refused = names("b", "", bad);
    ASSERT_FALSE(refused.has_value()) << bad;
    EXPECT_THAT(refused.error().detail, HasSubstr("<host>.<topic>"));
  }
}

TEST(BridgeNames, subjects_and_topics_hold_their_limits) {
  const auto here = names("b", ">", ">").value();
  const std::string before = "decnet.b.";
  const std::string longest(kSubjectBytesMax - before.size(), 't');
  EXPECT_TRUE(here.subject_of(longest));
  EXPECT_FALSE(here.subject_of(longest + "t"));
  const std::string topic(kTopicBytesMax - std::string("remote.a.").size(), 't');
  EXPECT_TRUE(here.topic_of("decnet.a." + topic, 0));
  EXPECT_FALSE(here.topic_of("decnet.a." + topic + "t", 0));
}

TEST(BridgeNames, lists_of_patterns_are_read) {
  EXPECT_TRUE(parse_patterns(" ").value().empty());
  const auto two = parse_patterns(" a.> ,\tb.*").value();
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0].text(), "a.>");
  EXPECT_EQ(two[1].text(), "b.*");
  for (const auto* bad : {"a..b", "a,,b", ",", "a.>.b", "a b"})
    EXPECT_FALSE(parse_patterns(bad).has_value()) << bad;
  std::string many = "a";
  for (std::size_t n = 1; n < kPatternsMax; ++n) many += ",a";
  EXPECT_TRUE(parse_patterns(many).has_value());
  EXPECT_EQ(parse_patterns(many + ",a").error().code, Errc::limit);
}

TEST(BridgeNames, this_host_has_a_name_without_a_dot) {
  EXPECT_EQ(name_of_this_host().find('.'), std::string::npos);
}

}  // namespace
}  // namespace decnet::bus::bridge
