#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bus/bridge/bridge.h"

namespace decnet::bus::bridge {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(BridgeServers, are_said_as_urls_of_one_cluster) {
  const auto servers = parse_servers("nats://a, tls://b.example:4443,nats://[::1]:1").value();
  ASSERT_EQ(servers.size(), 3U);
  EXPECT_EQ(servers[0].url, "nats://a:4222");
  EXPECT_FALSE(servers[0].tls);
  EXPECT_EQ(servers[1].url, "nats://b.example:4443");
  EXPECT_EQ(servers[1].host, "b.example");
  EXPECT_TRUE(servers[1].tls);
  EXPECT_EQ(servers[2].url, "nats://[::1]:1");
  EXPECT_EQ(servers[2].host, "::1");
}

TEST(BridgeServers, that_are_none_are_refused) {
  for (const auto* bad : {"", "a", "a:4222", "http://a", "NATS://a", "nats://", "nats://:4222",
                          "nats://a:0", "nats://a:65536", "nats://a:x", "nats://a:", "nats://a/b",
                          "nats://a b", "nats://[::1", "nats://a,", "nats://a:1:2", "nats://a\n"})
    EXPECT_FALSE(parse_servers(bad).has_value()) << bad;
  std::string many = "nats://a";
  for (std::size_t n = 1; n < kServersMax; ++n) many += ",nats://a";
  EXPECT_EQ(parse_servers(many).value().size(), kServersMax);
  EXPECT_EQ(parse_servers(many + ",nats://a").error().code, Errc::limit);
}

TEST(BridgeServers, a_password_in_a_url_is_refused_and_not_repeated) {
  const auto refused = parse_servers("nats://user:secret-word@a");
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().detail, HasSubstr("bus.bridge_password_file"));
  EXPECT_THAT(refused.error().detail, Not(HasSubstr("secret-word")));
}

class BridgeOptionsTest : public testing::Test {
 protected:
  BridgeOptionsTest() {
    std::string name = (std::filesystem::temp_directory_path() / "decnet-bridge-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    config.bus.bridge = "nats://127.0.0.1";
    config.bus.bridge_host = "fra-1";
  }
  ~BridgeOptionsTest() override { std::filesystem::remove_all(folder); }

  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder + "/" + name) << text;
    return folder + "/" + name;
  }
  std::string refused() const {
    const auto options = bridge_options(config);
    return options ? "it is accepted" : options.error().detail;
  }

  Config config;
  std::string folder;
};

TEST_F(BridgeOptionsTest, a_server_and_a_name_are_enough) {
  const auto options = bridge_options(config);
  ASSERT_TRUE(options.has_value()) << options.error().detail;
  EXPECT_EQ(options->names.host(), "fra-1");
  EXPECT_EQ(options->servers.at(0).url, "nats://127.0.0.1:4222");
  EXPECT_EQ(options->queue.bytes, kQueueBytesMax);
  EXPECT_EQ(options->queue.events, kQueueEventsMax);
}

TEST_F(BridgeOptionsTest, what_tells_workers_to_stop_does_not_leave_by_default) {
  const auto options = bridge_options(config).value();
  for (const auto* topic : {"system.mutator.control", "system.log", "topology.1.status"})
    for (const Pattern& pattern : options.names.exports())
      EXPECT_FALSE(pattern.matches(topic)) << topic << " by " << pattern.text();
}

TEST_F(BridgeOptionsTest, an_error_names_its_key) {
  config.bus.bridge_host = "fra.1";
  EXPECT_THAT(refused(), HasSubstr("bus.bridge_host"));
  config.bus.bridge_host = "fra-1";
  config.bus.bridge_export = "a..b";
  EXPECT_THAT(refused(), HasSubstr("bus.bridge_export"));
  config.bus.bridge_export = "remote.>";
  EXPECT_THAT(refused(), HasSubstr("never sent on"));
  config.bus.bridge_export = ">";
  config.bus.bridge_import = "fra-1.>";
  EXPECT_THAT(refused(), HasSubstr("own"));
  config.bus.bridge_import = ">";
  config.bus.bridge_credentials = folder + "/absent";
  EXPECT_THAT(refused(), HasSubstr("bus.bridge_credentials"));
  config.bus.bridge_credentials = "";
  config.bus.bridge_tls_key = file("key", "x");
  EXPECT_THAT(refused(), HasSubstr("belong together"));
}

TEST_F(BridgeOptionsTest, a_password_is_the_first_line_of_its_file) {
  config.bus.bridge_user = "bridge";
  EXPECT_THAT(refused(), HasSubstr("belong together"));
  config.bus.bridge_password_file = file("password", "right word\r\nand more\n");
  EXPECT_EQ(bridge_options(config).value().link.password, "right word");
  config.bus.bridge_password_file = file("empty", "\n");
  EXPECT_THAT(refused(), HasSubstr("has no password"));
  config.bus.bridge_password_file = folder + "/absent";
  EXPECT_THAT(refused(), HasSubstr("bus.bridge_password_file"));
}

}  // namespace
}  // namespace decnet::bus::bridge
