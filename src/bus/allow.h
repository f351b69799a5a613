// AllowList: who may use the bus, beyond what the socket's file mode says. Optional; inside the
// broker.
//
//   # who           what
//   uid decnet                                  everything
//   gid 1001        sub attacker.>,decky.*.state    these only, and nothing to publish
//   any             sub system.*.health
//
// One rule a line, '#' begins a comment. A rule without "pub" and "sub" allows everything; one with
// them allows what they name. What any rule that names a peer's uid, or its gid (the one of its
// process, not its further groups), or anybody allows is allowed; who is named by none is not let
// in. root and the user that runs the broker are never refused: they could end it anyway.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bus/pattern.h"
#include "net/listener.h"

namespace decnet::bus {

inline constexpr std::size_t kAllowRulesMax = 1024;
inline constexpr std::size_t kAllowBytesMax = 256 * 1024;

// What one peer may do. The default is everything.
struct Rights {
  struct Patterns {
    bool every = true;
    std::vector<Pattern> only;  // Where not every.
  };
  Patterns publish;
  Patterns subscribe;

  bool is_everything() const noexcept { return publish.every && subscribe.every; }
  bool may_publish(std::string_view topic) const noexcept;
  // A pattern is allowed where a single allowed one covers all of it: "a.b" and "a.*" by "a.>".
  bool may_subscribe(std::string_view pattern) const noexcept;
};

class AllowList {
 public:
  // `owner` is the user that runs the broker. Errors: invalid_argument (the detail names the line),
  // limit.
  static Result<AllowList> parse(std::string_view text, unsigned owner);
  // The same from a file. Errors: also not_found, denied, io.
  static Result<AllowList> read(const std::string& file, unsigned owner);

  // Nothing: the peer is not let in.
  std::optional<Rights> rights_of(const net::PeerCredentials& peer) const;

 private:
  enum class Who : std::uint8_t { uid, gid, any };
  struct Rule {
    Who who = Who::any;
    unsigned id = 0;
    Rights rights;
  };
  static Result<Rule> parse_rule(std::string_view line);

  unsigned owner_ = 0;
  std::vector<Rule> rules_;
};

}  // namespace decnet::bus
