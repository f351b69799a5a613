#include "api/cursor.h"

#include <gtest/gtest.h>

namespace decnet::api {
namespace {

using store::Order;

TEST(Cursor, ComesBackAsItWas) {
  const Cursor cursor{.key = {.number = -5, .text = "ro\0ot", .id = 7}, .is_backwards = true};
  const auto read = read_cursor(write_cursor(cursor, "list", Order::descending), "list");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->key.number, -5);
  EXPECT_EQ(read->key.id, 7);
  EXPECT_EQ(read->key.text, cursor.key.text);
  EXPECT_TRUE(read->is_backwards);
}

TEST(Cursor, IsOfOneListOnly) {
  const auto text = write_cursor({.key = {.number = 1}}, "list", Order::descending);
  EXPECT_EQ(read_cursor(text, "another").error().code, Errc::invalid_argument);
}

TEST(Cursor, IsReadWholeOrNotAtAll) {
  const auto text = write_cursor({.key = {.number = 1}}, "list", Order::descending);
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(read_cursor(text.substr(0, length), "list"));
  }
  EXPECT_FALSE(read_cursor("!" + text, "list"));
  for (std::size_t n = 0; n + 1 < text.size(); ++n) {  // The last one has bits to spare.
    std::string changed = text;
    changed[n] = changed[n] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(read_cursor(changed, "list")) << n;
  }
}

TEST(Cursor, OfALongTextLiesBeyondItsRow) {
  const std::string name(kCursorTextBytesMax + 10, 'x');
  const auto key_of = [&](bool backwards, Order order) {
    const Cursor cursor{.key = {.text = name}, .is_backwards = backwards};
    return read_cursor(write_cursor(cursor, "l", order), "l")->key.text;
  };
  EXPECT_GT(key_of(false, Order::ascending), name);
  EXPECT_LT(key_of(false, Order::descending), name);
  EXPECT_LT(key_of(true, Order::ascending), name);
  EXPECT_GT(key_of(true, Order::descending), name);
}

}  // namespace
}  // namespace decnet::api
