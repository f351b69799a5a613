// Reading lists: keyset paging. A page begins behind a key and not at an offset, so that page 2,000
// costs what page 1 does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace decnet::store {

// The one sequence of the store: every event and every change takes the next number, in the order
// of commits.
using Sequence = std::int64_t;

inline constexpr std::size_t kPageRowsMax =
    10'000;  // The API asks for at most 200; the stream's resume for this many.

enum class Order : std::uint8_t { ascending, descending };

// The place of a row in a sorted list: its sort column's value (integers as they are, text as text)
// and its row id.
struct Key {
  std::int64_t number = 0;
  std::string text;
  std::int64_t id = 0;
};

struct PageRequest {
  std::string sort;  // A column that the list names in its header; empty: its default.
  Order order = Order::descending;
  std::size_t limit = 50;    // 1 … kPageRowsMax; others are clamped.
  std::optional<Key> after;  // Rows behind this key, in the list's order.
  std::optional<Key>
      before;  // Rows in front of it (still delivered in the list's order). At most one of the two.
};

template <class Row>
struct Page {
  std::vector<Row> rows;
  std::vector<Key> keys;  // One a row.
  bool more_after = false;
  bool more_before = false;
};

struct TimeRange {
  std::optional<TimePoint> since;  // Included.
  std::optional<TimePoint> until;  // Excluded.
};

struct ValueCount {
  std::string value;
  std::uint64_t count = 0;
};

struct RatePoint {
  TimePoint at{};
  std::uint64_t total = 0;
  std::uint64_t critical = 0;  // Of severity warning or error.
};

}  // namespace decnet::store
