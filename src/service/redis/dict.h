// A hash table keyed by strings that iterates as redis's does: power-of-two tables, cursors that
// count up in reversed bits, so that SCAN sees every key that stays, however the table grows or
// shrinks meanwhile. The hash is keyed with a secret of the server, against floods of collisions.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace decnet::service::redis {

struct HashSeed {
  std::uint64_t a = 0, b = 0;
};

std::uint64_t sip_hash(std::string_view bytes, HashSeed seed) noexcept;

inline std::uint64_t reverse_bits(std::uint64_t v) noexcept {
  v = ((v >> 1) & 0x5555555555555555ULL) | ((v & 0x5555555555555555ULL) << 1);
  v = ((v >> 2) & 0x3333333333333333ULL) | ((v & 0x3333333333333333ULL) << 2);
  v = ((v >> 4) & 0x0f0f0f0f0f0f0f0fULL) | ((v & 0x0f0f0f0f0f0f0f0fULL) << 4);
  return __builtin_bswap64(v);
}

template <class T>
class Dict {
 public:
  struct Node {
    std::string key;
    T value;
    std::unique_ptr<Node> next;
  };

  explicit Dict(HashSeed seed) : seed_(seed) {}
  Dict(Dict&&) noexcept = default;
  Dict& operator=(Dict&&) noexcept = default;
  ~Dict() { clear(); }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  HashSeed seed() const noexcept { return seed_; }

  T* find(std::string_view key) noexcept {
    if (buckets_.empty()) return nullptr;
    for (Node* node = buckets_[bucket_of(key)].get(); node != nullptr; node = node->next.get()) {
      if (node->key == key) return &node->value;
    }
    return nullptr;
  }
  const T* find(std::string_view key) const noexcept { return const_cast<Dict*>(this)->find(key); }
  bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }

  // The value at `key`, made from `value` if there was none; second: it was made.
  std::pair<T*, bool> insert(std::string_view key, T value) {
    if (T* found = find(key)) return {found, false};
    if (size_ >= buckets_.size()) resize(std::max<std::size_t>(4, std::bit_ceil(size_ + 1)));
    auto& head = buckets_[bucket_of(key)];
    head = std::make_unique<Node>(Node{std::string(key), std::move(value), std::move(head)});
    ++size_;
    return {&head->value, true};
  }
  void set(std::string_view key, T value) {
    const auto [at, made] = insert(key, T{});
    *at = std::move(value);
  }

  bool erase(std::string_view key) {
    if (buckets_.empty()) return false;
    std::unique_ptr<Node>* link = &buckets_[bucket_of(key)];
    while (*link && (*link)->key != key) link = &(*link)->next;
    if (!*link) return false;
    *link = std::move((*link)->next);
    --size_;
    if (buckets_.size() > 4 && size_ * 10 < buckets_.size()) {
      resize(std::max<std::size_t>(4, std::bit_ceil(size_)));
    }
    return true;
  }

  void clear() noexcept {
    for (auto& head : buckets_) {
      while (head) head = std::move(head->next);  // Chains may be long: no recursion.
    }
    buckets_.clear();
    size_ = 0;
  }

  // visit(key, value); erasing while it runs is not allowed.
  template <class Visit>
  void each(Visit visit) const {
    for (const auto& head : buckets_) {
      for (const Node* node = head.get(); node != nullptr; node = node->next.get()) {
        visit(node->key, node->value);
      }
    }
  }

  // Visits one bucket and returns the cursor of the next; 0 when all were seen.
  template <class Visit>
  std::uint64_t scan(std::uint64_t cursor, Visit visit) const {
    if (size_ == 0) return 0;
    const std::uint64_t mask = buckets_.size() - 1;
    for (const Node* node = buckets_[cursor & mask].get(); node != nullptr;
         node = node->next.get()) {
      visit(node->key, node->value);
    }
    return reverse_bits(reverse_bits(cursor | ~mask) + 1);
  }

  // Some key, by the random number given. The dict must not be empty.
  const Node& pick(std::uint64_t random) const noexcept {
    std::size_t at = random & (buckets_.size() - 1);
    while (!buckets_[at]) at = (at + 1) & (buckets_.size() - 1);
    std::size_t length = 0;
    for (const Node* node = buckets_[at].get(); node != nullptr; node = node->next.get()) ++length;
    const Node* node = buckets_[at].get();
    for (std::size_t skip = (random >> 32) % length; skip > 0; --skip) node = node->next.get();
    return *node;
  }

  std::size_t table_size() const noexcept { return buckets_.size(); }

 private:
  std::size_t bucket_of(std::string_view key) const noexcept {
    return sip_hash(key, seed_) & (buckets_.size() - 1);
  }
  void resize(std::size_t count) {
    std::vector<std::unique_ptr<Node>> old(count);
    old.swap(buckets_);
    for (auto& head : old) {
      while (head) {
        std::unique_ptr<Node> node = std::move(head);
        head = std::move(node->next);
        auto& to = buckets_[bucket_of(node->key)];
        node->next = std::move(to);
        to = std::move(node);
      }
    }
  }

  HashSeed seed_;
  std::vector<std::unique_ptr<Node>> buckets_;
  std::size_t size_ = 0;
};

}  // namespace decnet::service::redis
