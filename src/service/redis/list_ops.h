// What the list commands and their blocking forms share.
#pragma once

#include "service/redis/call.h"

namespace decnet::service::redis {

enum class End : std::uint8_t { left, right };

std::optional<End> parse_end(std::string_view word);

// Takes one item off and tells it; the key goes with the last one. The list must not be empty.
std::string pop_item(Call& call, const std::string& key, List& list, End end);

// "key", [items]: what LMPOP answers.
void pop_items_reply(Call& call, const std::string& key, List& list, End end, std::size_t count);

// Moves one item; false: the destination is no list, which was said.
bool move_item(Call& call, const std::string& from, const std::string& to, End take, End give);

// numkeys key … <last word> [COUNT n]: the keys' range and what follows; shared by LMPOP, ZMPOP and
// their kin.
struct MultiPop {
  std::size_t first_key = 0, keys = 0;
  std::size_t where = 0;  // The word after the keys: LEFT, MIN …
  std::size_t count = 1;
};
std::optional<MultiPop> parse_multi_pop(Call& call, std::size_t numkeys_index);

// The seconds of a blocking command as a deadline in milliseconds; 0: for ever. Nothing after an
// error was said.
std::optional<std::int64_t> parse_timeout(Call& call, std::size_t index);

// Waits for one of the keys to change: `serve` then answers from it (true: it did), `time_out` when
// time is up. Where nothing may wait (MULTI, scripts) the time is up at once.
using ServeFromKey = bool (*)(Call& call, const std::string& key);
using TimeOut = void (*)(Client& client);
void wait_for_keys(Call& call, Blocked::Kind kind, std::vector<std::string> keys,
                   std::int64_t until_ms, ServeFromKey serve, TimeOut time_out);
void say_null_array(Client& client);

}  // namespace decnet::service::redis
