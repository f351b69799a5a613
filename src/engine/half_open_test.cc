#include "engine/half_open.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/counters.h"

namespace decnet::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

net::Endpoint peer(std::uint16_t port) {
  return {net::IpAddress::v4(0xc0000201), port};
}

HalfOpen syn(std::uint16_t port) {
  return {.from = peer(port),
          .to = {net::IpAddress::v4(0x0a420001), 80},
          .decky = "web-01",
          .fingerprint = "4:64"};
}

std::vector<std::uint16_t> ports(const std::vector<HalfOpen>& all) {
  std::vector<std::uint16_t> out;
  for (const HalfOpen& one : all) out.push_back(one.from.port);
  return out;
}

TEST(HalfOpens, ASynThatNothingFollowsIsHalfOpenAfterItsTime) {
  HalfOpens half_opens;
  half_opens.add(syn(1), seconds{10});
  half_opens.add(syn(2), seconds{11});
  EXPECT_TRUE(half_opens.expired(seconds{10} + kHalfOpenAfter - milliseconds{1}).empty());
  const auto first = half_opens.expired(seconds{10} + kHalfOpenAfter);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].from, peer(1));
  EXPECT_EQ(first[0].decky, "web-01");
  EXPECT_EQ(first[0].fingerprint, "4:64");
  EXPECT_FALSE(half_opens.empty());
  EXPECT_THAT(ports(half_opens.expired(seconds{60})), testing::ElementsAre(2));
  EXPECT_TRUE(half_opens.empty());
}

TEST(HalfOpens, ASessionEndsTheWait) {
  HalfOpens half_opens;
  half_opens.add(syn(1), nanoseconds{0});
  half_opens.begin(peer(1), milliseconds{1});
  EXPECT_TRUE(half_opens.empty());
  EXPECT_FALSE(half_opens.has_begun(peer(1)));
}

// Under load thousands of whole connections were told as half-open scans.
TEST(HalfOpens, ASessionThatBeginsBeforeItsSynIsReadIsNoScan) {
  HalfOpens half_opens;
  half_opens.begin(peer(1), nanoseconds{0});
  EXPECT_TRUE(half_opens.has_begun(peer(1)));
  EXPECT_FALSE(half_opens.has_begun(peer(1)));  // The next SYN is another connection's.
}

TEST(HalfOpens, ASessionWhoseSynWasLostIsForgotten) {
  HalfOpens half_opens;
  half_opens.begin(peer(1), nanoseconds{0});
  half_opens.begin(peer(2), kHalfOpenAfter);
  EXPECT_FALSE(half_opens.has_begun(peer(1)));
  EXPECT_TRUE(half_opens.has_begun(peer(2)));
}

TEST(HalfOpens, ASecondSynTakesTheFirstOnesPlace) {
  HalfOpens half_opens;
  half_opens.add(syn(1), seconds{0});
  half_opens.add(syn(2), seconds{1});
  half_opens.add(syn(1), seconds{2});
  EXPECT_THAT(ports(half_opens.expired(seconds{4})), testing::ElementsAre(2));
  EXPECT_THAT(ports(half_opens.expired(seconds{5})), testing::ElementsAre(1));
}

TEST(HalfOpens, KeepsSoManyAndNoMore) {
  HalfOpens half_opens;
  const Counter& full = counter("engine_half_open_limit_total", "");
  const std::uint64_t before = full.value();
  for (std::size_t n = 0; n < kHalfOpenMax + 10; ++n) {
    half_opens.add(syn(static_cast<std::uint16_t>(n + 1)), nanoseconds{0});
    half_opens.begin(peer(static_cast<std::uint16_t>(n + 20'000)), nanoseconds{0});
  }
  EXPECT_FALSE(half_opens.has_begun(peer(20'009)));
  EXPECT_TRUE(half_opens.has_begun(peer(20'010)));
  EXPECT_EQ(half_opens.expired(seconds{9}).size(), kHalfOpenMax);
  EXPECT_EQ(full.value() - before, 10U);
}

}  // namespace
}  // namespace decnet::engine
