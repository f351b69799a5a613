#include "api/url.h"

#include <gtest/gtest.h>

namespace decnet::api {
namespace {

TEST(PercentDecode, ReadsWhatEncodeWrites) {
  const std::string text = "a b/ü?&=%\x7f";
  EXPECT_EQ(percent_decode(percent_encode(text)).value(), text);
  EXPECT_EQ(percent_encode("a/b~c"), "a%2Fb~c");
}

TEST(PercentDecode, RefusesWhatIsNoText) {
  for (const char* text : {"%", "%4", "%zz", "%00", "%ff", "%c3%28"}) {
    EXPECT_FALSE(percent_decode(text)) << text;
  }
}

TEST(Query, KeepsOrderAndRepeats) {
  const Query query = Query::parse("type=a&q=x+y%2B&type=b&&flag").value();
  EXPECT_EQ(query.all("type"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(*query.find("q"), "x y+");
  EXPECT_EQ(*query.find("flag"), "");
  EXPECT_EQ(query.find("none"), nullptr);
  EXPECT_EQ(query.text(), "type=a&q=x%20y%2B&type=b&flag=");
}

TEST(Query, SetReplacesAllOfAName) {
  Query query = Query::parse("a=1&b=2&a=3").value();
  query.set("a", "4");
  EXPECT_EQ(query.text(), "b=2&a=4");
}

TEST(Query, HasALimit) {
  std::string text;
  for (std::size_t n = 0; n < kParametersMax; ++n) text += "a=1&";
  EXPECT_TRUE(Query::parse(text));
  EXPECT_EQ(Query::parse(text + "a=1").error().code, Errc::limit);
}

TEST(FindCookie, FindsOneAmongMany) {
  EXPECT_EQ(find_cookie("a=1; decnet_session=x-y; b=2", "decnet_session"), "x-y");
  EXPECT_EQ(find_cookie("s=\"quoted\"", "s"), "quoted");
  EXPECT_EQ(find_cookie("s=1; s=2", "s"), "1");
  EXPECT_EQ(find_cookie("xs=1; s", "s"), "");
  EXPECT_EQ(find_cookie("", "s"), "");
  EXPECT_EQ(find_cookie("s=\"", "s"), "\"");
}

}  // namespace
}  // namespace decnet::api
