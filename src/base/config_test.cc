#include "base/config.h"

#include <fstream>

#include <gtest/gtest.h>

namespace decnet {
namespace {

Result<Config> from_file(const std::string& text, Environment environment = {}) {
  const std::string path = testing::TempDir() + "decnet-config-test.toml";
  std::ofstream(path) << text;
  return load_config({.file = path, .environment = std::move(environment)});
}

TEST(Config, later_sources_win) {
  const auto config =
      from_file("[api]\nport = 81\naddress = \"127.0.0.2\"\n[log]\nlevel = \"warn\"\n",
                {{"DECNET_API_PORT", "82"}, {"DECNET_UNRELATED", "x"}});
  ASSERT_TRUE(config.has_value()) << config.error().detail;
  EXPECT_EQ(config->api.port, 82U);
  EXPECT_EQ(config->api.address, "127.0.0.2");
  EXPECT_EQ(
      load_config({.environment = {{"DECNET_API_PORT", "82"}}, .overrides = {{"api.port", "83"}}})
          ->api.port,
      83U);
}

TEST(Config, reads_sizes_and_durations) {
  const auto config = from_file(
      "[ingest]\nsegment_bytes = \"2MiB\"\nlog_bytes = 5\n[store]\nretention_age = \"30d\"\n");
  ASSERT_TRUE(config.has_value()) << config.error().detail;
  EXPECT_EQ(config->ingest.segment_bytes, 2U << 20);
  EXPECT_EQ(config->ingest.log_bytes, 5U);
  EXPECT_EQ(config->store.retention_age, std::chrono::days{30});
}

TEST(Config, names_the_bad_key_and_its_line) {
  const auto detail = [](const std::string& text) { return from_file(text).error().detail; };
  EXPECT_NE(detail("[api]\n\nprot = 1\n").find(":3: there is no key api.prot; is api.port meant?"),
            std::string::npos);
  EXPECT_NE(detail("[api]\nport = 70000\n")
                .find("api.port = \"70000\": it takes a number from 1 to 65535"),
            std::string::npos);
  EXPECT_NE(detail("[bus]\nqueue_bytes = \"8 apples\"\n").find("something like 64MiB"),
            std::string::npos);
  EXPECT_NE(detail("[bus\n").find(":1:"), std::string::npos);
  EXPECT_EQ(load_config({.file = "/nonexistent.toml"}).error().code, Errc::not_found);
}

TEST(Config, every_key_shows_a_value_that_it_takes) {
  for (const auto& key : config_keys(Config{})) {
    const auto again = load_config({.overrides = {{key.name, key.value}}});
    EXPECT_TRUE(again.has_value()) << again.error().detail;
    EXPECT_FALSE(key.help.empty());
  }
}

}  // namespace
}  // namespace decnet
