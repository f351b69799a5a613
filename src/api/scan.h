// Filtering by what the store does not know: reads page after page and keeps the rows that fit,
// until there are enough or kScanRowsMax have been looked at. The page may then be short, or empty,
// and still have a next one.
#pragma once

#include <algorithm>
#include <optional>

#include "base/try.h"
#include "store/page.h"

namespace decnet::api {

inline constexpr std::size_t kScanRowsMax = 20'000;
inline constexpr std::size_t kScanPageRows = 1'000;

template <class Row>
struct Scan {
  store::Page<Row> page;
  // The last row that was looked at, where the scan may go on: the next page begins behind it (or,
  // backwards, ends in front of it).
  std::optional<store::Key> reached;
};

// `fetch(PageRequest)` returns Result<Page<Row>>, `keep(row)` whether it fits.
template <class Row, class Fetch, class Keep>
Result<Scan<Row>> scan(const store::PageRequest& wanted, Fetch fetch, Keep keep) {
  const bool backwards = wanted.before.has_value();
  Scan<Row> out;
  auto& kept = out.page;
  store::PageRequest request = wanted;
  request.limit = kScanPageRows;
  bool more = true;
  for (std::size_t looked_at = 0;
       more && looked_at < kScanRowsMax && kept.rows.size() < wanted.limit;) {
    auto page = DECNET_TRY(fetch(request));
    const std::size_t rows = page.rows.size();
    if (looked_at == 0) {  // What lies on the side that the page came from.
      (backwards ? kept.more_after : kept.more_before) =
          backwards ? page.more_after : page.more_before;
    }
    const bool more_pages = backwards ? page.more_before : page.more_after;
    more = more_pages;
    for (std::size_t n = 0; n < rows && kept.rows.size() < wanted.limit; ++n) {
      const std::size_t at = backwards ? rows - 1 - n : n;
      out.reached = page.keys[at];
      more = more_pages || n + 1 < rows;
      if (!keep(page.rows[at])) continue;
      kept.rows.push_back(std::move(page.rows[at]));
      kept.keys.push_back(page.keys[at]);
    }
    if (rows == 0) break;
    looked_at += rows;
    (backwards ? request.before : request.after) = *out.reached;
  }
  (backwards ? kept.more_before : kept.more_after) = more;
  if (!more) out.reached.reset();
  if (backwards) {
    std::reverse(kept.rows.begin(), kept.rows.end());
    std::reverse(kept.keys.begin(), kept.keys.end());
  }
  return out;
}

}  // namespace decnet::api
