// Which events a filter means, as SQL over `events e`. An attacker or a time range leads over the
// blocks, severe events over their index; everything else is a walk along the sequence.
#pragma once

#include "store/events.h"
#include "store/sqlite/connection.h"

namespace decnet::store::sqlite {

struct EventQuery {
  std::string from, where;
  Values values;
  bool over_blocks = false;  // `from` joins `blocks b`.
  bool nothing = false;      // The filter names something that the store has never seen.
};

inline constexpr std::size_t kFilterValuesMax = 64;

// Errors: invalid_argument (too many values, too long a text).
Result<EventQuery> make_event_query(Connection& reader, const EventFilter& filter);

}  // namespace decnet::store::sqlite
