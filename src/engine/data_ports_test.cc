#include "engine/data_ports.h"

#include <gtest/gtest.h>

namespace decnet::engine {

namespace {

using namespace std::chrono_literals;

const net::IpAddress kPeer = net::IpAddress::v4(0xc6336407);
const net::IpAddress kOther = net::IpAddress::v4(0xc6336408);

net::Endpoint local(std::uint16_t port) {
  return {net::IpAddress::v4(0xc0000201), port};
}

}  // namespace

TEST(EngineDataPorts, ExpectThePeerOfTheSessionUntilShortlyAfterTheyAreClosed) {
  DataPorts ports;
  ports.open(local(50'001), kPeer, 1s);
  EXPECT_TRUE(ports.expects(local(50'001), kPeer, 1000s));
  EXPECT_FALSE(ports.expects(local(50'001), kOther, 1000s));
  EXPECT_FALSE(ports.expects(local(50'002), kPeer, 1000s));
  ports.close(local(50'001), 1000s);
  EXPECT_TRUE(ports.expects(local(50'001), kPeer, 1000s + kDataPortKept - 1ns));
  EXPECT_FALSE(ports.expects(local(50'001), kPeer, 1000s + kDataPortKept));
}

TEST(EngineDataPorts, AreOnlySoMany) {
  DataPorts ports;
  for (std::size_t n = 0; n <= kDataPortsMax; ++n)
    ports.open(local(static_cast<std::uint16_t>(1'024 + n)), kPeer, 1s);
  const auto last = local(static_cast<std::uint16_t>(1'024 + kDataPortsMax));
  EXPECT_FALSE(ports.expects(last, kPeer, 2s));
  EXPECT_TRUE(ports.expects(local(1'024), kPeer, 2s));
  ports.close(local(1'024), 2s);
  ports.open(last, kPeer, 2s + kDataPortKept);  // What is over makes room.
  EXPECT_TRUE(ports.expects(last, kPeer, 10s));
}

}  // namespace decnet::engine
