#include "bus/allow.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace decnet::bus {
namespace {

using testing::HasSubstr;

constexpr unsigned kOwner = 900;

net::PeerCredentials peer(unsigned uid, unsigned gid = 5000) {
  return {.pid = 1, .uid = uid, .gid = gid};
}

AllowList list(std::string_view text) {
  auto parsed = AllowList::parse(text, kOwner);
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().detail);
  return parsed ? *std::move(parsed) : AllowList{};
}

TEST(AllowList, lets_in_who_is_named_and_nobody_else) {
  const auto rules = list("# the operators\nuid 1001\n\n  gid 77  # a group\r\n");
  EXPECT_TRUE(rules.rights_of(peer(1001)).has_value());
  EXPECT_TRUE(rules.rights_of(peer(1002, 77)).has_value());
  EXPECT_FALSE(rules.rights_of(peer(1002)).has_value());
  EXPECT_FALSE(rules.rights_of(peer(77)).has_value()) << "a uid is no gid";
  EXPECT_TRUE(rules.rights_of(peer(1001))->is_everything());
}

TEST(AllowList, anybody_may_be_let_in) {
  const auto rights = list("any sub system.*.health").rights_of(peer(4321));
  ASSERT_TRUE(rights.has_value());
  EXPECT_TRUE(rights->may_subscribe("system.bus.health"));
  EXPECT_FALSE(rights->may_publish("system.bus.health"));
}

TEST(AllowList, an_empty_list_lets_in_the_owner_and_root_only) {
  const auto rules = list("");
  EXPECT_FALSE(rules.rights_of(peer(1001)).has_value());
  EXPECT_TRUE(rules.rights_of(peer(kOwner))->is_everything());
  EXPECT_TRUE(rules.rights_of(peer(0))->is_everything());
}

TEST(AllowList, the_owner_is_not_restricted_by_a_rule) {
  EXPECT_TRUE(list("any pub a").rights_of(peer(kOwner))->is_everything());
}

TEST(AllowList, publish_and_subscribe_are_restricted_separately) {
  const auto rights =
      list("uid 1001 pub decky.*.state,system.log sub attacker.> pub more").rights_of(peer(1001));
  ASSERT_TRUE(rights.has_value());
  EXPECT_TRUE(rights->may_publish("decky.web.state"));
  EXPECT_TRUE(rights->may_publish("system.log"));
  EXPECT_TRUE(rights->may_publish("more"));
  EXPECT_FALSE(rights->may_publish("attacker.scored"));
  EXPECT_TRUE(rights->may_subscribe("attacker.*"));
  EXPECT_FALSE(rights->may_subscribe("decky.web.state"));
  EXPECT_FALSE(rights->may_subscribe(">")) << "it covers more than is allowed";
}

TEST(AllowList, what_any_rule_allows_is_allowed) {
  const auto rules = list("any sub a\nuid 1001 sub b.>\ngid 77");
  const auto both = rules.rights_of(peer(1001));
  EXPECT_TRUE(both->may_subscribe("a") && both->may_subscribe("b.c"));
  EXPECT_FALSE(both->may_subscribe("c"));
  EXPECT_TRUE(rules.rights_of(peer(1001, 77))->is_everything());
}

TEST(AllowList, names_of_users_and_groups_are_known) {
  const auto rules = list("uid nobody sub a\ngid nogroup sub b");
  EXPECT_TRUE(rules.rights_of(peer(65534))->may_subscribe("a"));
}

struct Bad {
  std::string_view text, why;
};

class BadAllowList : public testing::TestWithParam<Bad> {};

TEST_P(BadAllowList, is_refused_with_its_line_and_reason) {
  const auto parsed = AllowList::parse("uid 1\n" + std::string(GetParam().text), kOwner);
  ASSERT_FALSE(parsed.has_value());
  EXPECT_THAT(parsed.error().detail, HasSubstr("line 2: "));
  EXPECT_THAT(parsed.error().detail, HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    table, BadAllowList,
    testing::Values(Bad{"pid 4", "begins with uid, gid or any"}, Bad{"uid", "there is no user"},
                    Bad{"uid no-such-user", "no user no-such-user"}, Bad{"gid -1", "no group -1"},
                    Bad{"uid 99999999999", "no user"}, Bad{"uid 1 read a", "neither pub nor sub"},
                    Bad{"uid 1 pub", "patterns are missing"}, Bad{"uid 1 pub a,,b", "empty token"},
                    Bad{"uid 1 sub a.>.b", "'>' is legal only"}));

TEST(AllowList, its_size_is_bounded) {
  std::string many;
  for (std::size_t n = 0; n <= kAllowRulesMax; ++n) many += "uid 1\n";
  EXPECT_EQ(AllowList::parse(many, kOwner).error().code, Errc::limit);
  many.resize(6 * kAllowRulesMax);
  EXPECT_TRUE(AllowList::parse(many, kOwner).has_value());
  EXPECT_EQ(AllowList::parse(std::string(kAllowBytesMax + 1, '#'), kOwner).error().code,
            Errc::limit);
}

TEST(AllowList, is_read_from_a_file_that_errors_name) {
  const auto path =
      (std::filesystem::temp_directory_path() / ("decnet-allow-" + std::to_string(::getpid())))
          .string();
  EXPECT_EQ(AllowList::read(path, kOwner).error().code, Errc::not_found);
  std::ofstream(path) << "uid 1001\nnonsense\n";
  const auto bad = AllowList::read(path, kOwner);
  ASSERT_FALSE(bad.has_value());
  EXPECT_THAT(bad.error().detail, HasSubstr(path + ", line 2: "));
  std::ofstream(path) << "uid 1001\n";
  EXPECT_TRUE(AllowList::read(path, kOwner)->rights_of(peer(1001)).has_value());
  std::filesystem::remove(path);
}

struct Cover {
  std::string_view wide, narrow;
  bool covers;
};

class PatternCover : public testing::TestWithParam<Cover> {};

TEST_P(PatternCover, follows_the_rules) {
  const auto [wide, narrow, covers] = GetParam();
  EXPECT_EQ(Pattern::parse(wide)->covers(narrow), covers) << wide << " over " << narrow;
}

INSTANTIATE_TEST_SUITE_P(table, PatternCover,
                         testing::Values(Cover{"a", "a", true}, Cover{"a", "b", false},
                                         Cover{"a", "*", false}, Cover{"*", "a", true},
                                         Cover{"*", "*", true}, Cover{"*", ">", false},
                                         Cover{">", ">", true}, Cover{">", "*.a", true},
                                         Cover{"a.>", "a", false}, Cover{"a.>", "a.b", true},
                                         Cover{"a.>", "a.*", true}, Cover{"a.>", "a.*.>", true},
                                         Cover{"a.>", "*.b", false}, Cover{"a.>", ">", false},
                                         Cover{"a.*", "a.>", false}, Cover{"a.*", "a.b.c", false},
                                         Cover{"a.*.c", "a.b.c", true},
                                         Cover{"a.*.c", "a.b", false}, Cover{"a.b", "a", false},
                                         Cover{"*.>", "a.>", true}, Cover{"*.*.>", "a.>", false}));

}  // namespace
}  // namespace decnet::bus
