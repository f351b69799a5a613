#include "bus/topic.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bus/pattern.h"

namespace decnet::bus {
namespace {

TEST(Topic, every_row_of_the_table_has_a_function) {
  EXPECT_EQ(topic::topology_mutation("t1", MutationStep::enqueued)->text(),
            "topology.t1.mutation.enqueued");
  EXPECT_EQ(topic::topology_mutation("t1", MutationStep::applying)->text(),
            "topology.t1.mutation.applying");
  EXPECT_EQ(topic::topology_mutation("t1", MutationStep::applied)->text(),
            "topology.t1.mutation.applied");
  EXPECT_EQ(topic::topology_mutation("t1", MutationStep::failed)->text(),
            "topology.t1.mutation.failed");
  EXPECT_EQ(topic::topology_status("t1")->text(), "topology.t1.status");
  EXPECT_EQ(topic::decky_state("web-01")->text(), "decky.web-01.state");
  EXPECT_EQ(topic::decky_mutation("web-01")->text(), "decky.web-01.mutation");
  EXPECT_EQ(topic::decky_mutate_request("web-01")->text(), "decky.web-01.mutate_request");
  EXPECT_EQ(topic::decky_traffic("web-01")->text(), "decky.web-01.traffic");
  EXPECT_EQ(topic::attacker_observed().text(), "attacker.observed");
  EXPECT_EQ(topic::attacker_scored().text(), "attacker.scored");
  EXPECT_EQ(topic::attacker_session_started().text(), "attacker.session.started");
  EXPECT_EQ(topic::attacker_session_ended().text(), "attacker.session.ended");
  EXPECT_EQ(topic::attacker_fingerprinted().text(), "attacker.fingerprinted");
  EXPECT_EQ(topic::attacker_fingerprint_rotated().text(), "attacker.fingerprint_rotated");
  EXPECT_EQ(topic::attacker_intel_enriched().text(), "attacker.intel.enriched");
  EXPECT_EQ(topic::credential_captured().text(), "credential.captured");
  EXPECT_EQ(topic::credential_reuse_detected().text(), "credential.reuse.detected");
  EXPECT_EQ(topic::identity_formed().text(), "identity.formed");
  EXPECT_EQ(topic::identity_observation_linked().text(), "identity.observation.linked");
  EXPECT_EQ(topic::identity_merged().text(), "identity.merged");
  EXPECT_EQ(topic::identity_unmerged().text(), "identity.unmerged");
  EXPECT_EQ(topic::identity_renamed().text(), "identity.renamed");
  EXPECT_EQ(topic::identity_campaign_assigned().text(), "identity.campaign.assigned");
  EXPECT_EQ(topic::campaign_formed().text(), "campaign.formed");
  EXPECT_EQ(topic::campaign_identity_assigned().text(), "campaign.identity.assigned");
  EXPECT_EQ(topic::campaign_merged().text(), "campaign.merged");
  EXPECT_EQ(topic::campaign_unmerged().text(), "campaign.unmerged");
  EXPECT_EQ(topic::system_log().text(), "system.log");
  EXPECT_EQ(topic::system_bus_health().text(), "system.bus.health");
  EXPECT_EQ(topic::system_bus_query().text(), "system.bus.query");
  EXPECT_EQ(topic::system_bus_report().text(), "system.bus.report");
  EXPECT_EQ(topic::system_health("mutator")->text(), "system.mutator.health");
  EXPECT_EQ(topic::system_control("mutator")->text(), "system.mutator.control");
  EXPECT_EQ(topic::system_webhook_subscriptions_changed().text(),
            "system.webhook.subscriptions_changed");
}

TEST(Topic, families_take_leaves_of_several_tokens) {
  EXPECT_EQ(topic::topology("t1", "mutation.enqueued")->text(), "topology.t1.mutation.enqueued");
  EXPECT_EQ(topic::decky("web-01", "state")->text(), "decky.web-01.state");
  EXPECT_EQ(topic::attacker("session.started")->text(), "attacker.session.started");
  EXPECT_EQ(topic::credential("reuse.detected")->text(), "credential.reuse.detected");
  EXPECT_EQ(topic::identity("observation.linked")->text(), "identity.observation.linked");
  EXPECT_EQ(topic::campaign("formed")->text(), "campaign.formed");
  EXPECT_EQ(topic::system("webhook.subscriptions_changed")->text(),
            "system.webhook.subscriptions_changed");
}

TEST(Topic, an_id_is_one_token_without_anything_odd) {
  for (const std::string id : {"", ".", "a.b", "a.", "*", "a*", ">", "a>b", " ", "a b", "a\tb",
                               "a\n", "\x01", "\x7f", "d\xc3\xa9"}) {
    for (const auto& built :
         {topic::decky_state(id), topic::topology_mutation(id, MutationStep::failed),
          topic::topology_status(id), topic::system_health(id), topic::system_control(id),
          topic::decky(id, "state"), topic::topology(id, "status")}) {
      ASSERT_FALSE(built.has_value()) << id;
      EXPECT_EQ(built.error().code, Errc::invalid_argument) << id;
    }
  }
}

TEST(Topic, no_token_of_a_leaf_is_empty_or_odd) {
  for (const std::string leaf :
       {"", ".", "a.", ".a", "a..b", "a.*", ">", "a.>", "a b", "a.b\n", "a.\xff"}) {
    for (const auto& built : {topic::attacker(leaf), topic::decky("web", leaf),
                              topic::topology("t", leaf), topic::system(leaf)}) {
      ASSERT_FALSE(built.has_value()) << leaf;
      EXPECT_EQ(built.error().code, Errc::invalid_argument) << leaf;
    }
  }
}

TEST(Topic, parse_takes_what_a_builder_makes_and_nothing_malformed) {
  EXPECT_EQ(Topic::parse("a.b-c.D_1")->text(), "a.b-c.D_1");
  for (const std::string text : {"", ".", "a.", "a..b", "a.*", ">", "a b", "a\r"}) {
    EXPECT_FALSE(Topic::parse(text).has_value()) << text;
  }
}

TEST(Topic, holds_its_limit) {
  EXPECT_TRUE(Topic::parse(std::string(kTopicBytesMax, 'a')).has_value());
  EXPECT_EQ(Topic::parse(std::string(kTopicBytesMax + 1, 'a')).error().code, Errc::limit);
  EXPECT_EQ(topic::decky_state(std::string(kTopicBytesMax, 'a')).error().code, Errc::limit);
}

TEST(Topic, gives_its_tokens) {
  EXPECT_EQ(token_of("decky.web-01.state", 0), "decky");
  EXPECT_EQ(token_of("decky.web-01.state", 1), "web-01");
  EXPECT_EQ(token_of("decky.web-01.state", 2), "state");
  EXPECT_EQ(token_of("decky.web-01.state", 3), "");
  EXPECT_EQ(token_of("", 0), "");
}

TEST(Topic, the_named_patterns_are_patterns) {
  for (const auto text : {pattern::kEveryMutationEnqueued, pattern::kEveryTopology,
                          pattern::kEveryDeckyState, pattern::kEveryMutateRequest,
                          pattern::kEverySession, pattern::kEveryIdentity, pattern::kEveryHealth}) {
    EXPECT_TRUE(Pattern::parse(text).has_value()) << text;
  }
  EXPECT_TRUE(Pattern::parse(pattern::kEveryHealth)->matches(topic::system_bus_health().text()));
  EXPECT_TRUE(Pattern::parse(pattern::kEveryMutationEnqueued)
                  ->matches(topic::topology_mutation("x", MutationStep::enqueued)->text()));
}

}  // namespace
}  // namespace decnet::bus
