#include "bus/topic.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "base/try.h"
#include "bus/token.h"

namespace decnet::bus {
namespace {

bool is_wildcard_byte(char c) noexcept {
  return c == '*' || c == '>';
}

// One token, or several where `dots` allows it.
enum class Dots : std::uint8_t { allowed, refused };

Result<void> check(std::string_view text, std::string_view what, Dots dots) {
  const auto refuse = [what](std::string_view why) {
    return fail(Errc::invalid_argument, std::string(what) + std::string(why));
  };
  if (dots == Dots::refused && text.find(kTokenSeparator) != text.npos)
    return refuse(" is one token and has no dot");
  for (Tokens tokens(text); tokens.next();) {
    const auto token = tokens.token();
    if (token.empty()) return refuse(" has an empty token");
    if (!std::all_of(token.begin(), token.end(), is_token_byte))
      return refuse(" has white space, a control byte or a byte outside ASCII");
    if (std::any_of(token.begin(), token.end(), is_wildcard_byte)) return refuse(" has a wildcard");
  }
  if (text.size() > kTopicBytesMax) return fail(Errc::limit, std::string(what) + " is too long");
  return {};
}

// "decky" "web-01" "state": the middle is an id, the rest is a leaf.
Result<Topic> join(std::string_view family, std::string_view id, std::string_view leaf) {
  DECNET_TRY(check(id, "an id or name in a topic", Dots::refused));
  DECNET_TRY(check(leaf, "a topic's leaf", Dots::allowed));
  return Topic::parse(std::string(family) + "." + std::string(id) + "." + std::string(leaf));
}

Result<Topic> join(std::string_view family, std::string_view leaf) {
  DECNET_TRY(check(leaf, "a topic's leaf", Dots::allowed));
  return Topic::parse(std::string(family) + "." + std::string(leaf));
}

// For topics that are constants.
Topic constant(std::string_view text) {
  return Topic::parse(text).value();
}

}  // namespace

Result<Topic> Topic::parse(std::string_view text) {
  DECNET_TRY(check(text, "a topic", Dots::allowed));
  return Topic(std::string(text));
}

std::string_view token_of(std::string_view topic, std::size_t n) noexcept {
  Tokens tokens(topic);
  while (tokens.next()) {
    if (n-- == 0) return tokens.token();
  }
  return {};
}

namespace topic {

Result<Topic> topology(std::string_view id, std::string_view leaf) {
  return join("topology", id, leaf);
}
Result<Topic> decky(std::string_view name, std::string_view leaf) {
  return join("decky", name, leaf);
}
Result<Topic> attacker(std::string_view leaf) {
  return join("attacker", leaf);
}
Result<Topic> credential(std::string_view leaf) {
  return join("credential", leaf);
}
Result<Topic> identity(std::string_view leaf) {
  return join("identity", leaf);
}
Result<Topic> campaign(std::string_view leaf) {
  return join("campaign", leaf);
}
Result<Topic> system(std::string_view leaf) {
  return join("system", leaf);
}

Result<Topic> topology_mutation(std::string_view id, MutationStep step) {
  switch (step) {
    case MutationStep::enqueued:
      return topology(id, "mutation.enqueued");
    case MutationStep::applying:
      return topology(id, "mutation.applying");
    case MutationStep::applied:
      return topology(id, "mutation.applied");
    case MutationStep::failed:
      return topology(id, "mutation.failed");
  }
  return fail(Errc::invalid_argument, "no such step of a mutation");
}
Result<Topic> topology_status(std::string_view id) {
  return topology(id, "status");
}

Result<Topic> decky_state(std::string_view name) {
  return decky(name, "state");
}
Result<Topic> decky_mutation(std::string_view name) {
  return decky(name, "mutation");
}
Result<Topic> decky_mutate_request(std::string_view name) {
  return decky(name, "mutate_request");
}
Result<Topic> decky_traffic(std::string_view name) {
  return decky(name, "traffic");
}

Topic attacker_observed() {
  return constant("attacker.observed");
}
Topic attacker_scored() {
  return constant("attacker.scored");
}
Topic attacker_session_started() {
  return constant("attacker.session.started");
}
Topic attacker_session_ended() {
  return constant("attacker.session.ended");
}
Topic attacker_fingerprinted() {
  return constant("attacker.fingerprinted");
}
Topic attacker_fingerprint_rotated() {
  return constant("attacker.fingerprint_rotated");
}
Topic attacker_intel_enriched() {
  return constant("attacker.intel.enriched");
}

Topic credential_captured() {
  return constant("credential.captured");
}
Topic credential_reuse_detected() {
  return constant("credential.reuse.detected");
}

Topic identity_formed() {
  return constant("identity.formed");
}
Topic identity_observation_linked() {
  return constant("identity.observation.linked");
}
Topic identity_merged() {
  return constant("identity.merged");
}
Topic identity_unmerged() {
  return constant("identity.unmerged");
}
Topic identity_renamed() {
  return constant("identity.renamed");
}
Topic identity_campaign_assigned() {
  return constant("identity.campaign.assigned");
}

Topic campaign_formed() {
  return constant("campaign.formed");
}
Topic campaign_identity_assigned() {
  return constant("campaign.identity.assigned");
}
Topic campaign_merged() {
  return constant("campaign.merged");
}
Topic campaign_unmerged() {
  return constant("campaign.unmerged");
}

Topic system_log() {
  return constant("system.log");
}
Topic system_bus_health() {
  return constant("system.bus.health");
}
Topic system_bus_query() {
  return constant("system.bus.query");
}
Topic system_bus_report() {
  return constant("system.bus.report");
}
Result<Topic> system_health(std::string_view worker) {
  return join("system", worker, "health");
}
Result<Topic> system_control(std::string_view worker) {
  return join("system", worker, "control");
}
Topic system_webhook_subscriptions_changed() {
  return constant("system.webhook.subscriptions_changed");
}

}  // namespace topic
}  // namespace decnet::bus
