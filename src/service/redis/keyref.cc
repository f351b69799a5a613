// Where the keys of a request are, by the key specs that the genuine server declares, and by hand
// for the few commands whose keys no spec can tell (SORT, MIGRATE, GEORADIUS … STORE).
#include <algorithm>

#include "service/redis/command.h"
#include "service/redis/number.h"

namespace decnet::service::redis {

namespace {

using Argv = std::vector<std::string>;

// "0,1,2" → its numbers
std::vector<std::int64_t> numbers(std::string_view text) {
  std::vector<std::int64_t> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    out.push_back(parse_integer(text.substr(0, end)).value_or(0));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// The index at which the keys begin, or 0.
std::size_t find_begin(const KeySpec& spec, const Argv& argv) {
  const std::string_view rest = spec.begin.substr(1);
  if (spec.begin[0] == 'i') return static_cast<std::size_t>(parse_integer(rest).value_or(0));
  if (spec.begin[0] != 'k') return 0;
  const std::size_t comma = rest.find(',');
  const std::string_view keyword = rest.substr(0, comma);
  const std::int64_t from = parse_integer(rest.substr(comma + 1)).value_or(0);
  const auto count = static_cast<std::int64_t>(argv.size());
  const std::int64_t step = from < 0 ? -1 : 1;
  for (std::int64_t at = from < 0 ? count + from : from; at >= 1 && at < count; at += step) {
    if (equal_case(argv[static_cast<std::size_t>(at)], keyword))
      return static_cast<std::size_t>(at) + 1;
  }
  return 0;
}

// False: the request's own numbers make no sense.
bool collect(const KeySpec& spec, const Argv& argv, std::vector<KeyRef>& keys) {
  if (spec.begin[0] == 'u' || spec.find[0] == 'u') return true;
  const std::size_t begin = find_begin(spec, argv);
  if (begin == 0 || begin >= argv.size()) return spec.begin[0] == 'k';
  const auto first = static_cast<std::int64_t>(begin);
  const auto count = static_cast<std::int64_t>(argv.size());
  const std::vector<std::int64_t> how = numbers(spec.find.substr(1));
  std::int64_t from = first;
  std::int64_t last = first;
  std::int64_t step = how[1];
  if (spec.find[0] == 'r') {
    last = how[0] >= 0   ? first + how[0]
           : how[2] <= 1 ? count + how[0]
                         : first + (count - first) / how[2] + how[0];
  } else {
    step = how[2];
    const std::int64_t at = first + how[0];
    if (at >= count) return false;
    const auto keys_said = parse_integer(argv[static_cast<std::size_t>(at)]);
    if (!keys_said || *keys_said < 0) return false;
    if (*keys_said == 0) return true;
    from = first + how[1];
    if (*keys_said > count) return false;
    last = from + (*keys_said - 1) * step;
  }
  if (last >= count) return false;
  for (std::int64_t at = from; at <= last; at += step)
    keys.push_back({static_cast<std::size_t>(at), &spec});
  return true;
}

void add_sort_store(const Command& command, const Argv& argv, std::vector<KeyRef>& keys) {
  std::size_t store = 0;
  for (std::size_t at = 2; at + 1 < argv.size(); ++at) {
    if (equal_case(argv[at], "limit")) {
      at += 2;
    } else if (equal_case(argv[at], "get") || equal_case(argv[at], "by")) {
      at += 1;
    } else if (equal_case(argv[at], "store")) {
      store = ++at;
    }
  }
  if (store != 0) keys.push_back({store, &command.key_specs.back()});
}

void add_migrate_keys(const Command& command, const Argv& argv, std::vector<KeyRef>& keys) {
  keys.clear();
  for (std::size_t at = 6; at < argv.size() && argv[3].empty(); ++at) {
    if (!equal_case(argv[at], "keys")) continue;
    for (++at; at < argv.size(); ++at) keys.push_back({at, &command.key_specs.front()});
  }
  if (keys.empty() && argv.size() > 3) keys.push_back({3, &command.key_specs.front()});
}

// SET without GET only writes, BITFIELD with nothing but GET only reads.
void adjust_flags(std::string_view name, const Argv& argv, std::vector<KeyRef>& keys) {
  static const KeySpec kOnlyWrites{{"OW", "update"}, "", ""};
  static const KeySpec kOnlyReads{{"RO", "access"}, "", ""};
  const KeySpec* other = name == "set" ? &kOnlyWrites : &kOnlyReads;
  for (std::size_t at = name == "set" ? 3 : 2; at < argv.size(); ++at) {
    const bool changes = name == "set"
                             ? equal_case(argv[at], "get")
                             : equal_case(argv[at], "set") || equal_case(argv[at], "incrby");
    if (changes) return;
  }
  for (KeyRef& key : keys) key.spec = other;
}

}  // namespace

KeysOfRequest keys_of(const Command& command, const Argv& argv) {
  KeysOfRequest out;
  const std::string_view name = command.name();
  for (const KeySpec& spec : command.key_specs) {
    // GEORADIUS … STORE key STOREDIST key: one destination at most, the last that is named.
    if (!collect(spec, argv, out.keys)) out.valid = false;
  }
  if (name == "sort") add_sort_store(command, argv, out.keys);
  if (name == "migrate") add_migrate_keys(command, argv, out.keys);
  if (name == "set" || name == "bitfield") adjust_flags(name, argv, out.keys);
  return out;
}

}  // namespace decnet::service::redis
