#include <gtest/gtest.h>

#include "codec/http/authorization.h"
#include "codec/http/body.h"
#include "codec/http/date.h"
#include "codec/http/form.h"
#include "codec/http/gzip.h"
#include "codec/http/range.h"

namespace decnet::codec::http {
namespace {

TEST(Date, IsWrittenAndRead) {
  const TimePoint moment{std::chrono::seconds{784'111'777}};
  EXPECT_EQ(format_date(moment), "Sun, 06 Nov 1994 08:49:37 GMT");
  for (const auto dialect : {DateDialect::nginx, DateDialect::apache}) {
    EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37 GMT", dialect), moment);
    EXPECT_EQ(parse_date("Sunday, 06-Nov-94 08:49:37 GMT", dialect), moment);
    EXPECT_EQ(parse_date("Sun Nov  6 08:49:37 1994", dialect), moment);
    EXPECT_EQ(parse_date("Sun, 31 Feb 1994 08:49:37 GMT", dialect), std::nullopt);
    EXPECT_EQ(parse_date("junk", dialect), std::nullopt);
  }
  EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37", DateDialect::nginx), moment);
  EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37", DateDialect::apache), std::nullopt);
  EXPECT_EQ(parse_date("Sun, 6 Nov 1994 08:49:37 GMT", DateDialect::nginx), std::nullopt);
  EXPECT_EQ(parse_date("Sun, 6 Nov 1994 08:49:37 GMT", DateDialect::apache), moment);
}

using Kind = RangeAnswer::Kind;

TEST(Range, NginxSendsPartsAsAsked) {
  EXPECT_EQ(nginx_ranges("bytes=5-9,0-0", 10).ranges, (std::vector<ByteRange>{{5, 9}, {0, 0}}));
  EXPECT_EQ(nginx_ranges("bytes=-3", 10).ranges, (std::vector<ByteRange>{{7, 9}}));
  EXPECT_EQ(nginx_ranges("bytes=20-", 10).kind, Kind::unsatisfiable);
  EXPECT_EQ(nginx_ranges("bytes=0-,0-", 10).kind, Kind::whole);
  EXPECT_EQ(nginx_ranges("items=0-1", 10).kind, Kind::whole);
}

TEST(Range, ApacheJoinsWhatOverlaps) {
  EXPECT_EQ(apache_ranges("bytes=0-4,3-9", 100).ranges, (std::vector<ByteRange>{{0, 9}}));
  EXPECT_EQ(apache_ranges("bytes=5-9,0-0", 100).ranges, (std::vector<ByteRange>{{5, 9}, {0, 0}}));
  EXPECT_EQ(apache_ranges("bytes=5-6,0-,x", 100).ranges, (std::vector<ByteRange>{{0, 99}}));
  EXPECT_EQ(apache_ranges("bytes=9-5", 100).kind, Kind::whole);
  EXPECT_EQ(apache_ranges("bytes=200-", 100).kind, Kind::unsatisfiable);
  std::string killer = "bytes=1-1";
  for (int n = 0; n < 30; ++n) killer += ",1-1";
  EXPECT_EQ(apache_ranges(killer, 100).kind, Kind::whole);
}

TEST(Gzip, FollowsEachServersReading) {
  EXPECT_TRUE(nginx_accepts_gzip("deflate, gzip"));
  EXPECT_FALSE(nginx_accepts_gzip("gzip;q=0.000"));
  EXPECT_FALSE(nginx_accepts_gzip("xgzip"));
  EXPECT_FALSE(nginx_accepts_gzip("gzip;q=1.1"));
  EXPECT_TRUE(apache_accepts_gzip("gzip;q=1.1"));
  EXPECT_FALSE(apache_accepts_gzip("gzip;q=0.0"));
  EXPECT_FALSE(apache_accepts_gzip("x-gzip"));
}

TEST(Form, TakesTheLastOfAName) {
  const Form form = parse_urlencoded("log=a&pwd=x%26y+z&log=admin&&flag");
  EXPECT_EQ(form_value(form, "log"), "admin");
  EXPECT_EQ(form_value(form, "pwd"), "x&y z");
  EXPECT_EQ(form.size(), 4u);
}

TEST(Form, IsBounded) {
  std::string many;
  for (std::size_t n = 0; n < kFormFieldsMax + 10; ++n) many += "a=1&";
  EXPECT_EQ(parse_urlencoded(many).size(), kFormFieldsMax);
}

struct Files final : MultipartReader::Sink {
  std::vector<std::pair<std::string, std::string>> files;
  int ended = 0;
  void begin_file(std::string_view, std::string_view name, std::string_view) override {
    files.emplace_back(name, "");
  }
  void file_bytes(std::string_view bytes) override { files.back().second += bytes; }
  void end_file() override { ++ended; }
};

TEST(Multipart, TellsFilesFromFieldsByteByByte) {
  const std::string body =
      "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
      "--XyZ\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.php\"\r\nContent-Type: "
      "text/plain\r\n\r\n"
      "<?php\r\n--XyX\r\n?>\r\n--XyZ--\r\n";
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, body.size()}) {
    Files sink;
    MultipartReader reader(multipart_boundary("multipart/form-data; boundary=XyZ"), sink);
    for (std::size_t at = 0; at < body.size(); at += step)
      reader.feed(std::string_view(body).substr(at, step));
    EXPECT_TRUE(reader.complete());
    EXPECT_EQ(reader.fields(), (Form{{"a", "1"}}));
    ASSERT_EQ(sink.files.size(), 1u);
    EXPECT_EQ(sink.files[0],
              (std::pair<std::string, std::string>{"x.php", "<?php\r\n--XyX\r\n?>"}));
    EXPECT_EQ(sink.ended, 1);
  }
}

TEST(Multipart, IsBounded) {
  Files sink;
  MultipartReader reader("b", sink);
  reader.feed("--b\r\n" + std::string(kMultipartHeadBytesMax + 10, 'x'));
  EXPECT_TRUE(reader.complete());  // It gave up.
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=" +
                               std::string(kMultipartBoundaryBytesMax + 1, 'b')),
            "");
}

TEST(Authorization, GivesAwayTheCredential) {
  const auto basic = parse_authorization("Basic YWRtaW46cGE6c3M=", "GET");
  EXPECT_EQ(basic->user, "admin");
  EXPECT_EQ(basic->secret, "pa:ss");
  const auto bearer = parse_authorization("bearer abc.def", "GET");
  EXPECT_EQ(bearer->scheme, Authorization::Scheme::bearer);
  EXPECT_EQ(bearer->secret, "abc.def");
  EXPECT_EQ(parse_authorization("", "GET"), std::nullopt);
}

// The example of RFC 2617 section 3.5, in the form of john's own test vectors.
TEST(Authorization, MakesADigestCrackable) {
  const auto digest = parse_authorization(
      "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
      "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
      "uri=\"/dir/index.html\", qop=auth, nc=00000001, cnonce=\"0a4f113b\", "
      "response=\"6629fae49393a05397450978507c4ef1\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
      "GET");
  EXPECT_EQ(
      digest->crack_line,
      "$response$6629fae49393a05397450978507c4ef1$Mufasa$testrealm@host.com$GET$/dir/index.html$"
      "dcd98b7102dd2f0e8b11d0f600bfb0c093$00000001$0a4f113b$auth");
  EXPECT_EQ(
      parse_authorization(
          "Digest username=\"a$b\", nonce=\"n\", response=\"6629fae49393a05397450978507c4ef1\"",
          "GET")
          ->crack_line,
      "");
}

TEST(ApacheBody, HoldsItsLimits) {
  EXPECT_EQ(ApacheBody({.chunked = false, .bytes = kApacheBodyBytesMax + 1}).refusal(), 413);
  ApacheBody line({.chunked = true, .bytes = 0});
  line.feed("1;" + std::string(kApacheChunkLineBytesMax, 'e') + "\r\n");
  EXPECT_EQ(line.refusal(), 413);
  ApacheBody blanks({.chunked = true, .bytes = 0});
  blanks.feed("1" + std::string(kApacheChunkBlanksMax + 1, ' ') + "\r\n");
  EXPECT_EQ(blanks.refusal(), 400);
}

}  // namespace
}  // namespace decnet::codec::http
