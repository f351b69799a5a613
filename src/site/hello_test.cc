// The distance of our TLS from the genuine servers' (testdata/*.hellos, made by
// test/differential/http/record-hellos).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/hello_replay.h"
#include "site/config.h"

namespace decnet::site {

namespace {

void expect_no_distance(Program program, const std::string& file) {
  Config config;
  config.program = program;
  config.server_name = "web-01.example.net";
  const auto distance = net::replay_hellos("testdata/" + file, tls_manner(config));
  ASSERT_TRUE(distance);
  fmt::print("{}: distance {} of {} answers\n", file, distance->different, distance->answers);
  EXPECT_GE(distance->answers, 30U);
  EXPECT_EQ(distance->different, 0U) << distance->report;
}

}  // namespace

TEST(SiteHello, NginxShakesHandsAsRecorded) {
  expect_no_distance(Program::nginx, "nginx.hellos");
}
TEST(SiteHello, ApacheShakesHandsAsRecorded) {
  expect_no_distance(Program::apache, "apache.hellos");
}

}  // namespace decnet::site
