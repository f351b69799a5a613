// What a key holds: lists, sets and hashes (sorted sets: zset.h, streams: stream.h; a string is
// kept in the Object itself). Each knows how the genuine server would encode it, because attackers
// can ask, and because the order in which elements come out depends on it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/redis/dict.h"

namespace decnet::service::redis {

enum class Type : std::uint8_t { string, list, set, zset, hash, stream };
std::string_view to_string(Type type) noexcept;

enum class Encoding : std::uint8_t {
  raw,
  integer,
  embstr,
  quicklist,
  intset,
  hashtable,
  listpack,
  skiplist,
  stream
};
std::string_view to_string(Encoding encoding) noexcept;  // "int"

// Where small encodings end (CONFIG: hash-max-listpack-entries …).
struct EncodingLimits {
  std::size_t hash_entries = 512;
  std::size_t hash_value_bytes = 64;
  std::size_t set_intset_entries = 512;
  std::size_t zset_entries = 128;
  std::size_t zset_value_bytes = 64;
};

// What one element costs beyond its bytes, roughly: for the limit on the key space.
inline constexpr std::size_t kElementBytes = 64;

class Container {
 public:
  virtual ~Container() = default;
  virtual std::size_t size() const noexcept = 0;
  virtual std::size_t bytes() const noexcept = 0;
  virtual Encoding encoding() const noexcept = 0;
  virtual std::unique_ptr<Container> clone() const = 0;
};

class List final : public Container {
 public:
  std::size_t size() const noexcept override { return items_.size(); }
  std::size_t bytes() const noexcept override { return bytes_ + items_.size() * kElementBytes; }
  Encoding encoding() const noexcept override { return Encoding::quicklist; }
  std::unique_ptr<Container> clone() const override { return std::make_unique<List>(*this); }

  const std::string& at(std::size_t index) const { return items_[index]; }
  void push_front(std::string item);
  void push_back(std::string item);
  std::string pop_front();
  std::string pop_back();
  void replace(std::size_t index, std::string item);
  void insert(std::size_t index, std::string item);
  void erase(std::size_t first, std::size_t count);

 private:
  std::deque<std::string> items_;
  std::size_t bytes_ = 0;
};

class Set final : public Container {
 public:
  explicit Set(HashSeed seed) : words_(seed) {}
  Set(const Set& other);
  Set(Set&&) noexcept = default;

  std::size_t size() const noexcept override {
    return is_intset_ ? numbers_.size() : words_.size();
  }
  std::size_t bytes() const noexcept override { return bytes_ + size() * kElementBytes; }
  Encoding encoding() const noexcept override {
    return is_intset_ ? Encoding::intset : Encoding::hashtable;
  }
  std::unique_ptr<Container> clone() const override { return std::make_unique<Set>(*this); }

  bool add(std::string_view member, const EncodingLimits& limits);  // False: it was there.
  bool erase(std::string_view member);
  bool contains(std::string_view member) const;
  std::string random(std::uint64_t random) const;  // Not of an empty set.
  std::vector<std::string> members() const;        // In the order of iteration.
  std::uint64_t scan(std::uint64_t cursor, std::vector<std::string>& out) const;

 private:
  struct Nothing {};
  void to_words();

  bool is_intset_ = true;
  std::vector<std::int64_t> numbers_;  // sorted
  Dict<Nothing> words_;
  std::size_t bytes_ = 0;
};

class Hash final : public Container {
 public:
  explicit Hash(HashSeed seed) : table_(seed) {}
  Hash(const Hash& other);

  std::size_t size() const noexcept override {
    return is_listpack_ ? pairs_.size() : table_.size();
  }
  std::size_t bytes() const noexcept override { return bytes_ + size() * kElementBytes * 2; }
  Encoding encoding() const noexcept override {
    return is_listpack_ ? Encoding::listpack : Encoding::hashtable;
  }
  std::unique_ptr<Container> clone() const override { return std::make_unique<Hash>(*this); }

  using Pair = std::pair<std::string, std::string>;
  bool set(std::string_view field, std::string value,
           const EncodingLimits& limits);  // True: it is new.
  bool erase(std::string_view field);
  const std::string* find(std::string_view field) const;  // Until the next change.
  Pair random(std::uint64_t random) const;                // Not of an empty hash.
  std::vector<Pair> pairs() const;                        // In the order of iteration.
  std::uint64_t scan(std::uint64_t cursor, std::vector<Pair>& out) const;

 private:
  std::string* find_mutable(std::string_view field);
  void to_table();

  bool is_listpack_ = true;
  std::vector<Pair> pairs_;  // in the order of their coming
  Dict<std::string> table_;
  std::size_t bytes_ = 0;
};

}  // namespace decnet::service::redis
