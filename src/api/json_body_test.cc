#include "api/json_body.h"

#include <gtest/gtest.h>

namespace decnet::api {
namespace {

constexpr std::string_view kRoles[] = {"viewer", "admin"};

TEST(JsonBody, ReadsItsMembers) {
  JsonBody body(
      R"({"name":"ana","role":"admin","on":true,"until":"2026-01-02T03:04:05Z","no":null})");
  EXPECT_EQ(body.text("name", {}), "ana");
  EXPECT_EQ(body.choice("role", kRoles), "admin");
  EXPECT_EQ(body.optional_flag("on"), true);
  EXPECT_EQ(format_time(*body.optional_time("until")), "2026-01-02T03:04:05.000Z");
  EXPECT_EQ(body.optional_text("no", {}), std::nullopt);
  EXPECT_EQ(body.optional_text("absent", {}), std::nullopt);
  EXPECT_FALSE(body.problem());
}

TEST(JsonBody, NamesEveryBadMember) {
  JsonBody body(R"({"name":7,"role":"king","on":"yes","until":"soon","a/b~":1,"short":""})");
  body.text("name", {});
  body.choice("role", kRoles);
  body.optional_flag("on");
  body.optional_time("until");
  body.text("short", {});
  body.text("missing", {});
  const auto problem = body.problem();
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->status, 422);
  std::vector<std::string> seen;
  for (const auto& error : problem->errors) seen.push_back(error.pointer + " " + error.code);
  EXPECT_EQ(seen,
            (std::vector<std::string>{"/name type", "/role choice", "/on type", "/until format",
                                      "/short length", "/missing required", "/a~1b~0 unknown"}));
}

TEST(JsonBody, RefusesWhatIsNoObject) {
  for (const char* text : {"", "{", "[1]", "\"a\"", "{\"a\":1}x", "{\"a\":\"\xff\"}"}) {
    JsonBody body(text);
    body.optional_text("a", {});
    const auto problem = body.problem();
    ASSERT_TRUE(problem) << text;
    EXPECT_EQ(problem->status, 400) << text;
  }
}

TEST(JsonBody, HasADepth) {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  JsonBody fits(nested(kBodyDepthMax - 2));
  fits.optional_flag("a");
  EXPECT_EQ(fits.problem()->status, 422);
  JsonBody too_deep(nested(kBodyDepthMax));
  EXPECT_EQ(too_deep.problem()->status, 400);
}

}  // namespace
}  // namespace decnet::api
