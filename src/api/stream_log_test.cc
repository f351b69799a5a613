#include "api/stream_log.h"

#include <gtest/gtest.h>

namespace decnet::api {
namespace {

std::vector<StreamEntry> entries(store::Sequence from, store::Sequence to, std::size_t bytes = 1) {
  std::vector<StreamEntry> out;
  for (store::Sequence seq = from; seq <= to; ++seq) {
    out.push_back({.seq = seq, .topic = "t", .masked = std::string(bytes, 'x')});
  }
  return out;
}

TEST(StreamLog, FindsWhereAReaderGoesOn) {
  StreamLog log;
  log.start(10);
  log.append(entries(12, 14), 15);
  EXPECT_EQ(log.base(), 10);
  EXPECT_EQ(log.last(), 15);
  EXPECT_EQ(log.at(log.index_after(10)).seq, 12);
  EXPECT_EQ(log.at(log.index_after(12)).seq, 13);
  EXPECT_EQ(log.index_after(14), log.end());
}

TEST(StreamLog, NamesEntriesForGood) {
  StreamLog log;
  log.start(0);
  log.append(entries(1, 2), 2);
  const auto second = log.begin() + 1;
  log.append(entries(3, 4), 4);
  EXPECT_EQ(log.at(second).seq, 2);
  log.start(9);
  EXPECT_EQ(log.begin(), log.end());
  EXPECT_GT(log.begin(), second);
}

TEST(StreamLog, DropsTheOldestBeyondItsCount) {
  StreamLog log;
  log.start(0);
  const auto most = static_cast<store::Sequence>(kStreamLogEntriesMax);
  log.append(entries(1, most + 5), most + 5);
  EXPECT_EQ(log.end() - log.begin(), kStreamLogEntriesMax);
  EXPECT_EQ(log.base(), 5);
  EXPECT_EQ(log.at(log.begin()).seq, 6);
}

TEST(StreamLog, DropsTheOldestBeyondItsBytes) {
  StreamLog log;
  log.start(0);
  log.append(entries(1, 3, kStreamLogBytesMax / 2), 3);
  EXPECT_EQ(log.end() - log.begin(), 1U);
  EXPECT_EQ(log.base(), 2);
  log.append(entries(4, 4, 2 * kStreamLogBytesMax), 4);  // One entry always fits.
  EXPECT_EQ(log.end() - log.begin(), 1U);
  EXPECT_EQ(log.at(log.begin()).seq, 4);
}

}  // namespace
}  // namespace decnet::api
