// Names: under which name an event leaves this host, and under which one it comes in.
//
//   here                        on the NATS servers                 on every other host
//   attacker.observed      →    decnet.fra-1.attacker.observed  →   remote.fra-1.attacker.observed
//
// There is no loop, whatever the bridges and servers are connected like: what has come from
// elsewhere (remote.…) is never sent on, and never taken in; neither is what bears this host's own
// name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bus/pattern.h"

namespace decnet::bus::bridge {

inline constexpr std::string_view kSubjectRoot = "decnet";  // Its first token on a NATS server.
inline constexpr std::string_view kRemoteRoot = "remote";   // Its first token on a bus.
inline constexpr std::size_t kHostBytesMax = 63;
// A NATS server reads lines of 4,096 bytes; verb, lengths and CR LF have their place in it, too.
inline constexpr std::size_t kSubjectBytesMax = 4000;
inline constexpr std::size_t kPatternsMax = 64;  // In each direction.

// A host's name is one token of a topic. Errors: invalid_argument (it is empty, over kHostBytesMax,
// or has a dot, a wildcard, white space, a control byte or one outside ASCII).
Result<void> check_host(std::string_view host);

// What gethostname() says, up to the first dot. May not pass check_host().
std::string name_of_this_host();

// "a.>, b.*" → patterns. Blanks around them do not count, an empty text is none. Errors:
// invalid_argument, limit (kPatternsMax).
Result<std::vector<Pattern>> parse_patterns(std::string_view list);

// Immutable: any thread may ask.
class Names {
 public:
  // `exports` are patterns over topics here; `imports` over "<host>.<topic>": "*.attacker.>" is
  // that family from everywhere, "fra-1.>" everything of one host. Errors: invalid_argument (the
  // host; an export of remote.…; an import of this very host, or one that no topic can match).
  static Result<Names> create(std::string_view host, std::vector<Pattern> exports,
                              std::vector<Pattern> imports);

  const std::string& host() const noexcept { return host_; }
  const std::vector<Pattern>& exports() const noexcept { return exports_; }

  // What to subscribe to on a NATS server, one for each import pattern.
  std::vector<std::string> import_subjects() const;

  // The subject of a topic of this host. Nothing: it has come from elsewhere, or is too long
  // (kSubjectBytesMax).
  std::optional<std::string> subject_of(std::string_view topic) const;

  // The topic here of a subject that subscription number `by` has got. Nothing: it is this host's
  // own, has come from elsewhere there already, an earlier subscription gets it too, or it is no
  // event of a bridge.
  std::optional<std::string> topic_of(std::string_view subject, std::size_t by) const;

 private:
  Names(std::string host, std::vector<Pattern> exports, std::vector<Pattern> imports)
      : host_(std::move(host)), exports_(std::move(exports)), imports_(std::move(imports)) {}

  std::string host_;
  std::vector<Pattern> exports_;
  std::vector<Pattern> imports_;
};

}  // namespace decnet::bus::bridge
