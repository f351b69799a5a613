// Topics of the service bus. A topic is built by a function of this file, never by hand: a typo
// would be a subscription that never fires.
//
//   bus.publish(topic::attacker_observed(), payload);
//   publish_safely(&bus, topic::decky_state("web-01"), payload);
//
// A topic is a row of tokens with dots between them. An id or a name is one token: builders refuse
// an empty one and one with '.', '*', '>', white space, a control byte or a byte outside ASCII. A
// leaf may have several tokens ("mutation.enqueued"), none of which is empty or holds any of these.
// Errors of every builder that takes text: invalid_argument, and limit (over kTopicBytesMax).
// Who publishes what with which payload stands in docs/service-bus.md.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet::bus {

// What is left of a header of kHeaderBytesMax after the verb, the blank and the LF.
inline constexpr std::size_t kTopicBytesMax = 4091;

// A checked topic: at least one token, no wildcard. Immutable.
class Topic {
 public:
  // For text from outside: the wire, the command line. Errors: invalid_argument, limit.
  static Result<Topic> parse(std::string_view text);

  std::string_view text() const noexcept { return text_; }
  auto operator<=>(const Topic&) const = default;

 private:
  explicit Topic(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// The n-th token of a topic, counted from 0: token_of("decky.web-01.state", 1) is "web-01". Empty
// where there are not so many. A view into `topic`.
std::string_view token_of(std::string_view topic, std::size_t n) noexcept;

enum class MutationStep : std::uint8_t { enqueued, applying, applied, failed };

namespace topic {

// Families, for a leaf that has no function below. Adding a topic is free, renaming one is not.
Result<Topic> topology(std::string_view id, std::string_view leaf);
Result<Topic> decky(std::string_view name, std::string_view leaf);
Result<Topic> attacker(std::string_view leaf);
Result<Topic> credential(std::string_view leaf);
Result<Topic> identity(std::string_view leaf);
Result<Topic> campaign(std::string_view leaf);
Result<Topic> system(std::string_view leaf);

Result<Topic> topology_mutation(std::string_view id, MutationStep step);
Result<Topic> topology_status(std::string_view id);

Result<Topic> decky_state(std::string_view name);     // The shape now.
Result<Topic> decky_mutation(std::string_view name);  // A transition.
Result<Topic> decky_mutate_request(std::string_view name);
Result<Topic> decky_traffic(std::string_view name);

Topic attacker_observed();  // The first sight of an IP ever.
Topic attacker_scored();
Topic attacker_session_started();
Topic attacker_session_ended();
Topic attacker_fingerprinted();  // The event's type is the family: jarm, hassh, tcpfp, tls_cert.
Topic attacker_fingerprint_rotated();
Topic attacker_intel_enriched();

Topic credential_captured();
Topic credential_reuse_detected();

Topic identity_formed();
Topic identity_observation_linked();
Topic identity_merged();
Topic identity_unmerged();
Topic identity_renamed();
Topic identity_campaign_assigned();

Topic campaign_formed();
Topic campaign_identity_assigned();
Topic campaign_merged();
Topic campaign_unmerged();

Topic system_log();
Topic system_bus_health();
Topic system_bus_query();   // A question to the broker …
Topic system_bus_report();  // … and its answer, to whoever asked. See README.md.
Result<Topic> system_health(std::string_view worker);
Result<Topic> system_control(std::string_view worker);
Topic system_webhook_subscriptions_changed();

}  // namespace topic

// Patterns over a whole family, for Bus::subscribe.
namespace pattern {

inline constexpr std::string_view kEveryMutationEnqueued = "topology.*.mutation.enqueued";
inline constexpr std::string_view kEveryTopology = "topology.>";
inline constexpr std::string_view kEveryDeckyState = "decky.*.state";
inline constexpr std::string_view kEveryMutateRequest = "decky.*.mutate_request";
inline constexpr std::string_view kEverySession = "attacker.session.*";
inline constexpr std::string_view kEveryIdentity = "identity.>";
inline constexpr std::string_view kEveryHealth = "system.*.health";  // The broker's too.

}  // namespace pattern
}  // namespace decnet::bus
