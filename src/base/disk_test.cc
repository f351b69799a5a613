#include "base/disk.h"

#include <gtest/gtest.h>

namespace decnet {
namespace {

constexpr std::uint64_t kMib = 1ULL << 20;
constexpr DiskLimits kLimits{1024 * kMib, 256 * kMib};

TEST(Disk, LevelsBeginBelowTheirLimits) {
  EXPECT_EQ(disk_level({1024 * kMib, 4096 * kMib}, kLimits), DiskLevel::ok);
  EXPECT_EQ(disk_level({1024 * kMib - 1, 4096 * kMib}, kLimits), DiskLevel::low);
  EXPECT_EQ(disk_level({256 * kMib, 4096 * kMib}, kLimits), DiskLevel::low);
  EXPECT_EQ(disk_level({256 * kMib - 1, 4096 * kMib}, kLimits), DiskLevel::critical);
}

TEST(Disk, OfALargeDiskFivePercentAreLowButNoMoreThanFourTimesTheLimit) {
  EXPECT_EQ(disk_level({2000 * kMib, 40'960 * kMib}, kLimits), DiskLevel::low);
  EXPECT_EQ(disk_level({2048 * kMib, 40'960 * kMib}, kLimits), DiskLevel::ok);
  EXPECT_EQ(disk_level({4096 * kMib, 4'096'000 * kMib}, kLimits), DiskLevel::ok);
}

TEST(Disk, AFolderThatIsAbsentHasNoSpace) {
  EXPECT_FALSE(disk_space("/nowhere/at/all"));
  const auto here = disk_space(".");
  ASSERT_TRUE(here);
  EXPECT_GE(here->total, here->free);
}

}  // namespace
}  // namespace decnet
