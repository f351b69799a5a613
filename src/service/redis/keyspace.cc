#include "service/redis/keyspace.h"

#include <atomic>

#include "service/redis/number.h"

namespace decnet::service::redis {

namespace {

constexpr std::size_t kKeyBytes = 192;  // What a key costs beyond its bytes, roughly.
constexpr std::size_t kEmbstrBytesMax = 44;

std::atomic<std::int64_t> process_bytes{0};

}  // namespace

void ProcessBytes::change(std::int64_t by) noexcept {
  process_bytes.fetch_add(by, std::memory_order_relaxed);
}

bool ProcessBytes::has_room() noexcept {
  return process_bytes.load(std::memory_order_relaxed) <
         static_cast<std::int64_t>(kProcessBytesMax);
}

Object Object::of_string(std::string bytes) {
  Object object;
  object.string_encoding = bytes.size() <= 20 && parse_integer(bytes) ? Encoding::integer
                           : bytes.size() <= kEmbstrBytesMax          ? Encoding::embstr
                                                                      : Encoding::raw;
  object.string = std::move(bytes);
  return object;
}

Object Object::of_raw(std::string bytes) {
  Object object;
  object.string = std::move(bytes);
  return object;
}

Object Object::of(Type type, std::unique_ptr<Container> container) {
  Object object;
  object.type = type;
  object.container = std::move(container);
  return object;
}

Object Object::clone() const {
  Object copy;
  copy.type = type;
  copy.string_encoding = string_encoding;
  copy.string = string;
  if (container) copy.container = container->clone();
  return copy;
}

Keyspace::Keyspace(HashSeed seed) : seed_(seed) {
  databases_.reserve(kDatabases);
  for (int db = 0; db < kDatabases; ++db) databases_.emplace_back(seed);
}

Keyspace::~Keyspace() {
  account(-static_cast<std::int64_t>(bytes_));
}

void Keyspace::account(std::int64_t by) noexcept {
  bytes_ = static_cast<std::size_t>(static_cast<std::int64_t>(bytes_) + by);
  ProcessBytes::change(by);
}

bool Keyspace::has_room() const noexcept {
  return bytes_ < kDatasetBytesMax && keys_ < kKeysMax && ProcessBytes::has_room();
}

Object* Keyspace::find(int db, std::string_view key, std::int64_t now_ms) {
  Object* object = databases_[at(db)].keys.find(key);
  if (object == nullptr) return nullptr;
  return object->expires_ms != kNoExpiry && object->expires_ms < now_ms ? nullptr : object;
}

std::int64_t Keyspace::average_ttl_ms(int db, std::int64_t now_ms) const {
  constexpr std::int64_t kSamples = 64;
  std::int64_t sum = 0;
  std::int64_t count = 0;
  for (const auto& [when, key] : databases_[at(db)].by_expiry) {
    if (count == kSamples) break;
    sum += std::max<std::int64_t>(0, when - now_ms);
    ++count;
  }
  return count == 0 ? 0 : sum / count;
}

Object& Keyspace::put(int db, std::string_view key, Object object) {
  set_expiry(db, key, kNoExpiry);
  Database& database = databases_[at(db)];
  const auto [slot, made] = database.keys.insert(key, Object{});
  if (made) {
    ++keys_;
    slot->cost = key.size() + kKeyBytes;
    account(static_cast<std::int64_t>(slot->cost));
  }
  object.cost = slot->cost;
  object.expires_ms = kNoExpiry;
  *slot = std::move(object);
  recount(db, key);
  return *slot;
}

void Keyspace::recount(int db, std::string_view key) {
  Object* object = databases_[at(db)].keys.find(key);
  if (object == nullptr) return;
  const std::size_t cost = key.size() + kKeyBytes + object->string.size() +
                           (object->container ? object->container->bytes() + kKeyBytes : 0);
  account(static_cast<std::int64_t>(cost) - static_cast<std::int64_t>(object->cost));
  object->cost = cost;
}

bool Keyspace::erase(int db, std::string_view key) {
  Database& database = databases_[at(db)];
  const Object* object = database.keys.find(key);
  if (object == nullptr) return false;
  account(-static_cast<std::int64_t>(object->cost));
  --keys_;
  set_expiry(db, key, kNoExpiry);
  return database.keys.erase(key);
}

void Keyspace::set_expiry(int db, std::string_view key, std::int64_t expires_ms) {
  Database& database = databases_[at(db)];
  Object* object = database.keys.find(key);
  if (object == nullptr || object->expires_ms == expires_ms) return;
  if (object->expires_ms != kNoExpiry) {
    database.by_expiry.erase({object->expires_ms, std::string(key)});
  }
  object->expires_ms = expires_ms;
  if (expires_ms != kNoExpiry) database.by_expiry.emplace(expires_ms, key);
}

void Keyspace::clear(int db) {
  Database& database = databases_[at(db)];
  std::int64_t freed = 0;
  database.keys.each([&](const std::string&, const Object& object) {
    freed += static_cast<std::int64_t>(object.cost);
  });
  account(-freed);
  keys_ -= database.keys.size();
  database.keys.clear();
  database.by_expiry.clear();
}

void Keyspace::swap(int a, int b) {
  std::swap(databases_[at(a)], databases_[at(b)]);
}

void Keyspace::expire(std::int64_t now_ms, std::size_t max, const OnExpired& told) {
  for (int db = 0; db < kDatabases; ++db) {
    auto& by_expiry = databases_[at(db)].by_expiry;
    while (max > 0 && !by_expiry.empty() && by_expiry.begin()->first < now_ms) {
      const std::string key = by_expiry.begin()->second;
      erase(db, key);
      told(db, key);
      --max;
    }
  }
}

}  // namespace decnet::service::redis
