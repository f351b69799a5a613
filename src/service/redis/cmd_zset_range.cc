// Ranges of sorted sets, by rank, score or member; counting, removing and storing them.
#include <algorithm>
#include <array>
#include <cmath>

#include "service/redis/zset_ops.h"

namespace decnet::service::redis {

std::optional<ScoreBound> parse_score_bound(std::string_view text) {
  ScoreBound bound;
  bound.exclusive = !text.empty() && text[0] == '(';
  if (bound.exclusive) text.remove_prefix(1);
  // strtod takes leading blanks and stops at nothing: an empty text is 0 there.
  if (text.empty()) return bound;
  const auto number = parse_double(text);
  if (!number) return std::nullopt;
  bound.score = *number;
  return bound;
}

std::optional<LexBound> parse_lex_bound(std::string_view text) {
  LexBound bound;
  if (text == "-") {
    bound.kind = LexBound::Kind::least;
  } else if (text == "+") {
    bound.kind = LexBound::Kind::greatest;
  } else if (!text.empty() && (text[0] == '[' || text[0] == '(')) {
    bound.exclusive = text[0] == '(';
    bound.member = text.substr(1);
  } else {
    return std::nullopt;
  }
  return bound;
}

void say_entries(Call& call, const std::vector<SortedSet::Entry>& entries, bool with_scores) {
  const bool nested = with_scores && call.out.is_resp3();
  call.out.array(entries.size() * (with_scores && !nested ? 2 : 1));
  for (const auto& entry : entries) {
    if (call.stopped()) return;
    if (nested) call.out.array(2);
    call.out.bulk(entry.member);
    if (with_scores) call.out.real(entry.score);
  }
}

void store_zset(Call& call, const std::string& key, SortedSet result, std::string_view event) {
  const auto size = static_cast<std::int64_t>(result.size());
  if (size == 0) {
    if (call.modify_any(key) != nullptr) {
      call.server.erase(call.client.db, key);
      call.changed(key, 'g', "del");
    }
  } else {
    call.put(key, Object::of(Type::zset, std::make_unique<SortedSet>(std::move(result))));
    call.changed(key, 'z', event);
  }
  call.out.integer(size);
}

namespace {

constexpr std::string_view kNotAScore = "ERR min or max is not a float";
constexpr std::string_view kNotALex = "ERR min or max not valid string range item";

enum class By : std::uint8_t { rank, score, lex };

struct RangeRequest {
  By by = By::rank;
  bool reversed = false, with_scores = false, has_limit = false;
  std::size_t low = 0, high = 0;  // The arguments that bound it.
  std::int64_t offset = 0, limit = -1;
};

// The two bounds as ranks [first, last). Nothing after an error was said. `zset` null: only the
// bounds are checked.
std::optional<std::pair<std::size_t, std::size_t>> ranks_of(Call& call, const RangeRequest& request,
                                                            const SortedSet* zset) {
  const std::pair<std::size_t, std::size_t> nothing{0, 0};
  if (request.by == By::score) {
    const auto low = parse_score_bound(call.arg(request.low));
    const auto high = parse_score_bound(call.arg(request.high));
    if (!low || !high) {
      call.out.error(kNotAScore);
      return std::nullopt;
    }
    return zset != nullptr ? zset->ranks_of(ScoreRange{*low, *high}) : nothing;
  }
  if (request.by == By::lex) {
    const auto low = parse_lex_bound(call.arg(request.low));
    const auto high = parse_lex_bound(call.arg(request.high));
    if (!low || !high) {
      call.out.error(kNotALex);
      return std::nullopt;
    }
    return zset != nullptr ? zset->ranks_of(LexRange{*low, *high}) : nothing;
  }
  const auto low = call.integer(request.low);
  if (!low) return std::nullopt;
  const auto high = call.integer(request.high);
  if (!high) return std::nullopt;
  if (zset == nullptr) return nothing;
  const auto [first, last] = clip_range(*low, *high, zset->size());
  // Reversed ranks count from the other end.
  if (request.reversed) return std::pair{zset->size() - last, zset->size() - first};
  return std::pair{first, last};
}

std::vector<SortedSet::Entry> entries_of(const RangeRequest& request, const SortedSet& zset,
                                         std::pair<std::size_t, std::size_t> ranks) {
  auto [first, last] = ranks;
  if (request.has_limit) {
    if (request.offset < 0) return {};
    const std::size_t skip = std::min(static_cast<std::size_t>(request.offset), last - first);
    (request.reversed ? last -= skip : first += skip);
    if (request.limit >= 0) {
      const std::size_t keep = std::min(static_cast<std::size_t>(request.limit), last - first);
      request.reversed ? first = last - keep : last = first + keep;
    }
  }
  auto entries = zset.range(first, last);
  if (request.reversed) std::reverse(entries.begin(), entries.end());
  return entries;
}

// ZRANGE's options from `n` on. False after an error was said.
bool parse_options(Call& call, std::size_t n, RangeRequest& request, bool is_modern) {
  for (; n < call.size(); ++n) {
    const std::size_t left = call.size() - n - 1;
    if (call.is(n, "WITHSCORES")) {
      request.with_scores = true;
    } else if (call.is(n, "LIMIT") && left >= 2) {
      const auto offset = call.integer(n + 1);
      if (!offset) return false;
      const auto limit = call.integer(n + 2);
      if (!limit) return false;
      request.has_limit = true;
      request.offset = *offset;
      request.limit = *limit;
      n += 2;
    } else if (is_modern && request.by == By::rank && call.is(n, "BYSCORE")) {
      request.by = By::score;
    } else if (is_modern && request.by == By::rank && call.is(n, "BYLEX")) {
      request.by = By::lex;
    } else if (is_modern && !request.reversed && call.is(n, "REV")) {
      request.reversed = true;
    } else {
      call.syntax_error();
      return false;
    }
  }
  if (request.has_limit && request.by == By::rank) {
    call.out.error(
        "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
    return false;
  }
  if (request.with_scores && request.by == By::lex) {
    call.out.error("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
    return false;
  }
  return true;
}

RangeRequest named_request(std::string_view name, std::size_t first) {
  RangeRequest request;
  if (name.find("byscore") != std::string_view::npos) request.by = By::score;
  if (name.find("bylex") != std::string_view::npos) request.by = By::lex;
  request.reversed = name.starts_with("zrev");
  request.low = first;
  request.high = first + 1;
  return request;
}

void zrange(Call& call) {
  const std::string_view name = call.command.name();
  const bool stores = name == "zrangestore";
  const std::size_t first = stores ? 3 : 2;
  RangeRequest request = named_request(name, first);
  if (!parse_options(call, first + 2, request, stores || name == "zrange")) return;
  if (stores && request.with_scores) return call.syntax_error();
  // A reversed range by score or member names its high end first.
  if (request.reversed && request.by != By::rank) std::swap(request.low, request.high);
  if (!ranks_of(call, request, nullptr)) return;
  const auto found = call.read(call.arg(first - 1), Type::zset);
  if (found.refused) return;
  std::vector<SortedSet::Entry> entries;
  if (found.object != nullptr) {
    entries =
        entries_of(request, found.object->zset(), *ranks_of(call, request, &found.object->zset()));
  }
  if (!call.spend(entries.size())) return;
  if (!stores) return say_entries(call, entries, request.with_scores);
  SortedSet result(call.server.keyspace.seed());
  for (const auto& entry : entries)
    result.set(entry.member, entry.score, call.server.config.encodings);
  store_zset(call, call.arg(1), std::move(result), "zrangestore");
}

void zcount(Call& call) {
  RangeRequest request = named_request(call.command.name() == "zcount" ? "byscore" : "bylex", 2);
  if (!ranks_of(call, request, nullptr)) return;
  const auto found = call.read(call.arg(1), Type::zset);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.integer(0);
  const auto [first, last] = *ranks_of(call, request, &found.object->zset());
  call.out.integer(static_cast<std::int64_t>(last - first));
}

void zremrange(Call& call) {
  const std::string_view name = call.command.name();
  const RangeRequest request = named_request(name, 2);
  if (!ranks_of(call, request, nullptr)) return;
  const auto found = call.modify(call.arg(1), Type::zset);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.integer(0);
  SortedSet& zset = found.object->zset();
  const auto [first, last] = *ranks_of(call, request, &zset);
  if (!call.spend((last - first) * 4)) return;
  const auto entries = zset.range(first, last);
  for (const auto& entry : entries) zset.erase(entry.member);
  if (!entries.empty()) {
    call.notify(call.arg(1), 'z', name);
    call.erase_if_empty(call.arg(1));
    call.server.modified(&call.client, call.client.db, call.arg(1));
  }
  call.out.integer(static_cast<std::int64_t>(entries.size()));
}

constexpr auto kCommands = std::to_array<Binding>({
    {"zcount", zcount},
    {"zlexcount", zcount},
    {"zrange", zrange},
    {"zrangebylex", zrange},
    {"zrangebyscore", zrange},
    {"zrangestore", zrange},
    {"zremrangebylex", zremrange},
    {"zremrangebyrank", zremrange},
    {"zremrangebyscore", zremrange},
    {"zrevrange", zrange},
    {"zrevrangebylex", zrange},
    {"zrevrangebyscore", zrange},
});

}  // namespace

std::span<const Binding> zset_range_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
