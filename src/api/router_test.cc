#include "api/router.h"

#include <gtest/gtest.h>

namespace decnet::api {
namespace {

Answer nothing(Call&) {
  return Response{};
}

constexpr Route kRoutes[] = {
    {.path = "/a", .operation = "listA", .handler = nothing},
    {.method = Method::post, .path = "/a", .operation = "makeA", .handler = nothing},
    {.path = "/a/top", .operation = "topA", .handler = nothing},
    {.path = "/a/{id}", .operation = "showA", .handler = nothing},
    {.path = "/a/{id}/b/{name}", .operation = "showB", .handler = nothing},
};

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() { router_.add(kRoutes); }
  std::string_view operation(Method method, std::string_view path) const {
    const Match match = router_.find(method, path);
    return match.route != nullptr ? match.route->operation : std::string_view{};
  }
  Router router_;
};

TEST_F(RouterTest, FindsByMethodAndPath) {
  EXPECT_EQ(operation(Method::get, "/a"), "listA");
  EXPECT_EQ(operation(Method::head, "/a"), "listA");
  EXPECT_EQ(operation(Method::post, "/a"), "makeA");
  EXPECT_EQ(operation(Method::get, "/a/top"), "topA");
  EXPECT_EQ(operation(Method::get, "/a/7"), "showA");
}

TEST_F(RouterTest, GivesTheValuesDecoded) {
  const Match match = router_.find(Method::get, "/a/x%2Fy/b/%C3%BC");
  ASSERT_NE(match.route, nullptr);
  ASSERT_EQ(match.values.size(), 2U);
  EXPECT_EQ(match.values[0].name, "id");
  EXPECT_EQ(match.values[0].value, "x/y");
  EXPECT_EQ(match.values[1].value, "ü");
}

TEST_F(RouterTest, SaysWhatAPathTakes) {
  const Match match = router_.find(Method::remove, "/a");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allow, "GET, HEAD, POST");
}

TEST_F(RouterTest, FindsNothingElse) {
  for (const char* path : {"", "a", "/", "/a/", "/b", "/a/7/b", "/a/7/b/", "/a//b/x", "/a/%zz"}) {
    const Match match = router_.find(Method::get, path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_EQ(match.allow, "") << path;
  }
}

}  // namespace
}  // namespace decnet::api
