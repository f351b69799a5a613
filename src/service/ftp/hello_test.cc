// The distance of our TLS from the genuine servers' (testdata/*.hellos, made by
// test/differential/ftp/record_hellos.py).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/hello_replay.h"
#include "service/ftp/world.h"

namespace decnet::service::ftp {

namespace {

void expect_no_distance(Profile::Server server, const std::string& file) {
  const auto distance = net::replay_hellos("testdata/" + file, tls_manner(server));
  ASSERT_TRUE(distance);
  fmt::print("{}: distance {} of {} answers\n", file, distance->different, distance->answers);
  EXPECT_GE(distance->answers, 30U);
  EXPECT_EQ(distance->different, 0U) << distance->report;
}

}  // namespace

TEST(FtpHello, VsftpdShakesHandsAsRecorded) {
  expect_no_distance(Profile::Server::vsftpd, "vsftpd.hellos");
}
TEST(FtpHello, ProftpdShakesHandsAsRecorded) {
  expect_no_distance(Profile::Server::proftpd, "proftpd.hellos");
}

}  // namespace decnet::service::ftp
