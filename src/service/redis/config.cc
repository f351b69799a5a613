#include "service/redis/config.h"

#include <algorithm>
#include <charconv>

#include "service/redis/number.h"
#include "service/redis/request.h"

namespace decnet::service::redis {

namespace {

enum class Kind : std::uint8_t { boolean, choice, integer, memory, string, special };
enum class Guard : std::uint8_t { open, immutable, guarded };

struct Row {
  std::string_view name, alias_of;
  Kind kind;
  Guard guard;
  std::string_view value;   // Debian's
  std::string_view detail;  // choices, or least and greatest
};

constexpr Row kRows[] = {
#include "service/redis/config_table.inc"
};

const Row* row_of(std::string_view name) {
  const auto at =
      std::lower_bound(std::begin(kRows), std::end(kRows), name,
                       [](const Row& row, std::string_view wanted) { return row.name < wanted; });
  return at != std::end(kRows) && at->name == name ? at : nullptr;
}

struct NotifyClass {
  char letter;
  std::uint32_t bit;
};
// In the order in which CONFIG GET shows them. 'A' stands for all from g to d.
constexpr NotifyClass kNotifyClasses[] = {
    {'g', 1U << 0},  {'$', 1U << 1},  {'l', 1U << 2},  {'s', 1U << 3}, {'h', 1U << 4},
    {'z', 1U << 5},  {'x', 1U << 6},  {'e', 1U << 7},  {'t', 1U << 8}, {'d', 1U << 9},
    {'n', 1U << 10}, {'K', 1U << 11}, {'E', 1U << 12}, {'m', 1U << 13}};
constexpr std::uint32_t kNotifyAll = (1U << 10) - 1;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  split_words(text, words);
  return words;
}

std::optional<std::string> check_integer(const Row& row, std::string_view value,
                                         std::string& canonical) {
  const auto number = parse_integer(value);
  if (!number) return "argument couldn't be parsed into an integer";
  const std::size_t blank = row.detail.find(' ');
  const std::string low(row.detail.substr(0, blank));
  const std::string high(row.detail.substr(blank + 1));
  if (*number < *parse_integer(low) || *number > *parse_integer(high)) {
    return "argument must be between " + low + " and " + high + " inclusive";
  }
  canonical = std::to_string(*number);
  return std::nullopt;
}

std::optional<std::string> check_memory(const Row& row, std::string_view value,
                                        std::string& canonical) {
  const auto number = parse_memory(value);
  if (!number) return "argument must be a memory value";
  const std::size_t blank = row.detail.find(' ');
  const std::string low(row.detail.substr(0, blank));
  const std::string high(row.detail.substr(blank + 1));
  if (*number < *parse_unsigned(low) || *number > *parse_unsigned(high)) {
    return "argument must be between " + low + " and " + high + " inclusive";
  }
  canonical = std::to_string(*number);
  return std::nullopt;
}

std::optional<std::string> check_choice(const Row& row, std::string_view value,
                                        std::string& canonical) {
  std::string list;
  std::string_view rest = row.detail;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view choice = rest.substr(0, end);
    if (equal_case(choice, value)) {
      canonical = choice;
      return std::nullopt;
    }
    list += (list.empty() ? "" : ", ") + std::string(choice);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return "argument(s) must be one of the following: " + list;
}

std::optional<std::string> check_save(std::string_view value, std::string& canonical) {
  const std::vector<std::string> words = words_of(value);
  if (words.size() % 2 != 0) return "Invalid save parameters";
  canonical.clear();
  for (std::size_t n = 0; n < words.size(); ++n) {
    const auto number = parse_integer(words[n]);
    if (!number || *number < (n % 2 == 0 ? 1 : 0)) return "Invalid save parameters";
    canonical += (n == 0 ? "" : " ") + words[n];
  }
  return std::nullopt;
}

std::optional<std::string> check_buffer_limits(const std::string& old, std::string_view value,
                                               std::string& canonical) {
  const std::vector<std::string> words = words_of(value);
  if (words.empty() || words.size() % 4 != 0) {
    return "Wrong number of arguments in buffer limit configuration.";
  }
  std::vector<std::string> now = words_of(old);
  for (std::size_t n = 0; n < words.size(); n += 4) {
    const std::string kind = lower(words[n]) == "replica" ? "slave" : lower(words[n]);
    if (kind != "normal" && kind != "slave" && kind != "pubsub") {
      return "Invalid client class specified in buffer limit configuration.";
    }
    const std::size_t at = kind == "normal" ? 0 : kind == "slave" ? 4 : 8;
    const auto hard = parse_memory(words[n + 1]);
    const auto soft = parse_memory(words[n + 2]);
    const auto seconds = parse_integer(words[n + 3]);
    if (!hard || !soft || !seconds || *seconds < 0) {
      return "Error in hard, soft or soft_seconds setting in buffer limit configuration.";
    }
    now[at + 1] = std::to_string(*hard);
    now[at + 2] = std::to_string(*soft);
    now[at + 3] = std::to_string(*seconds);
  }
  canonical.clear();
  for (const std::string& word : now) canonical += (canonical.empty() ? "" : " ") + word;
  return std::nullopt;
}

std::optional<std::string> check_percentiles(std::string_view value, std::string& canonical) {
  canonical.clear();
  for (const std::string& word : words_of(value)) {
    const auto number = parse_double(word);
    if (!number) return "Invalid latency-tracking-info-percentiles parameters";
    if (*number < 0 || *number > 100) {
      return "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]";
    }
    canonical += (canonical.empty() ? "" : " ") + format_double(*number);
  }
  return std::nullopt;
}

std::optional<std::string> check_oom_values(std::string_view value, std::string& canonical) {
  const std::vector<std::string> words = words_of(value);
  if (words.size() != 3) return "wrong number of arguments";
  std::int64_t last = -3000;
  for (const std::string& word : words) {
    const auto number = parse_integer(word);
    if (!number || *number < -2000 || *number > 2000) {
      return "Invalid oom-score-adj-values, elements must be between -2000 and 2000.";
    }
    last = *number;
  }
  static_cast<void>(last);
  canonical = words[0] + " " + words[1] + " " + words[2];
  return std::nullopt;
}

bool is_address(std::string_view word) {
  if (!word.empty() && word[0] == '-') word.remove_prefix(1);
  if (word == "*" || word == "::*" || word.find(':') != std::string_view::npos) return true;
  int parts = 0;
  while (true) {
    const std::size_t end = std::min(word.find('.'), word.size());
    int number = 0;
    const auto [at, problem] = std::from_chars(word.data(), word.data() + end, number);
    if (problem != std::errc{} || at != word.data() + end || number < 0 || number > 255)
      return false;
    ++parts;
    if (end == word.size()) return parts == 4;
    word.remove_prefix(end + 1);
  }
}

std::optional<std::string> check_special(std::string_view name, const std::string& old,
                                         std::string_view value, std::string& canonical) {
  if (name == "save") return check_save(value, canonical);
  if (name == "client-output-buffer-limit") return check_buffer_limits(old, value, canonical);
  if (name == "latency-tracking-info-percentiles") return check_percentiles(value, canonical);
  if (name == "oom-score-adj-values") return check_oom_values(value, canonical);
  if (name == "notify-keyspace-events") {
    const auto bits = parse_notify(value);
    if (!bits) return "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";
    canonical = format_notify(*bits);
  }
  if (name == "dbfilename" && value.find('/') != std::string_view::npos) {
    return "dbfilename can't be a path, just a filename";
  }
  if (name == "bind") {
    const std::vector<std::string> words = words_of(value);
    if (words.size() > 16) return "Too many bind addresses specified.";
    if (!std::all_of(words.begin(), words.end(), is_address))
      return "Failed to bind to specified addresses.";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> parse_notify(std::string_view letters) {
  std::uint32_t bits = 0;
  for (const char letter : letters) {
    if (letter == 'A') {
      bits |= kNotifyAll;
      continue;
    }
    const std::uint32_t bit = Config::notify_bit(letter);
    if (bit == 0) return std::nullopt;
    bits |= bit;
  }
  return bits;
}

std::string format_notify(std::uint32_t bits) {
  std::string out;
  const bool all = (bits & kNotifyAll) == kNotifyAll;
  if (all) out += 'A';
  for (const NotifyClass& one : kNotifyClasses) {
    if ((bits & one.bit) != 0 && !(all && (one.bit & kNotifyAll) != 0)) out += one.letter;
  }
  return out;
}

std::uint32_t Config::notify_bit(char letter) noexcept {
  for (const NotifyClass& one : kNotifyClasses) {
    if (one.letter == letter) return one.bit;
  }
  return 0;
}

Config::Config() {
  for (const Row& row : kRows) {
    if (row.alias_of.empty()) values_.emplace(row.name, row.value);
  }
  refresh();
}

std::string_view Config::resolve(std::string_view name) {
  const Row* row = row_of(lower(name));
  if (row == nullptr) return {};
  return row->alias_of.empty() ? row->name : row->alias_of;
}

const std::string* Config::find(std::string_view name) const {
  const auto at = values_.find(resolve(name));
  return at == values_.end() ? nullptr : &at->second;
}

std::string_view Config::get(std::string_view name) const {
  const std::string* value = find(name);
  return value == nullptr ? std::string_view{} : std::string_view(*value);
}

std::vector<std::string> Config::names() const {
  std::vector<std::string> out;
  for (const Row& row : kRows) out.emplace_back(row.name);
  return out;
}

bool Config::is_immutable(std::string_view name) const {
  const Row* row = row_of(resolve(name));
  return row != nullptr && row->guard == Guard::immutable;
}

std::optional<std::string> Config::check(std::string_view name, std::string_view value,
                                         bool trusted, std::string& canonical) const {
  const Row& row = *row_of(resolve(name));
  if (row.guard == Guard::immutable) return "can't set immutable config";
  if (row.guard == Guard::guarded && !trusted) return "can't set protected config";
  canonical = value;
  switch (row.kind) {
    case Kind::boolean:
      if (equal_case(value, "yes") || equal_case(value, "no")) {
        canonical = lower(value);
        return std::nullopt;
      }
      return "argument must be 'yes' or 'no'";
    case Kind::choice:
      return check_choice(row, value, canonical);
    case Kind::integer:
      return check_integer(row, value, canonical);
    case Kind::memory:
      return check_memory(row, value, canonical);
    case Kind::string:
      return std::nullopt;
    case Kind::special:
      return check_special(row.name, values_.find(row.name)->second, value, canonical);
  }
  return std::nullopt;
}

void Config::assign(std::string_view name, std::string value) {
  value.resize(std::min(value.size(), kConfigValueBytesMax));
  values_[std::string(resolve(name))] = std::move(value);
  refresh();
}

void Config::refresh() {
  const auto number = [this](std::string_view name) {
    return parse_integer(get(name)).value_or(0);
  };
  const auto size = [&](std::string_view name) { return static_cast<std::size_t>(number(name)); };
  encodings = {size("hash-max-listpack-entries"), size("hash-max-listpack-value"),
               size("set-max-intset-entries"), size("zset-max-listpack-entries"),
               size("zset-max-listpack-value")};
  maxmemory = parse_unsigned(get("maxmemory")).value_or(0);
  bulk_bytes_max = number("proto-max-bulk-len");
  slowlog_micros = number("slowlog-log-slower-than");
  slowlog_max = std::min(size("slowlog-max-len"), kSlowlogMax);
  notify = parse_notify(get("notify-keyspace-events")).value_or(0);
  protected_mode = get("protected-mode") == "yes";
}

}  // namespace decnet::service::redis
