// Cursors: where a page of a list begins, as a text that clients hand back unread. One is bound to
// the list, the filters and the sort that it came from.
//
//   const std::string text = write_cursor({.key = page.keys.back()}, binding);
//   const auto cursor = read_cursor(text, binding);       // another binding: invalid_argument
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/page.h"

namespace decnet::api {

// Of a longer text in a key only the beginning goes into the cursor: rows that begin alike for so
// long may be passed over.
inline constexpr std::size_t kCursorTextBytesMax = 1'500;

struct Cursor {
  store::Key key;
  bool is_backwards = false;  // The page ends in front of the key.
};

// `order` is the list's: which side of a text that was cut is the far one.
std::string write_cursor(const Cursor& cursor, std::string_view binding, store::Order order);

// Errors: invalid_argument (malformed, or bound to something else).
Result<Cursor> read_cursor(std::string_view text, std::string_view binding);

}  // namespace decnet::api
