// Sets.
#include <algorithm>
#include <array>
#include <limits>

#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

void sadd(Call& call) {
  const auto found = call.modify_or_create(call.arg(1), Type::set);
  if (found.refused) return;
  std::int64_t added = 0;
  for (std::size_t n = 2; n < call.size(); ++n) {
    added += found.object->set().add(call.arg(n), call.server.config.encodings);
  }
  if (added > 0) call.changed(call.arg(1), 's', "sadd");
  call.out.integer(added);
}

void after_removal(Call& call, const std::string& key, std::string_view event) {
  call.notify(key, 's', event);
  call.erase_if_empty(key);
  call.server.modified(&call.client, call.client.db, key);
}

void srem(Call& call) {
  const auto found = call.modify(call.arg(1), Type::set);
  if (found.refused) return;
  std::int64_t removed = 0;
  for (std::size_t n = 2; n < call.size() && found.object != nullptr; ++n)
    removed += found.object->set().erase(call.arg(n));
  if (removed > 0) after_removal(call, call.arg(1), "srem");
  call.out.integer(removed);
}

void smove(Call& call) {
  const auto from = call.modify(call.arg(1), Type::set);
  if (from.refused) return;
  if (from.object == nullptr) return call.out.integer(0);
  const auto to = call.modify(call.arg(2), Type::set);
  if (to.refused) return;
  Set& source = from.object->set();
  if (from.object == to.object) return call.out.integer(source.contains(call.arg(3)) ? 1 : 0);
  if (!source.erase(call.arg(3))) return call.out.integer(0);
  after_removal(call, call.arg(1), "srem");
  if (call.modify_or_create(call.arg(2), Type::set)
          .object->set()
          .add(call.arg(3), call.server.config.encodings)) {
    call.changed(call.arg(2), 's', "sadd");
  }
  call.out.integer(1);
}

void scard(Call& call) {
  const auto found = call.read(call.arg(1), Type::set);
  if (found.refused) return;
  call.out.integer(found.object != nullptr ? static_cast<std::int64_t>(found.object->set().size())
                                           : 0);
}

void sismember(Call& call) {
  const auto found = call.read(call.arg(1), Type::set);
  if (found.refused) return;
  const bool many = call.command.name() == "smismember";
  if (many) call.out.array(call.size() - 2);
  for (std::size_t n = 2; n < call.size(); ++n) {
    call.out.integer(found.object != nullptr && found.object->set().contains(call.arg(n)) ? 1 : 0);
  }
}

void say_members(Call& call, const std::vector<std::string>& members) {
  call.out.set(members.size());
  for (const std::string& member : members) {
    if (call.stopped()) return;
    call.out.bulk(member);
  }
}

// SPOP key count
void pop_many(Call& call) {
  const auto count =
      call.integer_between(2, 0, kMax, "ERR value is out of range, must be positive");
  if (!count) return;
  const auto found = call.modify(call.arg(1), Type::set);
  if (found.refused) return;
  if (found.object == nullptr || *count == 0) return call.out.set(0);
  Set& set = found.object->set();
  std::vector<std::string> popped;
  if (static_cast<std::uint64_t>(*count) >= set.size()) {
    popped = set.members();
    if (!call.spend(popped.size())) return;
    for (const std::string& member : popped) set.erase(member);
  } else {
    if (!call.spend(static_cast<std::uint64_t>(*count))) return;
    for (std::int64_t n = 0; n < *count; ++n) {
      popped.push_back(set.random(random_u64()));
      set.erase(popped.back());
    }
  }
  after_removal(call, call.arg(1), "spop");
  say_members(call, popped);
}

void spop(Call& call) {
  if (call.size() == 3) return pop_many(call);
  if (call.size() > 3) return call.syntax_error();
  const auto found = call.modify(call.arg(1), Type::set);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.null();
  const std::string member = found.object->set().random(random_u64());
  found.object->set().erase(member);
  after_removal(call, call.arg(1), "spop");
  call.out.bulk(member);
}

void srandmember(Call& call) {
  if (call.size() > 3) return call.syntax_error();
  std::int64_t count = 0;
  if (call.size() == 3) {
    const auto given = call.signed_count(2);
    if (!given) return;
    count = *given;
  }
  const auto found = call.read(call.arg(1), Type::set);
  if (found.refused) return;
  if (call.size() == 2) {
    return found.object != nullptr ? call.out.bulk(found.object->set().random(random_u64()))
                                   : call.out.null();
  }
  if (found.object == nullptr || count == 0) return call.out.array(0);
  const Set& set = found.object->set();
  if (count < 0) {
    const auto wanted = static_cast<std::uint64_t>(-count);
    if (!call.spend(wanted)) return;
    call.out.array(wanted);
    for (std::uint64_t n = 0; n < wanted && !call.stopped(); ++n)
      call.out.bulk(set.random(random_u64()));
    return;
  }
  auto members = set.members();
  if (!call.spend(members.size())) return;
  const std::size_t wanted = std::min(members.size(), static_cast<std::size_t>(count));
  for (std::size_t n = 0; n < wanted && wanted < members.size(); ++n) {
    std::swap(members[n], members[n + static_cast<std::size_t>(random_below(members.size() - n))]);
  }
  call.out.array(wanted);
  for (std::size_t n = 0; n < wanted && !call.stopped(); ++n) call.out.bulk(members[n]);
}

// The sets at the keys [first, last) of the request; an absent one is null. False: one is no set,
// which was said.
bool sets_at(Call& call, std::size_t first, std::size_t last, std::vector<const Set*>& sets) {
  for (std::size_t n = first; n < last; ++n) {
    const auto found = call.read(call.arg(n), Type::set);
    if (found.refused) return false;
    sets.push_back(found.object != nullptr ? &found.object->set() : nullptr);
  }
  return true;
}

// Members in all of the sets, at most `limit` of them (0: no limit).
std::vector<std::string> intersection(Call& call, std::vector<const Set*> sets,
                                      std::uint64_t limit) {
  std::vector<std::string> out;
  if (std::find(sets.begin(), sets.end(), nullptr) != sets.end()) return out;
  std::stable_sort(sets.begin(), sets.end(),
                   [](const Set* a, const Set* b) { return a->size() < b->size(); });
  if (!call.spend(sets[0]->size() * sets.size())) return out;
  for (const std::string& member : sets[0]->members()) {
    if (std::all_of(sets.begin() + 1, sets.end(),
                    [&](const Set* set) { return set->contains(member); })) {
      out.push_back(member);
      if (out.size() == limit) break;
    }
  }
  return out;
}

enum class Algebra : std::uint8_t { intersection, together, difference };

Set combine(Call& call, Algebra what, const std::vector<const Set*>& sets) {
  Set out(call.server.keyspace.seed());
  const EncodingLimits& limits = call.server.config.encodings;
  if (what == Algebra::intersection) {
    for (const std::string& member : intersection(call, sets, 0)) out.add(member, limits);
    return out;
  }
  for (std::size_t n = 0; n < sets.size(); ++n) {
    if (sets[n] == nullptr) continue;
    if (!call.spend(sets[n]->size() + 1)) return out;
    for (const std::string& member : sets[n]->members()) {
      if (what == Algebra::difference && n > 0) {
        out.erase(member);
      } else {
        out.add(member, limits);
      }
    }
  }
  return out;
}

void algebra(Call& call) {
  const std::string_view name = call.command.name();
  const Algebra what = name[1] == 'i'   ? Algebra::intersection
                       : name[1] == 'u' ? Algebra::together
                                        : Algebra::difference;
  const bool stores = name.ends_with("store");
  std::vector<const Set*> sets;
  if (!sets_at(call, stores ? 2 : 1, call.size(), sets)) return;
  Set result = combine(call, what, sets);
  if (call.stopped()) return;
  if (!stores) return say_members(call, result.members());
  const std::string& key = call.arg(1);
  const auto size = static_cast<std::int64_t>(result.size());
  if (size == 0) {
    if (call.modify_any(key) != nullptr) {
      call.server.erase(call.client.db, key);
      call.changed(key, 'g', "del");
    }
  } else {
    call.put(key, Object::of(Type::set, std::make_unique<Set>(std::move(result))));
    call.changed(key, 's', name);
  }
  call.out.integer(size);
}

void smembers(Call& call) {
  const auto found = call.read(call.arg(1), Type::set);
  if (found.refused) return;
  if (found.object != nullptr && !call.spend(found.object->set().size())) return;
  say_members(call,
              found.object != nullptr ? found.object->set().members() : std::vector<std::string>{});
}

void sintercard(Call& call) {
  const auto keys = call.integer_between(1, 1, kMax, "ERR numkeys should be greater than 0");
  if (!keys) return;
  if (*keys > static_cast<std::int64_t>(call.size()) - 2) {
    return call.out.error("ERR Number of keys can't be greater than number of args");
  }
  const std::size_t end = 2 + static_cast<std::size_t>(*keys);
  std::int64_t limit = 0;
  for (std::size_t n = end; n < call.size(); n += 2) {
    if (!call.is(n, "LIMIT") || n + 1 >= call.size()) return call.syntax_error();
    const auto given = call.integer_between(n + 1, 0, kMax, "ERR LIMIT can't be negative");
    if (!given) return;
    limit = *given;
  }
  std::vector<const Set*> sets;
  if (!sets_at(call, 2, end, sets)) return;
  const auto members = intersection(call, sets, static_cast<std::uint64_t>(limit));
  if (!call.stopped()) call.out.integer(static_cast<std::int64_t>(members.size()));
}

constexpr auto kCommands = std::to_array<Binding>({
    {"sadd", sadd},
    {"scard", scard},
    {"sdiff", algebra},
    {"sdiffstore", algebra},
    {"sinter", algebra},
    {"sintercard", sintercard},
    {"sinterstore", algebra},
    {"sismember", sismember},
    {"smembers", smembers},
    {"smismember", sismember},
    {"smove", smove},
    {"spop", spop},
    {"srandmember", srandmember},
    {"srem", srem},
    {"sunion", algebra},
    {"sunionstore", algebra},
});

}  // namespace

std::span<const Binding> set_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
