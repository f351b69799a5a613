// Sorted sets: members, scores and ranks.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "service/redis/list_ops.h"

namespace decnet::service::redis {

namespace {

struct AddOptions {
  bool if_absent = false, if_present = false, counts_changes = false, increments = false,
       if_greater = false, if_less = false;
  std::size_t first = 2;  // The first score.
};

std::optional<AddOptions> parse_add(Call& call) {
  AddOptions options;
  for (; options.first < call.size(); ++options.first) {
    const std::size_t n = options.first;
    if (call.is(n, "NX")) {
      options.if_absent = true;
    } else if (call.is(n, "XX")) {
      options.if_present = true;
    } else if (call.is(n, "CH")) {
      options.counts_changes = true;
    } else if (call.is(n, "INCR")) {
      options.increments = true;
    } else if (call.is(n, "GT")) {
      options.if_greater = true;
    } else if (call.is(n, "LT")) {
      options.if_less = true;
    } else {
      break;
    }
  }
  const std::size_t left = call.size() - options.first;
  std::string_view why;
  if (left % 2 != 0 || left == 0) {
    why = kSyntaxError;
  } else if (options.if_absent && options.if_present) {
    why = "ERR XX and NX options at the same time are not compatible";
  } else if ((options.if_greater && options.if_absent) || (options.if_less && options.if_absent) ||
             (options.if_greater && options.if_less)) {
    why = "ERR GT, LT, and/or NX options at the same time are not compatible";
  } else if (options.increments && left > 2) {
    why = "ERR INCR option supports a single increment-element pair";
  }
  if (why.empty()) return options;
  call.out.error(why);
  return std::nullopt;
}

enum class Added : std::uint8_t { made, moved, same, skipped, not_a_number };

Added add_one(SortedSet& zset, const AddOptions& options, const std::string& member, double& score,
              const EncodingLimits& limits) {
  const auto old = zset.score(member);
  if (!old) {
    if (options.if_present) return Added::skipped;
    zset.set(member, score, limits);
    return Added::made;
  }
  if (options.if_absent) return Added::skipped;
  if (options.increments) {
    score += *old;
    if (std::isnan(score)) return Added::not_a_number;
  }
  if ((options.if_less && score >= *old) || (options.if_greater && score <= *old))
    return Added::skipped;
  if (score == *old) return Added::same;
  zset.set(member, score, limits);
  return Added::moved;
}

void add(Call& call, const AddOptions& options) {
  std::vector<double> scores;
  for (std::size_t n = options.first; n < call.size(); n += 2) {
    const auto score = call.real(n);
    if (!score) return;
    scores.push_back(*score);
  }
  const std::string& key = call.arg(1);
  auto found = call.modify(key, Type::zset);
  if (found.refused) return;
  if (found.object == nullptr && options.if_present) {
    return options.increments ? call.out.null() : call.out.integer(0);
  }
  if (found.object == nullptr) found = call.modify_or_create(key, Type::zset);
  std::int64_t made = 0;
  std::int64_t moved = 0;
  bool skipped = false;
  double score = 0;
  for (std::size_t n = 0; n < scores.size(); ++n) {
    score = scores[n];
    const Added what = add_one(found.object->zset(), options, call.arg(options.first + 1 + n * 2),
                               score, call.server.config.encodings);
    if (what == Added::not_a_number)
      return call.out.error("ERR resulting score is not a number (NaN)");
    made += what == Added::made;
    moved += what == Added::moved;
    skipped = what == Added::skipped;
  }
  if (made + moved > 0) call.changed(key, 'z', options.increments ? "zincr" : "zadd");
  if (options.increments) return skipped ? call.out.null() : call.out.real(score);
  call.out.integer(options.counts_changes ? made + moved : made);
}

void zadd(Call& call) {
  const auto options = parse_add(call);
  if (options) add(call, *options);
}

void zincrby(Call& call) {
  AddOptions options;
  options.increments = true;
  add(call, options);
}

void after_removal(Call& call, const std::string& key, std::string_view event) {
  call.notify(key, 'z', event);
  call.erase_if_empty(key);
  call.server.modified(&call.client, call.client.db, key);
}

void zrem(Call& call) {
  const auto found = call.modify(call.arg(1), Type::zset);
  if (found.refused) return;
  std::int64_t removed = 0;
  for (std::size_t n = 2; n < call.size() && found.object != nullptr; ++n)
    removed += found.object->zset().erase(call.arg(n));
  if (removed > 0) after_removal(call, call.arg(1), "zrem");
  call.out.integer(removed);
}

void zcard(Call& call) {
  const auto found = call.read(call.arg(1), Type::zset);
  if (found.refused) return;
  call.out.integer(found.object != nullptr ? static_cast<std::int64_t>(found.object->zset().size())
                                           : 0);
}

void zscore(Call& call) {
  const auto found = call.read(call.arg(1), Type::zset);
  if (found.refused) return;
  if (call.command.name() == "zmscore") call.out.array(call.size() - 2);
  for (std::size_t n = 2; n < call.size() && !call.stopped(); ++n) {
    const auto score =
        found.object != nullptr ? found.object->zset().score(call.arg(n)) : std::nullopt;
    score ? call.out.real(*score) : call.out.null();
  }
}

void zrank(Call& call) {
  const auto found = call.read(call.arg(1), Type::zset);
  if (found.refused) return;
  const auto rank = found.object != nullptr ? found.object->zset().rank(call.arg(2)) : std::nullopt;
  if (!rank) return call.out.null();
  const std::size_t size = found.object->zset().size();
  call.out.integer(
      static_cast<std::int64_t>(call.command.name() == "zrank" ? *rank : size - 1 - *rank));
}

// --- Taking off the ends ---

enum class Low : bool { no, yes };

std::vector<SortedSet::Entry> take(Call& call, const std::string& key, SortedSet& zset, Low low,
                                   std::size_t count) {
  std::vector<SortedSet::Entry> out;
  for (std::size_t n = 0; n < count && zset.size() > 0; ++n) {
    out.push_back(zset.at(low == Low::yes ? 0 : zset.size() - 1));
    zset.erase(out.back().member);
  }
  if (!out.empty()) after_removal(call, key, low == Low::yes ? "zpopmin" : "zpopmax");
  return out;
}

void say_flat(Call& call, const std::vector<SortedSet::Entry>& entries) {
  for (const auto& entry : entries) {
    call.out.bulk(entry.member);
    call.out.real(entry.score);
  }
}

void say_nested(Call& call, const std::vector<SortedSet::Entry>& entries) {
  call.out.array(entries.size());
  for (const auto& entry : entries) {
    call.out.array(2);
    say_flat(call, {entry});
  }
}

Low low_of(const Call& call) {
  return call.command.name().ends_with("min") ? Low::yes : Low::no;
}

void zpop(Call& call) {
  if (call.size() > 3) return call.syntax_error();
  std::int64_t count = 1;
  if (call.size() == 3) {
    const auto given = call.integer_between(2, 0, std::numeric_limits<std::int64_t>::max(),
                                            "ERR value is out of range, must be positive");
    if (!given) return;
    count = *given;
  }
  const auto found = call.modify(call.arg(1), Type::zset);
  if (found.refused) return;
  if (found.object == nullptr || count == 0) return call.out.array(0);
  const auto size = std::min(static_cast<std::size_t>(count), found.object->zset().size());
  if (!call.spend(size * 4)) return;
  const auto entries = take(call, call.arg(1), found.object->zset(), low_of(call), size);
  if (call.out.is_resp3() && call.size() == 3) return say_nested(call, entries);
  call.out.array(entries.size() * 2);
  say_flat(call, entries);
}

SortedSet* ready_zset(Call& call, const std::string& key) {
  Object* object = call.server.lookup(call.client.db, key);
  return object != nullptr && object->type == Type::zset ? &object->zset() : nullptr;
}

bool serve_pop(Call& call, const std::string& key) {
  SortedSet* zset = ready_zset(call, key);
  if (zset == nullptr) return false;
  call.out.array(3);
  call.out.bulk(key);
  say_flat(call, take(call, key, *zset, low_of(call), 1));
  return true;
}

void blocking_zpop(Call& call) {
  const auto until = parse_timeout(call, call.size() - 1);
  if (!until) return;
  for (std::size_t n = 1; n + 1 < call.size(); ++n) {
    const auto found = call.modify(call.arg(n), Type::zset);
    if (found.refused) return;
    if (found.object == nullptr) continue;
    serve_pop(call, call.arg(n));
    return;
  }
  wait_for_keys(call, Blocked::Kind::zset, {call.argv.begin() + 1, call.argv.end() - 1}, *until,
                serve_pop, say_null_array);
}

bool serve_multi_pop(Call& call, const std::string& key) {
  SortedSet* zset = ready_zset(call, key);
  const auto parsed = parse_multi_pop(call, call.command.name() == "bzmpop" ? 2 : 1);
  if (zset == nullptr || !parsed) return false;
  const Low low = call.is(parsed->where, "MIN") ? Low::yes : Low::no;
  const std::size_t count = std::min(parsed->count, zset->size());
  if (!call.spend(count * 4)) return false;
  call.out.array(2);
  call.out.bulk(key);
  say_nested(call, take(call, key, *zset, low, count));
  return true;
}

void zmpop(Call& call) {
  const bool blocks = call.command.name() == "bzmpop";
  std::int64_t until = 0;
  if (blocks) {
    const auto given = parse_timeout(call, 1);
    if (!given) return;
    until = *given;
  }
  const auto parsed = parse_multi_pop(call, blocks ? 2 : 1);
  if (!parsed) return;
  if (!call.is(parsed->where, "MIN") && !call.is(parsed->where, "MAX")) return call.syntax_error();
  std::vector<std::string> keys;
  for (std::size_t n = 0; n < parsed->keys; ++n) {
    const std::string& key = call.arg(parsed->first_key + n);
    const auto found = call.modify(key, Type::zset);
    if (found.refused) return;
    if (found.object != nullptr) {
      serve_multi_pop(call, key);
      return;
    }
    keys.push_back(key);
  }
  if (!blocks) return call.out.null_array();
  wait_for_keys(call, Blocked::Kind::zset, std::move(keys), until, serve_multi_pop, say_null_array);
}

// --- Random members ---

void say_random(Call& call, const SortedSet::Entry& entry, bool with_scores) {
  if (with_scores && call.out.is_resp3()) call.out.array(2);
  call.out.bulk(entry.member);
  if (with_scores) call.out.real(entry.score);
}

void zrandmember(Call& call) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  std::int64_t count = 0;
  if (call.size() > 2) {
    const auto given = call.signed_count(2);
    if (!given) return;
    count = *given;
    if (call.size() > 4 || (call.size() == 4 && !call.is(3, "WITHSCORES")))
      return call.syntax_error();
    if (call.size() == 4 && (count < -kMax / 2 || count > kMax / 2)) {
      return call.out.error("ERR value is out of range");
    }
  }
  const auto found = call.read(call.arg(1), Type::zset);
  if (found.refused) return;
  if (call.size() == 2) {
    return found.object != nullptr ? call.out.bulk(found.object->zset().random(random_u64()).member)
                                   : call.out.null();
  }
  if (found.object == nullptr || count == 0) return call.out.array(0);
  const bool with_scores = call.size() == 4;
  const std::size_t width = with_scores && !call.out.is_resp3() ? 2 : 1;
  const SortedSet& zset = found.object->zset();
  if (count < 0) {
    const auto wanted = static_cast<std::uint64_t>(-count);
    if (!call.spend(wanted)) return;
    call.out.array(wanted * width);
    for (std::uint64_t n = 0; n < wanted && !call.stopped(); ++n)
      say_random(call, zset.random(random_u64()), with_scores);
    return;
  }
  auto entries = zset.range(0, zset.size());
  if (!call.spend(entries.size())) return;
  const std::size_t wanted = std::min(entries.size(), static_cast<std::size_t>(count));
  for (std::size_t n = 0; n < wanted && wanted < entries.size(); ++n) {
    std::swap(entries[n], entries[n + static_cast<std::size_t>(random_below(entries.size() - n))]);
  }
  call.out.array(wanted * width);
  for (std::size_t n = 0; n < wanted && !call.stopped(); ++n)
    say_random(call, entries[n], with_scores);
}

constexpr auto kCommands = std::to_array<Binding>({
    {"bzmpop", zmpop},
    {"bzpopmax", blocking_zpop},
    {"bzpopmin", blocking_zpop},
    {"zadd", zadd},
    {"zcard", zcard},
    {"zincrby", zincrby},
    {"zmpop", zmpop},
    {"zmscore", zscore},
    {"zpopmax", zpop},
    {"zpopmin", zpop},
    {"zrandmember", zrandmember},
    {"zrank", zrank},
    {"zrem", zrem},
    {"zrevrank", zrank},
    {"zscore", zscore},
});

}  // namespace

std::span<const Binding> zset_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
