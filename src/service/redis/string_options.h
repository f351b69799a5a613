// The options that SET and GETEX share.
#pragma once

#include "service/redis/call.h"

namespace decnet::service::redis {

struct StringOptions {
  bool if_absent = false, if_present = false, wants_old = false, keeps_ttl = false,
       persists = false;
  std::optional<std::size_t> expiry_index;  // The argument with the time.
  TimeUnit unit = TimeUnit::seconds;
  TimeFrom from = TimeFrom::now;
};

enum class OptionsOf : std::uint8_t { set, getex };

// Nothing after a syntax error was said.
std::optional<StringOptions> parse_string_options(Call& call, std::size_t first, OptionsOf what);

}  // namespace decnet::service::redis
