#include <gtest/gtest.h>

#include "codec/http/apache_head.h"
#include "codec/http/nginx_head.h"

namespace decnet::codec::http {
namespace {

constexpr std::string_view kHost = "Host: www.example.com\r\n";

std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\n" + std::string(kHost) + "\r\n";
}

template <class Head>
Head read(std::string_view bytes) {
  Head head;
  head.feed(bytes);
  return head;
}

TEST(NginxHead, ReadsARequest) {
  const auto head = read<NginxHead>(
      "POST /a%20b?c=d HTTP/1.1\r\nHost: WWW.Example.com:80\r\nContent-Length: 3\r\n\r\nabc");
  ASSERT_EQ(head.state(), NginxHead::State::complete);
  EXPECT_EQ(head.request().method, "POST");
  EXPECT_EQ(head.request().target, "/a%20b?c=d");
  EXPECT_EQ(head.request().path, "/a b");
  EXPECT_EQ(head.request().query, "c=d");
  EXPECT_EQ(head.request().host, "www.example.com");
  EXPECT_EQ(head.body().bytes, 3u);
}

TEST(NginxHead, LeavesWhatComesAfterTheHead) {
  NginxHead head;
  const std::string bytes = get("/") + "GET /next";
  EXPECT_EQ(head.feed(bytes), get("/").size());
}

TEST(NginxHead, RefusesAtTheByteThatSpoilsIt) {
  NginxHead head;
  EXPECT_EQ(head.feed("\xff\xfe\xff\xfe"), 1u);
  EXPECT_EQ(head.refusal(), 400);
}

TEST(NginxHead, ResolvesPathsAsNginxDoes) {
  const auto path_of = [](std::string_view target) {
    return read<NginxHead>(get(target)).request().path;
  };
  EXPECT_EQ(path_of("/a/./b//c/../d"), "/a/b/d");
  EXPECT_EQ(path_of("/a%2f%2e%2e%2fb"), "/b");
  EXPECT_EQ(path_of("/%252e"), "/%2e");
  EXPECT_EQ(path_of("/a/.."), "/");
  EXPECT_EQ(path_of("/..."), "/...");
  EXPECT_EQ(path_of("http://x?q"), "/");
  for (const auto bad : {"/..", "/../x", "/a/../../x", "/%2e%2e/x", "/%00", "/%", "/%4", "/%zz"}) {
    EXPECT_EQ(read<NginxHead>(get(bad)).refusal(), 400) << bad;
  }
}

TEST(NginxHead, HoldsItsLimits) {
  const auto refusal_of = [](const std::string& bytes) { return read<NginxHead>(bytes).refusal(); };
  // "GET /" and " HTTP/1.1" CR LF take 16 of the 8192 bytes of a line.
  EXPECT_EQ(refusal_of(get("/" + std::string(8176, 'a'))), 0);
  EXPECT_EQ(refusal_of(get("/" + std::string(8177, 'a'))), 414);
  const std::string long_field = "X: " + std::string(kNginxLargeBufferBytes, 'v') + "\r\n";
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n" + long_field), kNginxHeaderTooLarge);
  std::string many = "GET / HTTP/1.1\r\n";
  for (int n = 0; n < 5; ++n) many += "X: " + std::string(8000, 'v') + "\r\n";
  EXPECT_EQ(refusal_of(many), kNginxHeaderTooLarge);
}

TEST(ApacheHead, ReadsARequest) {
  const auto head = read<ApacheHead>(
      "POST /a%20b?c=d HTTP/1.1\r\nHost: WWW.Example.com:8080\r\nX: a\r\n b\r\n\r\n");
  ASSERT_EQ(head.state(), ApacheHead::State::complete);
  EXPECT_EQ(head.request().path, "/a%20b");
  EXPECT_EQ(head.request().query, "c=d");
  EXPECT_EQ(head.request().host, "www.example.com");
  EXPECT_EQ(head.request().port, 8080);
  EXPECT_EQ(head.request().headers.get("x"), "a b");
}

TEST(ApacheHead, WaitsForTheEndOfALine) {
  ApacheHead head;
  head.feed("\xff\xfe\xff\xfe");
  EXPECT_EQ(head.state(), ApacheHead::State::reading);
  head.feed("\r\n");
  EXPECT_EQ(head.refusal(), 400);
}

TEST(ApacheHead, ResolvesPathsAsApacheDoes) {
  const auto resolve = [](std::string path) {
    const ApachePath result = apache_resolve(path);
    return result == ApachePath::ok ? path : result == ApachePath::not_found ? "404" : "400";
  };
  EXPECT_EQ(resolve("/a/./b//c/../d"), "/a/b/d");
  EXPECT_EQ(resolve("/a/.%2e/b"), "/b");
  EXPECT_EQ(resolve("/a/"), "/a/");
  EXPECT_EQ(resolve("/a/.."), "/");
  EXPECT_EQ(resolve("/caf%c3%a9"), "/caf\xc3\xa9");
  EXPECT_EQ(resolve("/%252e%252e/x"), "/%2e%2e/x");
  EXPECT_EQ(resolve("/a%2fb"), "404");
  EXPECT_EQ(resolve("/a%00"), "404");
  for (const auto bad : {"/..", "/../x", "/%2e%2e/x", "/%", "/%zz", "/a/../../x"})
    EXPECT_EQ(resolve(bad), "400") << bad;
}

TEST(ApacheHead, HoldsItsLimits) {
  const auto refusal_of = [](const std::string& bytes) {
    return read<ApacheHead>(bytes).refusal();
  };
  EXPECT_EQ(refusal_of(get("/" + std::string(8177, 'a'))), 0);
  EXPECT_EQ(refusal_of(get("/" + std::string(8178, 'a'))), 414);
  EXPECT_EQ(refusal_of(std::string(3 * kApacheReadBytes, 'a')), 0);
  EXPECT_EQ(refusal_of(std::string(3 * kApacheReadBytes + 1, 'a')), 414);
  std::string many = "GET / HTTP/1.1\r\n";
  for (std::size_t n = 0; n <= kApacheFieldsMax; ++n) many += "X-" + std::to_string(n) + ": 1\r\n";
  const auto head = read<ApacheHead>(many + "\r\n");
  EXPECT_EQ(head.refusal(), 400);
  EXPECT_EQ(head.reason(), ApacheFields::Reason::too_many);
}

TEST(ApacheHead, KnowsTheHostOnlyWithItsOwnScheme) {
  ApacheHead plain(false);
  plain.feed("GET https://a.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n");
  EXPECT_EQ(plain.request().host, "b.test");
  ApacheHead tls(true);
  tls.feed("GET https://a.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n");
  EXPECT_EQ(tls.request().host, "a.test");
}

}  // namespace
}  // namespace decnet::codec::http
