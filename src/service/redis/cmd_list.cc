// Lists: push, pop, look and cut.
#include <algorithm>
#include <array>
#include <limits>

#include "service/redis/list_ops.h"

namespace decnet::service::redis {

std::optional<End> parse_end(std::string_view word) {
  if (equal_case(word, "LEFT")) return End::left;
  if (equal_case(word, "RIGHT")) return End::right;
  return std::nullopt;
}

std::string pop_item(Call& call, const std::string& key, List& list, End end) {
  std::string item = end == End::left ? list.pop_front() : list.pop_back();
  call.notify(key, 'l', end == End::left ? "lpop" : "rpop");
  call.erase_if_empty(key);
  call.server.modified(&call.client, call.client.db, key);
  return item;
}

void pop_items_reply(Call& call, const std::string& key, List& list, End end, std::size_t count) {
  count = std::min(count, list.size());
  call.out.array(count);
  for (std::size_t n = 0; n < count; ++n)
    call.out.bulk(end == End::left ? list.pop_front() : list.pop_back());
  if (count == 0) return;
  call.notify(key, 'l', end == End::left ? "lpop" : "rpop");
  call.erase_if_empty(key);
  call.server.modified(&call.client, call.client.db, key);
}

bool move_item(Call& call, const std::string& from, const std::string& to, End take, End give) {
  const auto target = call.modify(to, Type::list);
  if (target.refused) return false;
  List& source = call.modify_any(from)->list();
  const std::string item = take == End::left ? source.pop_front() : source.pop_back();
  List& list = call.modify_or_create(to, Type::list).object->list();
  give == End::left ? list.push_front(item) : list.push_back(item);
  call.changed(to, 'l', give == End::left ? "lpush" : "rpush");
  call.server.signal_ready(call.client.db, to);
  call.notify(from, 'l', take == End::left ? "lpop" : "rpop");
  call.erase_if_empty(from);
  call.server.modified(&call.client, call.client.db, from);
  call.out.bulk(item);
  return true;
}

std::optional<MultiPop> parse_multi_pop(Call& call, std::size_t numkeys_index) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const auto keys =
      call.integer_between(numkeys_index, 1, kMax, "ERR numkeys should be greater than 0");
  if (!keys) return std::nullopt;
  MultiPop out;
  out.first_key = numkeys_index + 1;
  const std::size_t left = call.size() - out.first_key;
  if (static_cast<std::uint64_t>(*keys) >= left) {
    call.syntax_error();
    return std::nullopt;
  }
  out.keys = static_cast<std::size_t>(*keys);
  out.where = out.first_key + out.keys;
  bool has_count = false;
  for (std::size_t n = out.where + 1; n < call.size(); ++n) {
    if (has_count || !call.is(n, "COUNT") || n + 1 >= call.size()) {
      call.syntax_error();
      return std::nullopt;
    }
    const auto count = call.integer_between(++n, 1, kMax, "ERR count should be greater than 0");
    if (!count) return std::nullopt;
    out.count = static_cast<std::size_t>(*count);
    has_count = true;
  }
  return out;
}

namespace {

void push(Call& call) {
  const std::string_view name = call.command.name();
  const bool left = name[0] == 'l';
  const bool only_existing = name.back() == 'x';
  const std::string& key = call.arg(1);
  auto found = call.modify(key, Type::list);
  if (found.refused) return;
  if (found.object == nullptr && only_existing) return call.out.integer(0);
  if (found.object == nullptr) found = call.modify_or_create(key, Type::list);
  List& list = found.object->list();
  for (std::size_t n = 2; n < call.size(); ++n)
    left ? list.push_front(call.arg(n)) : list.push_back(call.arg(n));
  const auto size = static_cast<std::int64_t>(list.size());
  call.changed(key, 'l', left ? "lpush" : "rpush");
  call.out.integer(size);
}

void pop(Call& call) {
  const End end = call.command.name() == "lpop" ? End::left : End::right;
  if (call.size() > 3) {
    return call.out.error("ERR wrong number of arguments for '" + std::string(call.command.name()) +
                          "' command");
  }
  std::optional<std::int64_t> count;
  if (call.size() == 3) {
    count = call.integer_between(2, 0, std::numeric_limits<std::int64_t>::max(),
                                 "ERR value is out of range, must be positive");
    if (!count) return;
  }
  const auto found = call.modify(call.arg(1), Type::list);
  if (found.refused) return;
  if (found.object == nullptr) return count ? call.out.null_array() : call.out.null();
  if (!count) return call.out.bulk(pop_item(call, call.arg(1), found.object->list(), end));
  pop_items_reply(call, call.arg(1), found.object->list(), end, static_cast<std::size_t>(*count));
}

void llen(Call& call) {
  const auto found = call.read(call.arg(1), Type::list);
  if (found.refused) return;
  call.out.integer(found.object != nullptr ? static_cast<std::int64_t>(found.object->list().size())
                                           : 0);
}

std::optional<std::size_t> list_index(const List& list, std::int64_t index) {
  const auto size = static_cast<std::int64_t>(list.size());
  if (index < 0) index += size;
  if (index < 0 || index >= size) return std::nullopt;
  return static_cast<std::size_t>(index);
}

void lindex(Call& call) {
  const auto found = call.read(call.arg(1), Type::list);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.null();
  const auto index = call.integer(2);
  if (!index) return;
  const auto at = list_index(found.object->list(), *index);
  at ? call.out.bulk(found.object->list().at(*at)) : call.out.null();
}

void lset(Call& call) {
  const auto found = call.modify(call.arg(1), Type::list);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.error(kNoSuchKey);
  const auto index = call.integer(2);
  if (!index) return;
  const auto at = list_index(found.object->list(), *index);
  if (!at) return call.out.error("ERR index out of range");
  found.object->list().replace(*at, call.arg(3));
  call.changed(call.arg(1), 'l', "lset");
  call.out.ok();
}

void linsert(Call& call) {
  const bool after = call.is(2, "AFTER");
  if (!after && !call.is(2, "BEFORE")) return call.syntax_error();
  const auto found = call.modify(call.arg(1), Type::list);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.integer(0);
  List& list = found.object->list();
  std::size_t at = 0;
  while (at < list.size() && list.at(at) != call.arg(3)) ++at;
  if (!call.spend(at)) return;
  if (at == list.size()) return call.out.integer(-1);
  list.insert(at + (after ? 1 : 0), call.arg(4));
  call.out.integer(static_cast<std::int64_t>(list.size()));
  call.changed(call.arg(1), 'l', "linsert");
}

void lrange(Call& call) {
  const auto first = call.integer(2);
  if (!first) return;
  const auto last = call.integer(3);
  if (!last) return;
  const auto found = call.read(call.arg(1), Type::list);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.array(0);
  const List& list = found.object->list();
  const auto [from, to] = clip_range(*first, *last, list.size());
  if (!call.spend(to - from)) return;
  call.out.array(to - from);
  for (std::size_t n = from; n < to && !call.stopped(); ++n) call.out.bulk(list.at(n));
}

void ltrim(Call& call) {
  const auto first = call.integer(2);
  if (!first) return;
  const auto last = call.integer(3);
  if (!last) return;
  const auto found = call.modify(call.arg(1), Type::list);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.ok();
  List& list = found.object->list();
  const auto [from, to] = clip_range(*first, *last, list.size());
  if (!call.spend(list.size())) return;
  list.erase(to, list.size() - to);
  list.erase(0, from);
  call.notify(call.arg(1), 'l', "ltrim");
  call.erase_if_empty(call.arg(1));
  call.server.modified(&call.client, call.client.db, call.arg(1));
  call.out.ok();
}

void lrem(Call& call) {
  const auto count = call.integer(2);
  if (!count) return;
  const auto found = call.modify(call.arg(1), Type::list);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.integer(0);
  List& list = found.object->list();
  if (!call.spend(list.size())) return;
  const std::uint64_t wanted = *count == 0  ? ~0ULL
                               : *count > 0 ? static_cast<std::uint64_t>(*count)
                                            : ~static_cast<std::uint64_t>(*count) + 1;
  // One pass into a new list: erasing one by one would take time in the square of the length.
  std::vector<bool> gone(list.size(), false);
  std::uint64_t removed = 0;
  for (std::size_t n = 0; n < list.size() && removed < wanted; ++n) {
    const std::size_t at = *count < 0 ? list.size() - 1 - n : n;
    if (list.at(at) != call.arg(3)) continue;
    gone[at] = true;
    ++removed;
  }
  if (removed > 0) {
    List kept;
    for (std::size_t n = 0; n < list.size(); ++n) {
      if (!gone[n]) kept.push_back(list.at(n));
    }
    list = std::move(kept);
    call.notify(call.arg(1), 'l', "lrem");
    call.erase_if_empty(call.arg(1));
    call.server.modified(&call.client, call.client.db, call.arg(1));
  }
  call.out.integer(static_cast<std::int64_t>(removed));
}

struct PositionOptions {
  std::int64_t rank = 1, max_length = 0;
  std::optional<std::int64_t> count;
};

std::optional<PositionOptions> parse_position_options(Call& call) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  PositionOptions options;
  for (std::size_t n = 3; n < call.size(); n += 2) {
    if (n + 1 >= call.size()) {
      call.syntax_error();
      return std::nullopt;
    }
    if (call.is(n, "RANK")) {
      const auto rank = call.integer(n + 1);
      if (!rank) return std::nullopt;
      if (*rank == 0) {
        call.out.error(
            "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or "
            "use "
            "negative to start from the end of the list");
        return std::nullopt;
      }
      options.rank = *rank;
    } else if (call.is(n, "COUNT") || call.is(n, "MAXLEN")) {
      const bool is_count = call.is(n, "COUNT");
      const auto number = call.integer_between(
          n + 1, 0, kMax,
          is_count ? "ERR COUNT can't be negative" : "ERR MAXLEN can't be negative");
      if (!number) return std::nullopt;
      if (is_count) {
        options.count = number;
      } else {
        options.max_length = *number;
      }
    } else {
      call.syntax_error();
      return std::nullopt;
    }
  }
  return options;
}

void lpos(Call& call) {
  const auto options = parse_position_options(call);
  if (!options) return;
  const auto found = call.read(call.arg(1), Type::list);
  if (found.refused) return;
  if (found.object == nullptr) return options->count ? call.out.array(0) : call.out.null();
  const List& list = found.object->list();
  if (!call.spend(list.size())) return;
  const bool backward = options->rank < 0;
  // The lowest rank has no positive counterpart: the genuine server then skips nothing and never
  // has enough.
  const bool is_lowest = options->rank == std::numeric_limits<std::int64_t>::min();
  std::int64_t to_skip = is_lowest ? 0 : (backward ? -options->rank : options->rank) - 1;
  const std::int64_t wanted = options->count ? (is_lowest ? 0 : *options->count) : 1;
  std::vector<std::int64_t> matches;
  for (std::size_t n = 0; n < list.size(); ++n) {
    if (options->max_length != 0 && static_cast<std::int64_t>(n) >= options->max_length) break;
    const std::size_t at = backward ? list.size() - 1 - n : n;
    if (list.at(at) != call.arg(2)) continue;
    if (to_skip-- > 0) continue;
    matches.push_back(static_cast<std::int64_t>(at));
    if (wanted != 0 && static_cast<std::int64_t>(matches.size()) == wanted) break;
  }
  if (!options->count) return matches.empty() ? call.out.null() : call.out.integer(matches[0]);
  call.out.array(matches.size());
  for (const std::int64_t match : matches) call.out.integer(match);
}

void lmpop(Call& call) {
  const auto parsed = parse_multi_pop(call, 1);
  if (!parsed) return;
  const auto end = parse_end(call.arg(parsed->where));
  if (!end) return call.syntax_error();
  for (std::size_t n = 0; n < parsed->keys; ++n) {
    const std::string& key = call.arg(parsed->first_key + n);
    const auto found = call.modify(key, Type::list);
    if (found.refused) return;
    if (found.object == nullptr) continue;
    call.out.array(2);
    call.out.bulk(key);
    return pop_items_reply(call, key, found.object->list(), *end, parsed->count);
  }
  call.out.null_array();
}

void lmove(Call& call) {
  const bool old_form = call.command.name() == "rpoplpush";
  const auto take = old_form ? End::right : parse_end(call.arg(3));
  const auto give = old_form ? End::left : parse_end(call.arg(4));
  if (!take || !give) return call.syntax_error();
  const auto found = call.modify(call.arg(1), Type::list);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.null();
  move_item(call, call.arg(1), call.arg(2), *take, *give);
}

constexpr auto kCommands = std::to_array<Binding>({
    {"lindex", lindex},
    {"linsert", linsert},
    {"llen", llen},
    {"lmove", lmove},
    {"lmpop", lmpop},
    {"lpop", pop},
    {"lpos", lpos},
    {"lpush", push},
    {"lpushx", push},
    {"lrange", lrange},
    {"lrem", lrem},
    {"lset", lset},
    {"ltrim", ltrim},
    {"rpop", pop},
    {"rpoplpush", lmove},
    {"rpush", push},
    {"rpushx", push},
});

}  // namespace

std::span<const Binding> list_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
