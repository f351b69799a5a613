// A sorted set: members by score, then by bytes; ranks in logarithmic time.
#pragma once

#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>

#include "service/redis/value.h"

namespace decnet::service::redis {

// "5", "(5", "-inf": an end of a range of scores.
struct ScoreBound {
  double score = 0;
  bool exclusive = false;
};
struct ScoreRange {
  ScoreBound low, high;
  bool contains(double score) const noexcept {
    return (low.exclusive ? score > low.score : score >= low.score) &&
           (high.exclusive ? score < high.score : score <= high.score);
  }
};

// "[a", "(a", "-", "+": an end of a range of members that share one score.
struct LexBound {
  enum class Kind : std::uint8_t { least, member, greatest };
  Kind kind = Kind::member;
  bool exclusive = false;
  std::string member;
};
struct LexRange {
  LexBound low, high;
  bool above_low(std::string_view member) const noexcept;
  bool below_high(std::string_view member) const noexcept;
};

class SortedSet final : public Container {
 public:
  struct Entry {
    double score = 0;
    std::string member;
    bool operator<(const Entry& other) const noexcept {
      return score != other.score ? score < other.score : member < other.member;
    }
  };

  explicit SortedSet(HashSeed seed) : scores_(seed) {}
  SortedSet(const SortedSet& other);
  SortedSet(SortedSet&& other) noexcept;  // `other` is then good for nothing.

  std::size_t size() const noexcept override { return scores_.size(); }
  std::size_t bytes() const noexcept override { return 2 * bytes_ + size() * kElementBytes * 3; }
  Encoding encoding() const noexcept override {
    return is_listpack_ ? Encoding::listpack : Encoding::skiplist;
  }
  std::unique_ptr<Container> clone() const override { return std::make_unique<SortedSet>(*this); }

  bool set(std::string_view member, double score,
           const EncodingLimits& limits);  // True: it is new.
  bool erase(std::string_view member);
  std::optional<double> score(std::string_view member) const;
  std::optional<std::size_t> rank(std::string_view member) const;
  Entry at(std::size_t rank) const;  // rank < size()
  Entry random(std::uint64_t random) const { return at(random % size()); }

  // Entries of ranks [first, last), front to back.
  std::vector<Entry> range(std::size_t first, std::size_t last) const;
  // The half-open run of ranks that lies in the range.
  std::pair<std::size_t, std::size_t> ranks_of(const ScoreRange& range) const;
  std::pair<std::size_t, std::size_t> ranks_of(const LexRange& range) const;

  std::uint64_t scan(std::uint64_t cursor, std::vector<Entry>& out) const;

 private:
  using Tree =
      __gnu_pbds::tree<Entry, __gnu_pbds::null_type, std::less<Entry>, __gnu_pbds::rb_tree_tag,
                       __gnu_pbds::tree_order_statistics_node_update>;
  template <class Below>
  std::size_t count_while(Below below) const;

  bool is_listpack_ = true;
  Dict<double> scores_;
  Tree order_;
  std::size_t bytes_ = 0;
};

}  // namespace decnet::service::redis
