#include "bus/outbox.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace decnet::bus {
namespace {

using Kind = Outbox::Kind;

SharedBytes owned(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

// Everything that is queued, as the socket would see it.
std::string contents(const Outbox& box) {
  std::array<iovec, 64> pieces;
  std::string out;
  const auto count = box.pieces(pieces);
  for (std::size_t n = 0; n < count; ++n)
    out.append(static_cast<const char*>(pieces[n].iov_base), pieces[n].iov_len);
  return out;
}

std::size_t push(Outbox& box, const std::string& text, Kind kind = Kind::event) {
  const auto bytes = owned(text);
  return box.push(*bytes, bytes, kind);
}

TEST(Outbox, keeps_the_order_and_counts_whole_events_only) {
  Outbox box({});
  push(box, "one,");
  push(box, "pong,", Kind::answer);
  push(box, "two,");
  EXPECT_EQ(contents(box), "one,pong,two,");
  EXPECT_EQ(box.frames(), 3U);
  EXPECT_EQ(box.bytes(), 13U);
  EXPECT_EQ(box.sent(3), 0U) << "a part is no delivery";
  EXPECT_EQ(contents(box), ",pong,two,");
  EXPECT_EQ(box.sent(2), 1U);
  EXPECT_EQ(contents(box), "ong,two,");
  EXPECT_EQ(box.answers(), 1U);
  EXPECT_EQ(box.sent(8), 1U);
  EXPECT_TRUE(box.empty());
  EXPECT_EQ(box.bytes(), 0U);
  EXPECT_EQ(box.answers(), 0U);
}

TEST(Outbox, full_by_frames_it_drops_the_oldest) {
  Outbox box({.bytes = 1000, .frames = 3});
  for (const auto* text : {"a", "b", "c"}) EXPECT_EQ(push(box, text), 0U);
  EXPECT_EQ(push(box, "d"), 1U);
  EXPECT_EQ(contents(box), "bcd");
}

TEST(Outbox, full_by_bytes_it_drops_as_many_as_it_must) {
  Outbox box({.bytes = 10, .frames = 100});
  for (const auto* text : {"aaa", "bbb", "ccc"}) EXPECT_EQ(push(box, text), 0U);
  EXPECT_EQ(push(box, "dddddd"), 2U);
  EXPECT_EQ(contents(box), "cccdddddd");
  EXPECT_EQ(push(box, std::string(11, 'e')), 1U) << "what can never fit goes alone";
  EXPECT_EQ(contents(box), "cccdddddd");
}

TEST(Outbox, never_drops_a_frame_of_which_a_part_is_sent) {
  Outbox box({.bytes = 1000, .frames = 3});
  for (const auto* text : {"aaa", "bbb", "ccc"}) push(box, text);
  box.sent(1);
  EXPECT_EQ(push(box, "ddd"), 1U);
  EXPECT_EQ(contents(box), "aacccddd");
  EXPECT_EQ(push(box, "eee"), 1U);
  EXPECT_EQ(contents(box), "aadddeee");
  Outbox one({.bytes = 1000, .frames = 1});
  push(one, "aaa");
  one.sent(1);
  EXPECT_EQ(push(one, "bbb"), 1U) << "there is nothing else to drop";
  EXPECT_EQ(contents(one), "aa");
}

TEST(Outbox, never_drops_an_answer) {
  Outbox box({.bytes = 1000, .frames = 3});
  push(box, "P", Kind::answer);
  push(box, "a");
  push(box, "Q", Kind::answer);
  EXPECT_EQ(push(box, "b"), 1U);
  EXPECT_EQ(contents(box), "PQb");
  EXPECT_EQ(push(box, "R", Kind::answer), 0U) << "answers come on top";
  EXPECT_EQ(contents(box), "PQbR");
  EXPECT_EQ(box.answers(), 3U);
}

TEST(Outbox, frames_that_lie_side_by_side_go_as_one_piece) {
  const auto bytes = owned("onetwothree");
  const std::string_view all = *bytes;
  Outbox box({});
  box.push(all.substr(0, 3), bytes, Kind::event);
  box.push(all.substr(3, 3), bytes, Kind::event);
  push(box, "other");
  box.push(all.substr(6), bytes, Kind::event);
  std::array<iovec, 8> pieces;
  EXPECT_EQ(box.pieces(pieces), 3U);
  EXPECT_EQ(contents(box), "onetwootherthree");
  std::array<iovec, 2> few;
  EXPECT_EQ(box.pieces(few), 2U) << "as many as there is place for";
}

TEST(Outbox, borrowed_frames_survive_their_buffer) {
  for (const std::size_t kept : {1U, 4U}) {  // A small and a large part of the buffer.
    std::string buffer = "aaaabbbbccccdddd";
    Outbox box({});
    push(box, "before,");
    for (std::size_t n = 0; n < kept; ++n)
      box.push(std::string_view(buffer).substr(n * 4, 4), nullptr, Kind::event);
    push(box, ",between,");
    if (kept > 1) box.sent(9);  // Into the middle of the first borrowed one.
    const std::string want = contents(box);
    SharedBytes copy;
    box.own_borrowed(buffer, copy);
    EXPECT_EQ(copy != nullptr, kept == 4) << "a small part gets a small copy";
    buffer.assign(buffer.size(), 'x');
    EXPECT_EQ(contents(box), want);
  }
}

TEST(Outbox, one_copy_of_the_buffer_serves_all) {
  std::string buffer = "aaaabbbb";
  Outbox one({}), other({});
  for (Outbox* box : {&one, &other}) box->push(buffer, nullptr, Kind::event);
  SharedBytes copy;
  one.own_borrowed(buffer, copy);
  const auto* first = copy.get();
  other.own_borrowed(buffer, copy);
  EXPECT_EQ(copy.get(), first);
  EXPECT_EQ(copy.use_count(), 3);
}

TEST(Outbox, dropping_and_sending_forget_what_was_borrowed) {
  std::string buffer = "aabbccdd";
  Outbox box({.bytes = 1000, .frames = 2});
  for (std::size_t n = 0; n < 4; ++n)
    box.push(std::string_view(buffer).substr(n * 2, 2), nullptr, Kind::event);
  EXPECT_EQ(contents(box), "ccdd");
  box.sent(2);
  SharedBytes copy;
  box.own_borrowed(buffer, copy);
  buffer.assign(buffer.size(), 'x');
  EXPECT_EQ(contents(box), "dd");
}

TEST(Outbox, a_long_life_does_not_grow_it) {
  Outbox box({});
  for (int n = 0; n < 100'000; ++n) {
    push(box, "0123456789");
    if (n > 10) box.sent(10);
  }
  EXPECT_EQ(box.frames(), 11U);
  EXPECT_EQ(box.bytes(), 110U);
  EXPECT_EQ(contents(box).size(), 110U);
}

TEST(Outbox, says_how_full_it_is) {
  Outbox box({.bytes = 100, .frames = 10});
  EXPECT_DOUBLE_EQ(box.fill(), 0);
  push(box, std::string(50, 'a'));
  EXPECT_DOUBLE_EQ(box.fill(), 0.5);
  for (int n = 0; n < 7; ++n) push(box, "b");
  EXPECT_DOUBLE_EQ(box.fill(), 0.8);
}

}  // namespace
}  // namespace decnet::bus
