// SCAN and the scans of single keys.
#include <array>
#include <limits>

#include "service/redis/call.h"
#include "service/redis/glob.h"

namespace decnet::service::redis {

namespace {

struct ScanOptions {
  std::size_t count = 10;
  std::optional<std::string> pattern, type;
};

std::optional<std::uint64_t> cursor_at(Call& call, std::size_t index) {
  const std::string& text = call.arg(index);
  // As strtoul: a blank before it would be skipped, the genuine server refuses that one.
  const auto cursor = parse_unsigned(text);
  if (!cursor) call.out.error("ERR invalid cursor");
  return cursor;
}

std::optional<ScanOptions> parse_scan(Call& call, std::size_t first) {
  ScanOptions options;
  for (std::size_t n = first; n < call.size(); n += 2) {
    const bool has_next = n + 1 < call.size();
    if (call.is(n, "COUNT") && has_next) {
      const auto count = call.integer(n + 1);
      if (!count) return std::nullopt;
      if (*count < 1) {
        call.syntax_error();
        return std::nullopt;
      }
      options.count = static_cast<std::size_t>(std::min<std::int64_t>(*count, 1'000'000));
    } else if (call.is(n, "MATCH") && has_next) {
      options.pattern = call.arg(n + 1);
    } else if (call.is(n, "TYPE") && has_next && call.command.name() == "scan") {
      options.type = call.arg(n + 1);
    } else {
      call.syntax_error();
      return std::nullopt;
    }
  }
  return options;
}

bool wanted(const ScanOptions& options, const std::string& text) {
  return !options.pattern || *options.pattern == "*" || glob_match(*options.pattern, text);
}

void say_head(Call& call, std::uint64_t cursor, std::size_t count) {
  call.out.array(2);
  call.out.bulk(std::to_string(cursor));
  call.out.array(count);
}

void scan(Call& call) {
  auto cursor = cursor_at(call, 1);
  if (!cursor) return;
  const auto options = parse_scan(call, 2);
  if (!options) return;
  const Dict<Object>& table = call.server.keyspace.keys(call.client.db);
  const std::int64_t now = call.now();
  std::vector<std::string> keys;
  std::size_t seen = 0;
  std::size_t buckets = options->count * 10;
  do {
    *cursor = table.scan(*cursor, [&](const std::string& key, const Object& object) {
      ++seen;
      const bool expired = object.expires_ms != kNoExpiry && object.expires_ms < now;
      if (expired || !wanted(*options, key)) return;
      if (options->type && !equal_case(*options->type, to_string(object.type))) return;
      keys.push_back(key);
    });
    if (!call.spend(1)) return;
  } while (*cursor != 0 && seen < options->count && --buckets > 0);
  say_head(call, *cursor, keys.size());
  for (const std::string& key : keys) call.out.bulk(key);
}

// Scans the elements of one key: `step` visits some from a cursor on and returns the next.
template <class Element, class Step>
std::vector<Element> gather(Call& call, std::uint64_t& cursor, const ScanOptions& options,
                            Step step) {
  std::vector<Element> out;
  std::size_t buckets = options.count * 10;
  do {
    cursor = step(cursor, out);
  } while (cursor != 0 && out.size() < options.count && --buckets > 0 && call.spend(1));
  return out;
}

void sscan(Call& call) {
  auto cursor = cursor_at(call, 2);
  if (!cursor) return;
  const auto found = call.read(call.arg(1), Type::set);
  if (found.refused) return;
  if (found.object == nullptr) return say_head(call, 0, 0);
  const auto options = parse_scan(call, 3);
  if (!options) return;
  auto members = gather<std::string>(call, *cursor, *options,
                                     [&](std::uint64_t at, std::vector<std::string>& out) {
                                       return found.object->set().scan(at, out);
                                     });
  std::erase_if(members, [&](const std::string& member) { return !wanted(*options, member); });
  say_head(call, *cursor, members.size());
  for (const std::string& member : members) call.out.bulk(member);
}

void hscan(Call& call) {
  auto cursor = cursor_at(call, 2);
  if (!cursor) return;
  const auto found = call.read(call.arg(1), Type::hash);
  if (found.refused) return;
  if (found.object == nullptr) return say_head(call, 0, 0);
  const auto options = parse_scan(call, 3);
  if (!options) return;
  auto pairs = gather<Hash::Pair>(call, *cursor, *options,
                                  [&](std::uint64_t at, std::vector<Hash::Pair>& out) {
                                    return found.object->hash().scan(at, out);
                                  });
  std::erase_if(pairs, [&](const Hash::Pair& pair) { return !wanted(*options, pair.first); });
  say_head(call, *cursor, pairs.size() * 2);
  for (const auto& [field, value] : pairs) {
    call.out.bulk(field);
    call.out.bulk(value);
  }
}

void zscan(Call& call) {
  auto cursor = cursor_at(call, 2);
  if (!cursor) return;
  const auto found = call.read(call.arg(1), Type::zset);
  if (found.refused) return;
  if (found.object == nullptr) return say_head(call, 0, 0);
  const auto options = parse_scan(call, 3);
  if (!options) return;
  using Entry = SortedSet::Entry;
  auto entries =
      gather<Entry>(call, *cursor, *options, [&](std::uint64_t at, std::vector<Entry>& out) {
        return found.object->zset().scan(at, out);
      });
  std::erase_if(entries, [&](const Entry& entry) { return !wanted(*options, entry.member); });
  say_head(call, *cursor, entries.size() * 2);
  for (const Entry& entry : entries) {
    call.out.bulk(entry.member);
    call.out.bulk(format_double(entry.score));
  }
}

constexpr auto kCommands =
    std::to_array<Binding>({{"hscan", hscan}, {"scan", scan}, {"sscan", sscan}, {"zscan", zscan}});

}  // namespace

std::span<const Binding> scan_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
