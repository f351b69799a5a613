// A time range over buckets of one width: the buckets that lie in it whole, and what is left at its
// ends.
#pragma once

#include <limits>
#include <vector>

#include "store/page.h"
#include "store/sqlite/rollup_fold.h"

namespace decnet::store::sqlite {

struct BucketParts {
  std::int64_t first = 0, end = 0;  // Whole buckets: first … end - 1.
  std::vector<TimeRange> edges;     // Each with both ends.
};

inline constexpr std::int64_t kBucketMin = std::numeric_limits<std::int64_t>::min() / 2;
inline constexpr std::int64_t kBucketMax = std::numeric_limits<std::int64_t>::max() / 2;

inline BucketParts split_range(const TimeRange& range, Duration width) {
  BucketParts out{.first = kBucketMin, .end = kBucketMax, .edges = {}};
  if (range.since) {
    out.first = bucket_of(*range.since, width);
    if (start_of_bucket(out.first, width) != *range.since) ++out.first;
  }
  if (range.until) out.end = bucket_of(*range.until, width);
  if (out.first > out.end) {  // Both ends in one bucket.
    out.end = out.first;
    out.edges.push_back(range);
    return out;
  }
  const auto edge = [&](TimePoint from, TimePoint to) {
    if (from < to) out.edges.push_back({.since = from, .until = to});
  };
  if (range.since) edge(*range.since, start_of_bucket(out.first, width));
  if (range.until) edge(start_of_bucket(out.end, width), *range.until);
  return out;
}

}  // namespace decnet::store::sqlite
