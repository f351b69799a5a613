#include "api/list.h"

#include <gtest/gtest.h>

#include "api/scan.h"

namespace decnet::api {
namespace {

// A store's list of the numbers 1 … `count`, descending, keyed by themselves.
store::Page<int> numbers(const store::PageRequest& request, int count) {
  store::Page<int> page;
  int high = count, low = 1;
  if (request.after) high = static_cast<int>(request.after->number) - 1;
  if (request.before) low = static_cast<int>(request.before->number) + 1;
  const int limit = static_cast<int>(request.limit);
  if (request.before)
    high = std::min(high, low + limit - 1);
  else
    low = std::max(low, high - limit + 1);
  for (int n = high; n >= low; --n) {
    page.rows.push_back(n);
    page.keys.push_back({.number = n});
  }
  page.more_before = high < count;
  page.more_after = low > 1;
  return page;
}

Result<Scan<int>> scan_thirds(const store::PageRequest& request, int count) {
  const auto fetch = [count](const store::PageRequest& page) -> Result<store::Page<int>> {
    return numbers(page, count);
  };
  return scan<int>(request, fetch, [](int n) { return n % 3 == 0; });
}

TEST(Scan, KeepsWhatFits) {
  const auto found = scan_thirds({.limit = 4}, 5000).value();
  EXPECT_EQ(found.page.rows, (std::vector<int>{4998, 4995, 4992, 4989}));
  EXPECT_TRUE(found.page.more_after);
  EXPECT_FALSE(found.page.more_before);
}

TEST(Scan, GoesOnWhereItEndedInBothDirections) {
  std::vector<int> seen;
  store::PageRequest request{.limit = 7};
  for (;;) {
    const auto found = scan_thirds(request, 3000).value();
    seen.insert(seen.end(), found.page.rows.begin(), found.page.rows.end());
    if (!found.page.more_after) break;
    request.after = *found.reached;
  }
  ASSERT_EQ(seen.size(), 1000U);
  EXPECT_EQ(seen.front(), 3000);
  EXPECT_EQ(seen.back(), 3);
  request = {.limit = 2, .before = store::Key{.number = 10}};
  const auto back = scan_thirds(request, 3000).value();
  EXPECT_EQ(back.page.rows, (std::vector<int>{15, 12}));
  EXPECT_TRUE(back.page.more_before);
  EXPECT_TRUE(back.page.more_after);
}

TEST(Scan, GivesUpAfterSoManyRowsAndSaysWhere) {
  const int count = static_cast<int>(kScanRowsMax) * 2;
  const auto fetch = [count](const store::PageRequest& page) -> Result<store::Page<int>> {
    return numbers(page, count);
  };
  const auto found = scan<int>({.limit = 5}, fetch, [](int) { return false; }).value();
  EXPECT_TRUE(found.page.rows.empty());
  EXPECT_TRUE(found.page.more_after);
  EXPECT_EQ(found.reached->number, count - static_cast<int>(kScanRowsMax) + 1);
}

TEST(Scan, PassesAFailureOn) {
  const auto fetch = [](const store::PageRequest&) -> Result<store::Page<int>> {
    return fail(Errc::timeout, "slow");
  };
  EXPECT_EQ(scan<int>({}, fetch, [](int) { return true; }).error().code, Errc::timeout);
}

std::vector<std::string> page_names(const store::PageRequest& request,
                                    store::Page<std::string>& page) {
  const auto name = [](const std::string& row) { return row; };
  page = page_of(std::vector<std::string>{"a", "b", "c", "d", "e"}, request, name);
  return page.rows;
}

TEST(PageOf, CutsWhatIsInMemory) {
  using Names = std::vector<std::string>;
  store::Page<std::string> page;
  EXPECT_EQ(page_names({.limit = 2}, page), (Names{"a", "b"}));
  EXPECT_FALSE(page.more_before);
  EXPECT_TRUE(page.more_after);
  EXPECT_EQ(page_names({.limit = 2, .after = page.keys.back()}, page), (Names{"c", "d"}));
  EXPECT_TRUE(page.more_before);
  EXPECT_EQ(page_names({.limit = 9, .after = page.keys.back()}, page), (Names{"e"}));
  EXPECT_FALSE(page.more_after);
  EXPECT_EQ(page_names({.limit = 2, .before = page.keys.front()}, page), (Names{"c", "d"}));
  EXPECT_EQ(page_names({.limit = 2, .after = store::Key{.text = "bb"}}, page), (Names{"c", "d"}));
}

}  // namespace
}  // namespace decnet::api
