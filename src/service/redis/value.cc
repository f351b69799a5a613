#include "service/redis/value.h"

#include <algorithm>

#include "service/redis/number.h"

namespace decnet::service::redis {

namespace {

// The small encodings are searched from end to end: however CONFIG SET raises their limits, ours
// ends here.
constexpr std::size_t kSmallEntriesMax = 2048;

}  // namespace

std::string_view to_string(Type type) noexcept {
  constexpr std::string_view kNames[] = {"string", "list", "set", "zset", "hash", "stream"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view to_string(Encoding encoding) noexcept {
  constexpr std::string_view kNames[] = {"raw",       "int",      "embstr",   "quicklist", "intset",
                                         "hashtable", "listpack", "skiplist", "stream"};
  return kNames[static_cast<std::size_t>(encoding)];
}

void List::push_front(std::string item) {
  bytes_ += item.size();
  items_.push_front(std::move(item));
}

void List::push_back(std::string item) {
  bytes_ += item.size();
  items_.push_back(std::move(item));
}

std::string List::pop_front() {
  std::string item = std::move(items_.front());
  items_.pop_front();
  bytes_ -= item.size();
  return item;
}

std::string List::pop_back() {
  std::string item = std::move(items_.back());
  items_.pop_back();
  bytes_ -= item.size();
  return item;
}

void List::replace(std::size_t index, std::string item) {
  bytes_ += item.size();
  bytes_ -= items_[index].size();
  items_[index] = std::move(item);
}

void List::insert(std::size_t index, std::string item) {
  bytes_ += item.size();
  items_.insert(items_.begin() + static_cast<std::ptrdiff_t>(index), std::move(item));
}

void List::erase(std::size_t first, std::size_t count) {
  const auto begin = items_.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = begin + static_cast<std::ptrdiff_t>(count);
  std::for_each(begin, end, [this](const std::string& item) { bytes_ -= item.size(); });
  items_.erase(begin, end);
}

Set::Set(const Set& other)
    : Container(other),
      is_intset_(other.is_intset_),
      numbers_(other.numbers_),
      words_(other.words_.seed()),
      bytes_(other.bytes_) {
  other.words_.each([this](const std::string& word, Nothing) { words_.insert(word, {}); });
}

bool Set::contains(std::string_view member) const {
  if (!is_intset_) return words_.contains(member);
  const auto number = parse_integer(member);
  return number && std::binary_search(numbers_.begin(), numbers_.end(), *number);
}

bool Set::add(std::string_view member, const EncodingLimits& limits) {
  if (is_intset_) {
    const auto number = parse_integer(member);
    if (!number) {
      to_words();
    } else {
      const auto at = std::lower_bound(numbers_.begin(), numbers_.end(), *number);
      if (at != numbers_.end() && *at == *number) return false;
      numbers_.insert(at, *number);
      if (numbers_.size() > std::min(limits.set_intset_entries, kSmallEntriesMax)) to_words();
      return true;
    }
  }
  if (!words_.insert(member, {}).second) return false;
  bytes_ += member.size();
  return true;
}

bool Set::erase(std::string_view member) {
  if (is_intset_) {
    const auto number = parse_integer(member);
    if (!number) return false;
    const auto at = std::lower_bound(numbers_.begin(), numbers_.end(), *number);
    if (at == numbers_.end() || *at != *number) return false;
    numbers_.erase(at);
    return true;
  }
  if (!words_.erase(member)) return false;
  bytes_ -= member.size();
  return true;
}

void Set::to_words() {
  is_intset_ = false;
  for (const std::int64_t number : numbers_) {
    const std::string word = std::to_string(number);
    bytes_ += word.size();
    words_.insert(word, {});
  }
  numbers_.clear();
  numbers_.shrink_to_fit();
}

std::string Set::random(std::uint64_t random) const {
  if (is_intset_) return std::to_string(numbers_[random % numbers_.size()]);
  return words_.pick(random).key;
}

std::vector<std::string> Set::members() const {
  std::vector<std::string> out;
  out.reserve(size());
  for (const std::int64_t number : numbers_) out.push_back(std::to_string(number));
  words_.each([&](const std::string& word, Nothing) { out.push_back(word); });
  return out;
}

std::uint64_t Set::scan(std::uint64_t cursor, std::vector<std::string>& out) const {
  if (is_intset_) {
    out = members();
    return 0;
  }
  return words_.scan(cursor, [&](const std::string& word, Nothing) { out.push_back(word); });
}

Hash::Hash(const Hash& other)
    : Container(other),
      is_listpack_(other.is_listpack_),
      pairs_(other.pairs_),
      table_(other.table_.seed()),
      bytes_(other.bytes_) {
  other.table_.each(
      [this](const std::string& field, const std::string& value) { table_.insert(field, value); });
}

std::string* Hash::find_mutable(std::string_view field) {
  if (!is_listpack_) return table_.find(field);
  for (Pair& pair : pairs_) {
    if (pair.first == field) return &pair.second;
  }
  return nullptr;
}

const std::string* Hash::find(std::string_view field) const {
  return const_cast<Hash*>(this)->find_mutable(field);
}

bool Hash::set(std::string_view field, std::string value, const EncodingLimits& limits) {
  if (is_listpack_ &&
      (field.size() > limits.hash_value_bytes || value.size() > limits.hash_value_bytes)) {
    to_table();
  }
  bytes_ += value.size();
  if (std::string* old = find_mutable(field)) {
    bytes_ -= old->size();
    *old = std::move(value);
    return false;
  }
  bytes_ += field.size();
  if (is_listpack_) {
    pairs_.emplace_back(field, std::move(value));
    if (pairs_.size() > std::min(limits.hash_entries, kSmallEntriesMax)) to_table();
  } else {
    table_.insert(field, std::move(value));
  }
  return true;
}

bool Hash::erase(std::string_view field) {
  const std::string* value = find(field);
  if (value == nullptr) return false;
  bytes_ -= field.size() + value->size();
  if (!is_listpack_) return table_.erase(field);
  const auto at = std::find_if(pairs_.begin(), pairs_.end(),
                               [&](const Pair& pair) { return pair.first == field; });
  pairs_.erase(at);
  return true;
}

void Hash::to_table() {
  is_listpack_ = false;
  for (Pair& pair : pairs_) table_.insert(pair.first, std::move(pair.second));
  pairs_.clear();
  pairs_.shrink_to_fit();
}

Hash::Pair Hash::random(std::uint64_t random) const {
  if (is_listpack_) return pairs_[random % pairs_.size()];
  const auto& node = table_.pick(random);
  return {node.key, node.value};
}

std::vector<Hash::Pair> Hash::pairs() const {
  if (is_listpack_) return pairs_;
  std::vector<Pair> out;
  out.reserve(table_.size());
  table_.each(
      [&](const std::string& field, const std::string& value) { out.emplace_back(field, value); });
  return out;
}

std::uint64_t Hash::scan(std::uint64_t cursor, std::vector<Pair>& out) const {
  if (is_listpack_) {
    out = pairs_;
    return 0;
  }
  return table_.scan(cursor, [&](const std::string& field, const std::string& value) {
    out.emplace_back(field, value);
  });
}

}  // namespace decnet::service::redis
