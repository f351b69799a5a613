// Matcher: who wants a topic, among thousands of patterns. A trie over tokens, with a cache of
// exact topics in front.
//
//   matcher.add("decky.*.state", 7);
//   matcher.match("decky.web-01.state");      // {7}
//
// The cache is bounded by kMatcherCacheTopicsMax and kMatcherCacheIdsMax; when full it starts anew.
// A change of the trie raises a generation, and an entry of an older one is computed again.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bus/pattern.h"

namespace decnet::bus {

inline constexpr std::size_t kMatcherCacheTopicsMax = 4096;
inline constexpr std::size_t kMatcherCacheIdsMax = 262'144;
inline constexpr std::size_t kMatcherCacheTopicBytesMax = 256;  // Longer topics are not cached.

class Matcher {
 public:
  using Id = std::uint32_t;

  Matcher();
  ~Matcher();

  // Adds `id` under the pattern. False if it is there already.
  bool add(const Pattern& pattern, Id id);
  // Removes exactly that. False if it is not there.
  bool remove(const Pattern& pattern, Id id);

  // Every id with at least one matching pattern, once each, in ascending order. Valid until the
  // next call. A malformed topic is matched by nobody.
  std::span<const Id> match(std::string_view topic);

  std::size_t size() const noexcept { return size_; }  // Pairs of pattern and id.
  std::size_t cached_topics() const noexcept { return cache_.size(); }
  std::size_t nodes() const noexcept { return nodes_; }
  std::uint64_t visited() const noexcept { return visited_; }  // Nodes that match() looked at.

 private:
  struct Node;
  struct Entry {
    std::uint64_t generation = 0;
    std::vector<Id> ids;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  void walk(std::string_view topic, std::vector<Id>& out);
  Node* find_or_make(std::string_view pattern, bool& tail);
  void prune(std::string_view pattern);

  std::unique_ptr<Node> root_;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> cache_;
  std::size_t cached_ids_ = 0;
  std::uint64_t generation_ = 1;
  std::size_t size_ = 0;
  std::size_t nodes_ = 0;
  std::uint64_t visited_ = 0;
  std::vector<Id> uncached_;
  std::vector<const Node*> level_;
  std::vector<const Node*> next_level_;
};

}  // namespace decnet::bus
