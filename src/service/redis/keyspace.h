// The keys of a decky: sixteen databases, their expiry, and what they cost.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "service/redis/limits.h"
#include "service/redis/stream.h"
#include "service/redis/value.h"
#include "service/redis/zset.h"

namespace decnet::service::redis {

inline constexpr std::int64_t kNoExpiry = -1;

struct Object {
  Type type = Type::string;
  Encoding string_encoding = Encoding::raw;
  std::string string;                    // Of a string.
  std::unique_ptr<Container> container;  // Of everything else.
  std::int64_t expires_ms = kNoExpiry;   // Kept by Keyspace::set_expiry.
  std::int64_t accessed_ms = 0;
  std::size_t cost = 0;

  // A string in the encoding that SET gives it.
  static Object of_string(std::string bytes);
  static Object of_raw(std::string bytes);  // APPEND, SETRANGE: never int or embstr.
  static Object of(Type type, std::unique_ptr<Container> container);
  Object clone() const;

  Encoding encoding() const noexcept {
    return type == Type::string ? string_encoding : container->encoding();
  }
  List& list() const { return static_cast<List&>(*container); }
  Set& set() const { return static_cast<Set&>(*container); }
  Hash& hash() const { return static_cast<Hash&>(*container); }
  SortedSet& zset() const { return static_cast<SortedSet&>(*container); }
  Stream& stream() const { return static_cast<Stream&>(*container); }
};

// Bytes that all redis deckies of this process hold together, key spaces and buffers. See
// kProcessBytesMax.
class ProcessBytes {
 public:
  static void change(std::int64_t by) noexcept;
  static bool has_room() noexcept;
};

class Keyspace {
 public:
  explicit Keyspace(HashSeed seed);
  ~Keyspace();
  Keyspace(const Keyspace&) = delete;
  Keyspace& operator=(const Keyspace&) = delete;

  HashSeed seed() const noexcept { return seed_; }

  // The object, or null; also where its time has come. Valid until the next change of the key
  // space.
  Object* find(int db, std::string_view key, std::int64_t now_ms);
  // Expired keys count until they are taken, as in the genuine server.
  std::size_t size(int db) const { return databases_[at(db)].keys.size(); }
  std::size_t expiring(int db) const { return databases_[at(db)].by_expiry.size(); }
  std::int64_t average_ttl_ms(int db, std::int64_t now_ms) const;

  // Puts `object` there in place of what there was, without expiry.
  Object& put(int db, std::string_view key, Object object);
  bool erase(int db, std::string_view key);
  void set_expiry(int db, std::string_view key, std::int64_t expires_ms);
  void clear(int db);
  void swap(int a, int b);
  // Counts the object's bytes again after a change.
  void recount(int db, std::string_view key);

  // Takes keys whose time has come, at most `max`, and tells of each.
  using OnExpired = std::function<void(int db, const std::string& key)>;
  void expire(std::int64_t now_ms, std::size_t max, const OnExpired& told);

  const Dict<Object>& keys(int db) const { return databases_[at(db)].keys; }

  std::size_t bytes() const noexcept { return bytes_; }
  bool has_room() const noexcept;  // For one more write.

 private:
  struct Database {
    explicit Database(HashSeed seed) : keys(seed) {}
    Dict<Object> keys;
    std::set<std::pair<std::int64_t, std::string>> by_expiry;
  };
  static std::size_t at(int db) { return static_cast<std::size_t>(db); }
  void account(std::int64_t by) noexcept;

  HashSeed seed_;
  std::vector<Database> databases_;
  std::size_t bytes_ = 0;
  std::size_t keys_ = 0;
};

}  // namespace decnet::service::redis
