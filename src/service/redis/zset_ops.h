// What the commands on ranges and algebra of sorted sets share, GEORADIUS … STORE too.
#pragma once

#include "service/redis/call.h"

namespace decnet::service::redis {

// "5", "(5", "+inf"; nothing: not a float.
std::optional<ScoreBound> parse_score_bound(std::string_view text);
// "[a", "(a", "-", "+"; nothing: not a valid string range item.
std::optional<LexBound> parse_lex_bound(std::string_view text);

// Puts `result` at `key` (an empty one deletes it), tells `event`, and answers its size.
void store_zset(Call& call, const std::string& key, SortedSet result, std::string_view event);

// Entries as ZRANGE shows them.
void say_entries(Call& call, const std::vector<SortedSet::Entry>& entries, bool with_scores);

}  // namespace decnet::service::redis
