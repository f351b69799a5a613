#include "service/redis/zset.h"

#include <algorithm>

namespace decnet::service::redis {

bool LexRange::above_low(std::string_view member) const noexcept {
  if (low.kind != LexBound::Kind::member) return low.kind == LexBound::Kind::least;
  return low.exclusive ? member > low.member : member >= low.member;
}

bool LexRange::below_high(std::string_view member) const noexcept {
  if (high.kind != LexBound::Kind::member) return high.kind == LexBound::Kind::greatest;
  return high.exclusive ? member < high.member : member <= high.member;
}

SortedSet::SortedSet(const SortedSet& other)
    : Container(other),
      is_listpack_(other.is_listpack_),
      scores_(other.scores_.seed()),
      order_(other.order_),
      bytes_(other.bytes_) {
  other.scores_.each(
      [this](const std::string& member, double score) { scores_.insert(member, score); });
}

SortedSet::SortedSet(SortedSet&& other) noexcept
    : Container(other),
      is_listpack_(other.is_listpack_),
      scores_(std::move(other.scores_)),
      bytes_(other.bytes_) {
  order_.swap(other.order_);
}

bool SortedSet::set(std::string_view member, double score, const EncodingLimits& limits) {
  if (is_listpack_ && score == 0) score = 0;  // A listpack keeps -0 as the integer 0.
  double* old = scores_.find(member);
  if (old != nullptr) {
    if (*old == score) return false;
    order_.erase({*old, std::string(member)});
    *old = score;
  } else {
    scores_.insert(member, score);
    bytes_ += member.size();
  }
  order_.insert({score, std::string(member)});
  if (is_listpack_ &&
      (member.size() > limits.zset_value_bytes || scores_.size() > limits.zset_entries)) {
    is_listpack_ = false;
  }
  return old == nullptr;
}

bool SortedSet::erase(std::string_view member) {
  const double* score = scores_.find(member);
  if (score == nullptr) return false;
  order_.erase({*score, std::string(member)});
  bytes_ -= member.size();
  return scores_.erase(member);
}

std::optional<double> SortedSet::score(std::string_view member) const {
  const double* found = scores_.find(member);
  if (found == nullptr) return std::nullopt;
  return *found;
}

std::optional<std::size_t> SortedSet::rank(std::string_view member) const {
  const double* found = scores_.find(member);
  if (found == nullptr) return std::nullopt;
  return order_.order_of_key({*found, std::string(member)});
}

SortedSet::Entry SortedSet::at(std::size_t rank) const {
  return *order_.find_by_order(rank);
}

std::vector<SortedSet::Entry> SortedSet::range(std::size_t first, std::size_t last) const {
  std::vector<Entry> out;
  last = std::min(last, size());
  if (first >= last) return out;
  out.reserve(last - first);
  auto at = order_.find_by_order(first);
  for (std::size_t rank = first; rank < last; ++rank, ++at) out.push_back(*at);
  return out;
}

// The rank of the first entry for which `below` is false; it must be true for a front run only.
template <class Below>
std::size_t SortedSet::count_while(Below below) const {
  std::size_t low = 0;
  std::size_t high = size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (below(*order_.find_by_order(middle))) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::pair<std::size_t, std::size_t> SortedSet::ranks_of(const ScoreRange& range) const {
  const std::size_t first = count_while([&](const Entry& entry) {
    return range.low.exclusive ? entry.score <= range.low.score : entry.score < range.low.score;
  });
  const std::size_t last = count_while([&](const Entry& entry) {
    return range.high.exclusive ? entry.score < range.high.score : entry.score <= range.high.score;
  });
  return {first, std::max(first, last)};
}

std::pair<std::size_t, std::size_t> SortedSet::ranks_of(const LexRange& range) const {
  const std::size_t first =
      count_while([&](const Entry& entry) { return !range.above_low(entry.member); });
  const std::size_t last =
      count_while([&](const Entry& entry) { return range.below_high(entry.member); });
  return {first, std::max(first, last)};
}

std::uint64_t SortedSet::scan(std::uint64_t cursor, std::vector<Entry>& out) const {
  if (is_listpack_) {
    out = range(0, size());
    return 0;
  }
  return scores_.scan(cursor, [&](const std::string& member, double score) {
    out.push_back({score, member});
  });
}

}  // namespace decnet::service::redis
