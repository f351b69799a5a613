#include "bus/matcher.h"

#include <algorithm>
#include <functional>

#include "bus/token.h"

namespace decnet::bus {

// One token of the patterns that lead here. Destroyed iteratively: a pattern may have two thousand
// tokens, and that many patterns' worth of recursion is not for a stack.
struct Matcher::Node {
  std::unordered_map<std::string, std::unique_ptr<Node>, Hash, std::equal_to<>> named;
  std::unique_ptr<Node> any_one;
  std::vector<Id> here;  // Patterns that end here.
  std::vector<Id> tail;  // Patterns that end here with '>'.

  bool is_empty() const noexcept {
    return named.empty() && !any_one && here.empty() && tail.empty();
  }
};

namespace {

bool insert_sorted(std::vector<Matcher::Id>& ids, Matcher::Id id) {
  const auto at = std::lower_bound(ids.begin(), ids.end(), id);
  if (at != ids.end() && *at == id) return false;
  ids.insert(at, id);
  return true;
}

bool erase_sorted(std::vector<Matcher::Id>& ids, Matcher::Id id) {
  const auto at = std::lower_bound(ids.begin(), ids.end(), id);
  if (at == ids.end() || *at != id) return false;
  ids.erase(at);
  return true;
}

}  // namespace

Matcher::Matcher() : root_(std::make_unique<Node>()) {}

Matcher::~Matcher() {
  std::vector<std::unique_ptr<Node>> doomed;
  doomed.push_back(std::move(root_));
  while (!doomed.empty()) {
    const auto node = std::move(doomed.back());
    doomed.pop_back();
    for (auto& [token, child] : node->named) doomed.push_back(std::move(child));
    if (node->any_one) doomed.push_back(std::move(node->any_one));
  }
}

Matcher::Node* Matcher::find_or_make(std::string_view pattern, bool& tail) {
  Node* node = root_.get();
  for (Tokens tokens(pattern); tokens.next();) {
    tail = tokens.token() == kAnyTail;
    if (tail) break;
    if (tokens.token() == kAnyOne) {
      if (!node->any_one) {
        node->any_one = std::make_unique<Node>();
        ++nodes_;
      }
      node = node->any_one.get();
      continue;
    }
    auto found = node->named.find(tokens.token());
    if (found == node->named.end()) {
      found = node->named.emplace(std::string(tokens.token()), std::make_unique<Node>()).first;
      ++nodes_;
    }
    node = found->second.get();
  }
  return node;
}

bool Matcher::add(const Pattern& pattern, Id id) {
  bool tail = false;
  Node* node = find_or_make(pattern.text(), tail);
  if (!insert_sorted(tail ? node->tail : node->here, id)) return false;
  ++generation_;
  ++size_;
  return true;
}

bool Matcher::remove(const Pattern& pattern, Id id) {
  bool tail = false;
  Node* node = find_or_make(pattern.text(), tail);
  const bool removed = erase_sorted(tail ? node->tail : node->here, id);
  prune(pattern.text());
  if (!removed) return false;
  ++generation_;
  --size_;
  return true;
}

// Takes the nodes of a pattern away that nobody needs any more, from the last one up.
void Matcher::prune(std::string_view pattern) {
  struct Step {
    Node* parent;
    std::string_view token;
  };
  std::vector<Step> path;
  Node* node = root_.get();
  for (Tokens tokens(pattern); tokens.next() && tokens.token() != kAnyTail;) {
    path.push_back({node, tokens.token()});
    node = tokens.token() == kAnyOne ? node->any_one.get()
                                     : node->named.find(tokens.token())->second.get();
  }
  for (; !path.empty() && node->is_empty(); path.pop_back()) {
    const auto [parent, token] = path.back();
    if (token == kAnyOne)
      parent->any_one.reset();
    else
      parent->named.erase(parent->named.find(token));
    --nodes_;
    node = parent;
  }
}

// Level by level, so that neither the depth of a topic nor that of the patterns costs stack. Each
// node is reached by one path only: the work is bounded by the size of the trie.
void Matcher::walk(std::string_view topic, std::vector<Id>& out) {
  out.clear();
  level_.assign(1, root_.get());
  bool malformed = false;
  for (Tokens tokens(topic); tokens.next();) {
    if (tokens.token().empty()) {
      malformed = true;
      break;
    }
    next_level_.clear();
    visited_ += level_.size();
    for (const Node* node : level_) {
      out.insert(out.end(), node->tail.begin(), node->tail.end());
      if (node->any_one) next_level_.push_back(node->any_one.get());
      const auto found = node->named.find(tokens.token());
      if (found != node->named.end()) next_level_.push_back(found->second.get());
    }
    level_.swap(next_level_);
    // Even with no node left the rest is looked at: a topic that ends badly is matched by nobody.
  }
  if (malformed) {
    out.clear();
    return;
  }
  for (const Node* node : level_) out.insert(out.end(), node->here.begin(), node->here.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

std::span<const Matcher::Id> Matcher::match(std::string_view topic) {
  if (topic.size() > kMatcherCacheTopicBytesMax) {
    walk(topic, uncached_);
    return uncached_;
  }
  auto found = cache_.find(topic);
  if (found != cache_.end() && found->second.generation == generation_) return found->second.ids;
  if (found == cache_.end()) {
    if (cache_.size() >= kMatcherCacheTopicsMax) {
      cache_.clear();
      cached_ids_ = 0;
    }
    found = cache_.emplace(std::string(topic), Entry{}).first;
  }
  Entry& entry = found->second;
  cached_ids_ -= entry.ids.size();
  walk(topic, entry.ids);
  entry.ids.shrink_to_fit();
  entry.generation = generation_;
  cached_ids_ += entry.ids.size();
  if (cached_ids_ <= kMatcherCacheIdsMax) return entry.ids;
  uncached_.swap(entry.ids);  // Too much is held: the cache starts anew.
  cache_.clear();
  cached_ids_ = 0;
  return uncached_;
}

}  // namespace decnet::bus
