#include "fleet/address.h"

#include <set>

#include <gtest/gtest.h>

namespace decnet::fleet {
namespace {

TEST(Address, HasOneSpelling) {
  for (const char* good :
       {"127.66.0.1", "0.0.0.0", "255.255.255.255", "::1", "2001:db8::7", "fe80::1"}) {
    EXPECT_TRUE(is_address(good)) << good;
  }
  for (const char* bad :
       {"", "127.66.0", "127.66.0.01", "127.66.0.256", " 127.66.0.1", "127.66.0.1 ", "127.1",
        "2001:DB8::7", "2001:db8:0::7", "fe80::1%eth0", "::1/128", "web-01"}) {
    EXPECT_FALSE(is_address(bad)) << bad;
  }
  EXPECT_FALSE(is_address(std::string("127.0.0.1\0x", 11)));
  EXPECT_FALSE(is_address(std::string(500, '1')));
}

TEST(Prefix, RefusesWhatIsNone) {
  for (const char* bad :
       {"", "/", "127.66.0.0", "127.66.0.0/", "127.66.0.0/x", "127.66.0.0/16 ", "127.66.0.0/7",
        "127.66.0.0/31", "127.66.0.0/-1", "127.66.0.1/16", "::1/64", "127.66.0.0/4294967312"}) {
    EXPECT_FALSE(Prefix::create(bad)) << bad;
  }
  EXPECT_EQ(Prefix::create("127.66.3.9/16").error().detail,
            "the network of this prefix is 127.66.0.0/16");
}

TEST(Prefix, Contains) {
  const Prefix prefix = Prefix::create("127.66.0.0/16").value();
  EXPECT_TRUE(prefix.contains("127.66.255.1"));
  EXPECT_FALSE(prefix.contains("127.67.0.1"));
  EXPECT_FALSE(prefix.contains("nonsense"));
}

TEST(Prefix, AllocatesTheLowestFree) {
  const Prefix prefix = Prefix::create("127.66.0.0/16").value();
  const std::string taken[] = {"127.66.0.2", "10.0.0.1"};
  EXPECT_EQ(prefix.allocate(3, taken).value(),
            (std::vector<std::string>{"127.66.0.1", "127.66.0.3", "127.66.0.4"}));
  EXPECT_EQ(prefix.allocate(1, {}, 10).value().front(), "127.66.0.10");
  EXPECT_EQ(prefix.allocate(0, {}).value().size(), 0U);
}

TEST(Prefix, LeavesOutWhatLooksLikeANetwork) {
  const auto all = Prefix::create("127.66.0.0/16").value().allocate(65'024, {}).value();
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
  for (const std::string& address : all) {
    EXPECT_FALSE(address.ends_with(".0") || address.ends_with(".255")) << address;
  }
  const auto more = Prefix::create("127.66.0.0/16").value().allocate(65'025, {});
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, Errc::limit);
  EXPECT_EQ(more.error().detail, "127.66.0.0/16 has 65024 free addresses, 65025 are needed");
}

TEST(Prefix, ASmallOneHasNeitherNetworkNorBroadcast) {
  EXPECT_EQ(Prefix::create("10.0.0.8/30").value().allocate(2, {}).value(),
            (std::vector<std::string>{"10.0.0.9", "10.0.0.10"}));
  EXPECT_FALSE(Prefix::create("10.0.0.8/30").value().allocate(3, {}));
}

TEST(FallbackPort, IsTenThousandHigherOrNone) {
  EXPECT_EQ(fallback_port(22), 10'022);
  EXPECT_EQ(fallback_port(55'535), 65'535);
  EXPECT_EQ(fallback_port(55'536), 0);
}

}  // namespace
}  // namespace decnet::fleet
