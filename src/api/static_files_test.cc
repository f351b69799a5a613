#include "api/static_files.h"

#include <gtest/gtest.h>

namespace decnet::api {
namespace {

constexpr WebFile kFiles[] = {
    {"/assets/a-1.js", "text/javascript", "\"js\"", "plain js", "zipped", true},
    {"/index.html", "text/html", "\"html\"", "<html>", "", false},
};

class StaticFilesTest : public ::testing::Test {
 protected:
  std::optional<Response> get(std::string path, std::vector<Header> headers = {}) const {
    Request request;
    request.path = std::move(path);
    request.headers = std::move(headers);
    return StaticFiles(kFiles).find(request);
  }
  static std::string header(const Response& response, std::string_view name) {
    for (const auto& one : response.headers) {
      if (one.name == name) return one.value;
    }
    return {};
  }
};

TEST_F(StaticFilesTest, ServesWhatItHas) {
  const auto file = get("/assets/a-1.js").value();
  EXPECT_EQ(file.content(), "plain js");
  EXPECT_EQ(file.content_type, "text/javascript");
  EXPECT_EQ(header(file, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(file, "ETag"), "\"js\"");
}

TEST_F(StaticFilesTest, ServesItCompressedToWhoTakesThat) {
  EXPECT_EQ(get("/assets/a-1.js", {{"accept-encoding", "br, gzip"}})->content(), "zipped");
  EXPECT_EQ(header(*get("/assets/a-1.js", {{"accept-encoding", "gzip"}}), "Content-Encoding"),
            "gzip");
  EXPECT_EQ(get("/assets/a-1.js", {{"accept-encoding", "gzip;q=0"}})->content(), "plain js");
  EXPECT_EQ(get("/index.html", {{"accept-encoding", "gzip"}})->content(), "<html>");
}

TEST_F(StaticFilesTest, GivesPagesTheDashboard) {
  for (const char* path : {"/", "/attackers", "/attackers/0192f0c1"}) {
    EXPECT_EQ(get(path)->content(), "<html>") << path;
    EXPECT_EQ(header(*get(path), "Cache-Control"), "no-cache");
  }
  EXPECT_FALSE(get("/assets/gone.js"));
  EXPECT_FALSE(get("/favicon.ico"));
}

TEST_F(StaticFilesTest, SaysWhereNothingHasChanged) {
  EXPECT_EQ(get("/", {{"if-none-match", "\"a\", W/\"html\""}})->status, 304);
  EXPECT_EQ(get("/", {{"if-none-match", "\"other\""}})->status, 200);
}

TEST(WebFiles, AreBuiltIn) {
  ASSERT_FALSE(web_files().empty());
  Request request;
  request.path = "/";
  const auto page = StaticFiles(web_files()).find(request);
  ASSERT_TRUE(page);
  EXPECT_NE(page->content().find("<html"), std::string_view::npos);
}

TEST(MatchesEtag, ComparesWeakly) {
  EXPECT_TRUE(matches_etag("*", "\"1\""));
  EXPECT_TRUE(matches_etag("W/\"1\"", "\"1\""));
  EXPECT_FALSE(matches_etag("", "\"1\""));
  EXPECT_FALSE(matches_etag("1", "\"1\""));
}

}  // namespace
}  // namespace decnet::api
