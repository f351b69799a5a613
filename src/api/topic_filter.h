// Which rows a client of the stream wants: "event,decky.*.state,attacker".
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "bus/pattern.h"

namespace decnet::api {

inline constexpr std::size_t kTopicsMax = 32;

class TopicFilter {
 public:
  // Parts are separated by commas. `event`: all events; `event.login.attempt`: those of a type;
  // `change`: all changes; one word: the changes of that family (`attacker` is `attacker.>`);
  // anything else is a pattern of the bus over changes' topics. Nothing: everything.
  // Errors: invalid_argument, limit.
  static Result<TopicFilter> parse(std::string_view text);

  bool wants(std::string_view topic) const noexcept;

 private:
  std::vector<bus::Pattern> patterns_;
  bool every_change_ = false;
};

}  // namespace decnet::api
