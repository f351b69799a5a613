// Keyset paging over one SELECT.
#pragma once

#include <algorithm>
#include <initializer_list>

#include "store/page.h"
#include "store/sqlite/connection.h"

namespace decnet::store::sqlite {

// "SELECT <sort>, <id>, <columns> FROM <from> WHERE <where> …": the row's own columns begin at
// kFirstColumn.
struct ListQuery {
  std::string columns, from;
  std::string where;  // Conditions joined by AND; empty: none.
  Values values;      // Of `where`, in its order.
  std::string sort;   // The sort column.
  std::string id;     // The row id, which decides between equals.
  bool sorts_text = false;

  ListQuery& add(std::string_view condition) {
    if (!where.empty()) where += " AND ";
    where += condition;
    return *this;
  }
  ListQuery& add(std::string_view condition, Value value) {
    values.push_back(std::move(value));
    return add(condition);
  }
  ListQuery& add_range(const std::string& column, const TimeRange& range) {
    if (range.since) add(column + " >= ?", to_micros(*range.since));
    if (range.until) add(column + " < ?", to_micros(*range.until));
    return *this;
  }
};
inline constexpr int kFirstColumn = 2;

// `wanted` if it is one of `allowed`, the first of them if it is empty. Errors: invalid_argument.
Result<std::string> pick_sort(std::string_view wanted,
                              std::initializer_list<std::string_view> allowed);

std::size_t clamped_limit(const PageRequest& request) noexcept;
Result<Rows> begin_page(Connection& connection, const ListQuery& query, const PageRequest& request);
Key read_key(const Rows& rows, bool sorts_text);

// Sets the two flags and brings the rows into the list's order; one row more than the limit was
// read where there is one.
template <class Row>
void finish_page(Page<Row>& page, const PageRequest& request) {
  const bool more = page.rows.size() > clamped_limit(request);
  if (more) {
    page.rows.pop_back();
    page.keys.pop_back();
  }
  if (request.before) {
    std::reverse(page.rows.begin(), page.rows.end());
    std::reverse(page.keys.begin(), page.keys.end());
  }
  page.more_after = request.before ? true : more;
  page.more_before = request.before ? more : request.after.has_value();
}

// `read(rows)` makes a Result<Row> of the row at hand.
template <class Row, class Read>
Result<Page<Row>> read_page(Connection& connection, const ListQuery& query,
                            const PageRequest& request, const Read& read) {
  Rows rows = DECNET_TRY(begin_page(connection, query, request));
  Page<Row> page;
  page.rows.reserve(std::min<std::size_t>(clamped_limit(request) + 1, 256));
  page.keys.reserve(page.rows.capacity());
  while (DECNET_TRY(rows.next())) {
    page.keys.push_back(read_key(rows, query.sorts_text));
    page.rows.push_back(DECNET_TRY(read(rows)));
  }
  finish_page(page, request);
  return page;
}

// How many rows a list has.
Result<std::uint64_t> count_rows(Connection& connection, const ListQuery& query);

// A LIKE pattern for a substring (or prefix), for use with ESCAPE '\'.
enum class Match : std::uint8_t { prefix, anywhere };
std::string like_pattern(std::string_view text, Match match);
inline constexpr std::size_t kSearchBytesMax = 256;

}  // namespace decnet::store::sqlite
