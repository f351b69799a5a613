// Unions, intersections and differences of sorted sets (and sets, whose members score 1).
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "service/redis/zset_ops.h"

namespace decnet::service::redis {

namespace {

enum class Aggregate : std::uint8_t { sum, least, greatest };
using Entries = std::vector<SortedSet::Entry>;

struct Source {
  const Object* object = nullptr;
  double weight = 1;

  std::size_t size() const { return object == nullptr ? 0 : object->container->size(); }
  std::optional<double> score(std::string_view member) const {
    if (object == nullptr) return std::nullopt;
    if (object->type == Type::zset) return object->zset().score(member);
    return object->set().contains(member) ? std::optional<double>(1) : std::nullopt;
  }
  Entries entries() const {
    if (object == nullptr) return {};
    if (object->type == Type::zset) return object->zset().range(0, object->zset().size());
    Entries out;
    for (std::string& member : object->set().members()) out.push_back({1, std::move(member)});
    return out;
  }
};

struct Algebra {
  std::vector<Source> sources;
  Aggregate aggregate = Aggregate::sum;
  bool with_scores = false;
  std::int64_t limit = 0;
};

double weigh(double score, double weight) {
  const double value = score * weight;
  return std::isnan(value) ? 0 : value;
}

double join(double a, double b, Aggregate how) {
  if (how == Aggregate::least) return std::min(a, b);
  if (how == Aggregate::greatest) return std::max(a, b);
  const double sum = a + b;
  return std::isnan(sum) ? 0 : sum;
}

bool read_sources(Call& call, std::size_t numkeys, Algebra& algebra) {
  const auto keys = call.integer(numkeys);
  if (!keys) return false;
  if (*keys < 1) {
    call.out.error("ERR at least 1 input key is needed for '" + std::string(call.command.name()) +
                   "' command");
    return false;
  }
  if (*keys > static_cast<std::int64_t>(call.size() - numkeys - 1)) {
    call.syntax_error();
    return false;
  }
  for (std::int64_t n = 0; n < *keys; ++n) {
    const Object* object = call.read_any(call.arg(numkeys + 1 + static_cast<std::size_t>(n)));
    if (object != nullptr && object->type != Type::zset && object->type != Type::set) {
      call.out.error(kWrongType);
      return false;
    }
    algebra.sources.push_back({object, 1});
  }
  return true;
}

bool read_options(Call& call, std::size_t n, Algebra& algebra) {
  const std::string_view name = call.command.name();
  const bool weighs = !name.starts_with("zdiff") && name != "zintercard";
  for (; n < call.size(); ++n) {
    const std::size_t left = call.size() - n - 1;
    if (weighs && call.is(n, "WEIGHTS") && left >= algebra.sources.size()) {
      for (Source& source : algebra.sources) {
        const auto weight = call.real(++n, "ERR weight value is not a float");
        if (!weight) return false;
        source.weight = *weight;
      }
    } else if (weighs && call.is(n, "AGGREGATE") && left >= 1) {
      const std::string how = upper(call.arg(++n).substr(0, 4));
      if (how != "SUM" && how != "MIN" && how != "MAX") {
        call.syntax_error();
        return false;
      }
      algebra.aggregate = how == "SUM"   ? Aggregate::sum
                          : how == "MIN" ? Aggregate::least
                                         : Aggregate::greatest;
    } else if (!name.ends_with("store") && name != "zintercard" && call.is(n, "WITHSCORES")) {
      algebra.with_scores = true;
    } else if (name == "zintercard" && call.is(n, "LIMIT") && left >= 1) {
      const auto limit = call.integer_between(++n, 0, std::numeric_limits<std::int64_t>::max(),
                                              "ERR LIMIT can't be negative");
      if (!limit) return false;
      algebra.limit = *limit;
    } else {
      call.syntax_error();
      return false;
    }
  }
  return true;
}

void unite(Call& call, const Algebra& algebra, SortedSet& result) {
  const EncodingLimits& limits = call.server.config.encodings;
  for (const Source& source : algebra.sources) {
    if (!call.spend(source.size() + 1)) return;
    for (const auto& entry : source.entries()) {
      const double score = weigh(entry.score, source.weight);
      const auto old = result.score(entry.member);
      result.set(entry.member, old ? join(*old, score, algebra.aggregate) : score, limits);
    }
  }
}

void intersect(Call& call, Algebra& algebra, SortedSet& result) {
  std::stable_sort(algebra.sources.begin(), algebra.sources.end(),
                   [](const Source& a, const Source& b) { return a.size() < b.size(); });
  const Source& smallest = algebra.sources.front();
  if (!call.spend(smallest.size() * algebra.sources.size())) return;
  for (const auto& entry : smallest.entries()) {
    double score = weigh(entry.score, smallest.weight);
    bool in_all = true;
    for (std::size_t n = 1; n < algebra.sources.size() && in_all; ++n) {
      const auto other = algebra.sources[n].score(entry.member);
      in_all = other.has_value();
      if (in_all) score = join(score, weigh(*other, algebra.sources[n].weight), algebra.aggregate);
    }
    if (!in_all) continue;
    result.set(entry.member, score, call.server.config.encodings);
    if (algebra.limit != 0 && static_cast<std::int64_t>(result.size()) == algebra.limit) return;
  }
}

void subtract(Call& call, const Algebra& algebra, SortedSet& result) {
  const Source& first = algebra.sources.front();
  if (!call.spend(first.size() * algebra.sources.size())) return;
  for (const auto& entry : first.entries()) {
    const bool elsewhere =
        std::any_of(algebra.sources.begin() + 1, algebra.sources.end(),
                    [&](const Source& other) { return other.score(entry.member).has_value(); });
    if (!elsewhere) result.set(entry.member, entry.score, call.server.config.encodings);
  }
}

void algebra_command(Call& call) {
  const std::string_view name = call.command.name();
  const bool stores = name.ends_with("store");
  const std::size_t numkeys = stores ? 2 : 1;
  Algebra algebra;
  if (!read_sources(call, numkeys, algebra)) return;
  if (!read_options(call, numkeys + 1 + algebra.sources.size(), algebra)) return;
  SortedSet result(call.server.keyspace.seed());
  if (name.starts_with("zunion")) {
    unite(call, algebra, result);
  } else if (name.starts_with("zinter")) {
    intersect(call, algebra, result);
  } else {
    subtract(call, algebra, result);
  }
  if (call.stopped()) return;
  if (stores) return store_zset(call, call.arg(1), std::move(result), name);
  if (name == "zintercard") return call.out.integer(static_cast<std::int64_t>(result.size()));
  say_entries(call, result.range(0, result.size()), algebra.with_scores);
}

constexpr auto kCommands = std::to_array<Binding>({
    {"zdiff", algebra_command},
    {"zdiffstore", algebra_command},
    {"zinter", algebra_command},
    {"zintercard", algebra_command},
    {"zinterstore", algebra_command},
    {"zunion", algebra_command},
    {"zunionstore", algebra_command},
});

}  // namespace

std::span<const Binding> zset_store_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
