#include "api/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/loop.h"
#include "net/memory_stream.h"

namespace decnet::api {
namespace {

using net::MemoryStream;
using net::ScriptEnd;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class HttpServerTest : public ::testing::Test {
 protected:
  // Serves one connection whose peer sends `script`, and returns what it got.
  std::string serve(std::vector<std::string> script, ScriptEnd end = ScriptEnd::closes) {
    MemoryStream stream(std::move(script), end, &clock_);
    net::Loop loop;
    auto answer = [this](Request& request) -> net::Task<Response> {
      requests_.push_back(request);
      if (writer_) {
        Response response;
        response.content_type = "text/event-stream";
        response.writer = writer_;
        co_return response;
      }
      Response response;
      response.body = "\"" + request.path + "\"";
      co_return response;
    };
    HttpServer server(loop.executor(), answer, clock_);
    auto run = [&server, &stream]() -> net::Task<void> {
      Peer peer;
      peer.is_tls = false;
      co_await server.serve(stream, peer);
    };
    loop.spawn(run());
    loop.run();
    return stream.written();
  }

  static int status_of(const std::string& answer) {
    return answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0;
  }

  FakeClock clock_;
  std::vector<Request> requests_;
  BodyWriter writer_;
};

constexpr const char* kGet = "GET /a?x=1 HTTP/1.1\r\nHost: h\r\n\r\n";

TEST_F(HttpServerTest, AnswersWithTheHeadersOfEveryResponse) {
  const auto answer = serve({kGet});
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 4\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Security-Policy: default-src 'self'; script-src 'self' "
                                "'wasm-unsafe-eval';"));
  EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(answer, HasSubstr("Referrer-Policy: no-referrer\r\n"));
  EXPECT_THAT(answer, HasSubstr("Cross-Origin-Opener-Policy: same-origin\r\n"));
  EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("Server:")));
  EXPECT_THAT(answer, Not(HasSubstr("Strict-Transport-Security")));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n\"/a\""));
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].path, "/a");
  EXPECT_EQ(requests_[0].query, "x=1");
  EXPECT_EQ(requests_[0].header("host"), "h");
  EXPECT_EQ(requests_[0].request_id.size(), 32U);
}

TEST_F(HttpServerTest, TakesRequestsInPiecesAndInOneRow) {
  const std::string row = std::string(kGet) +
                          "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" +
                          "\r\nGET /c HTTP/1.1\r\nHost: h\r\n\r\n";
  std::vector<std::string> bytes;
  for (const char c : row) bytes.emplace_back(1, c);
  for (const auto& script : {std::vector<std::string>{row}, bytes}) {
    requests_.clear();
    const auto answer = serve(script);
    ASSERT_EQ(requests_.size(), 3U);
    EXPECT_EQ(requests_[1].body, "abc");
    EXPECT_EQ(requests_[1].method, Method::post);
    EXPECT_LT(answer.find("\"/a\""), answer.find("\"/b\""));
    EXPECT_LT(answer.find("\"/b\""), answer.find("\"/c\""));
  }
}

TEST_F(HttpServerTest, HeadGetsTheLengthButNoBody) {
  const auto answer = serve({"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n"});
  EXPECT_THAT(answer, HasSubstr("Content-Length: 4\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, ClosesWhereTheClientAsksForIt) {
  const auto answer = serve({"GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", kGet});
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(requests_.size(), 1U);
}

TEST_F(HttpServerTest, SpeaksHttp10) {
  const auto answer = serve({"GET /a HTTP/1.0\r\n\r\n", "GET /a HTTP/1.0\r\n\r\n"});
  EXPECT_EQ(requests_.size(), 1U);
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServerTest, TakesAChunkedBody) {
  serve(
      {"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
       "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"});
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].body, "abcde");
}

TEST_F(HttpServerTest, SaysContinueToWhoWaitsForIt) {
  const auto answer = serve(
      {"POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", "ab"});
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"));
  EXPECT_EQ(requests_.at(0).body, "ab");
}

TEST_F(HttpServerTest, RefusesWhatIsMalformedWithAProblem) {
  struct Case {
    std::string bytes;
    int status;
  };
  const std::vector<Case> cases = {
      {"NONSENSE\r\n\r\n", 400},
      {"GET /a HTTP/1.1\r\n\r\n", 400},
      {"GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET /a HTTP/3.7\r\nHost: h\r\n\r\n", 505},
      {"GET a HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", 400},
      {"GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
       400},
      {"GET /a HTTP/1.1\r\nHost: h\r\nExpect: wonders\r\n\r\n", 417},
      {"GET /" + std::string(kTargetBytesMax, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414},
      {"GET /" + std::string(kHeadBytesMax, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414},
      {"GET /a HTTP/1.1\r\nHost: h\r\nX: " + std::string(kHeadBytesMax, 'a') + "\r\n\r\n", 431},
      {"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n", 413},
  };
  for (const Case& one : cases) {
    const auto answer = serve({one.bytes}, ScriptEnd::stays_silent);
    EXPECT_EQ(status_of(answer), one.status) << one.bytes.substr(0, 60);
    EXPECT_THAT(answer, HasSubstr("Content-Type: application/problem+json\r\n"));
    EXPECT_THAT(answer, HasSubstr("\"status\":" + std::to_string(one.status)));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  }
  EXPECT_TRUE(requests_.empty());
}

TEST_F(HttpServerTest, RefusesTooManyHeaders) {
  std::string request = "GET /a HTTP/1.1\r\nHost: h\r\n";
  for (std::size_t n = 0; n < kHeadersMax; ++n) request += "X: y\r\n";
  EXPECT_EQ(status_of(serve({request + "\r\n"})), 431);
}

TEST_F(HttpServerTest, ALongHeaderAfterAReadRequestLineIsNoLongUrl) {
  const auto answer =
      serve({"GET /a HTTP/1.1\r\nHost: h\r\n", "X: " + std::string(kHeadBytesMax, 'a'),
             std::string(kHeadBytesMax, 'a') + "\r\n\r\n"});
  EXPECT_EQ(status_of(answer), 431);
  EXPECT_THAT(answer, HasSubstr("\"code\":\"request_header_fields_too_large\""));
}

TEST_F(HttpServerTest, RefusesAChunkedBodyThatGrowsTooLarge) {
  std::vector<std::string> script{
      "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"};
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (std::size_t sent = 0; sent <= kBodyBytesMax; sent += 0x10000) script.push_back(chunk);
  EXPECT_EQ(status_of(serve(script)), 413);
}

TEST_F(HttpServerTest, TellsWhoIsTooSlow) {
  const auto began = clock_.now();
  EXPECT_EQ(status_of(serve({"GET /a HT"}, ScriptEnd::stays_silent)), 408);
  EXPECT_GE(clock_.now() - began, kHeadTimeMax);
  EXPECT_EQ(status_of(serve({"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"},
                            ScriptEnd::stays_silent)),
            408);
}

TEST_F(HttpServerTest, LeavesAnIdleConnectionWithoutAWord) {
  EXPECT_EQ(serve({}, ScriptEnd::stays_silent), "");
  EXPECT_EQ(serve({"GET /a HT"}, ScriptEnd::closes), "");
}

TEST_F(HttpServerTest, ReturnsTheTraceThatACallerBegan) {
  constexpr const char* kParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  serve({std::string("GET /a HTTP/1.1\r\nHost: h\r\ntraceparent: ") + kParent + "\r\n\r\n"});
  EXPECT_EQ(requests_.at(0).request_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(requests_.at(0).traceparent, kParent);
  serve({"GET /a HTTP/1.1\r\nHost: h\r\ntraceparent: 00-zz\r\n\r\n"});
  EXPECT_EQ(requests_.at(1).traceparent, "");
}

TEST_F(HttpServerTest, WritesAStreamInChunksAndCloses) {
  writer_ = [](BodySink& sink) -> net::Task<Result<void>> {
    DECNET_CO_CHECK(co_await sink.write("one"));
    DECNET_CO_CHECK(co_await sink.write(""));
    co_return co_await sink.write("two");
  };
  const auto answer = serve({kGet, kGet});
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"));
  EXPECT_EQ(requests_.size(), 1U);
}

TEST_F(HttpServerTest, DoesNotEndABodyThatIsNotWhole) {
  writer_ = [](BodySink& sink) -> net::Task<Result<void>> {
    DECNET_CO_CHECK(co_await sink.write("one"));
    co_return fail(Errc::io, "the disk");
  };
  EXPECT_TRUE(serve({kGet}).ends_with("\r\n\r\n3\r\none\r\n"));
}

TEST_F(HttpServerTest, WritesAStreamToHttp10UntilTheEnd) {
  writer_ = [](BodySink& sink) -> net::Task<Result<void>> { co_return co_await sink.write("one"); };
  const auto answer = serve({"GET /a HTTP/1.0\r\n\r\n"});
  EXPECT_THAT(answer, Not(HasSubstr("Transfer-Encoding")));
  EXPECT_TRUE(answer.ends_with("\r\n\r\none"));
}

TEST(AppendHead, LeavesControlCharactersOutOfValues) {
  Response response;
  response.with("Location", "/a\r\nSet-Cookie: x");
  std::string out;
  append_head(out, response, {});
  EXPECT_THAT(out, HasSubstr("Location: /aSet-Cookie: x\r\n"));
}

TEST(AppendHead, SaysTheDate) {
  std::string out;
  append_head(out, {}, {.now = parse_time("1994-11-06T08:49:37Z").value()});
  EXPECT_THAT(out, HasSubstr("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
}

}  // namespace
}  // namespace decnet::api
