// The delay before the banner against a sample of the genuine server: Kolmogorov and Smirnov.
#include "service/ssh/banner.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace decnet::service::ssh {
namespace {

using Sample = std::vector<double>;

constexpr std::size_t kDrawn = 1'000;

Sample genuine() {
  Sample out;
  std::ifstream file("testdata/banner.sample");
  for (double micros = 0; file >> micros;) out.push_back(micros);
  return out;
}

Sample drawn(const Pace& pace, std::string_view purpose = "banner test") {
  SeededRandom random(1, purpose);
  Sample out;
  for (std::size_t at = 0; at < kDrawn; ++at)
    out.push_back(static_cast<double>(banner_delay(pace, random.below(kBannerDraws)).count()));
  std::sort(out.begin(), out.end());
  return out;
}

double distance(const Sample& first, const Sample& second) {
  double largest = 0;
  std::size_t at = 0, beside = 0;
  while (at < first.size() && beside < second.size()) {
    const double value = std::min(first[at], second[beside]);
    while (at < first.size() && first[at] == value) ++at;
    while (beside < second.size() && second[beside] == value) ++beside;
    largest = std::max(largest,
                       std::abs(static_cast<double>(at) / static_cast<double>(first.size()) -
                                static_cast<double>(beside) / static_cast<double>(second.size())));
  }
  return largest;
}

double critical(const Sample& first, const Sample& second) {  // At 5 %.
  const auto n = static_cast<double>(first.size()), m = static_cast<double>(second.size());
  return 1.3581 * std::sqrt((n + m) / (n * m));
}

Sample shape(Sample sample) {
  const double middle = sample[sample.size() / 2];
  const double spread = sample[sample.size() * 3 / 4] - sample[sample.size() / 4];
  for (double& value : sample) value = (value - middle) / spread;
  return sample;
}

}  // namespace

TEST(SshBanner, AHostAsTheMeasuredOneIsNotToldFromIt) {
  const Sample measured = genuine();
  ASSERT_GE(measured.size(), 400U);
  EXPECT_LE(distance(measured, drawn({})), critical(measured, drawn({})));
}

TEST(SshBanner, EveryHostHasTheShape) {
  const Sample measured = shape(genuine());
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Sample own = shape(drawn(pace_of(seed)));
    EXPECT_LE(distance(measured, own), critical(measured, own)) << seed;
  }
}

TEST(SshBanner, TwoHostsDoNotShareACurve) {
  std::set<std::int64_t> middles;
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    middles.insert(banner_delay(pace_of(seed), kBannerDraws / 2).count());
  EXPECT_EQ(middles.size(), 50U);
  EXPECT_GE(*middles.begin(), 8'000);
  EXPECT_LE(*middles.rbegin(), 29'000);
  EXPECT_GT(*middles.rbegin(), *middles.begin() * 2);
}

TEST(SshBanner, TheTestTellsAnEvenDistributionFromTheGenuineOne) {
  const Sample measured = genuine();
  Sample even;
  for (std::size_t at = 0; at < kDrawn; ++at)
    even.push_back(measured.front() + (measured[measured.size() * 99 / 100] - measured.front()) *
                                          static_cast<double>(at) / kDrawn);
  EXPECT_GT(distance(measured, even), critical(measured, even));
}

}  // namespace decnet::service::ssh
