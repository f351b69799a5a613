#include "bus/make_bus.h"

#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "bus/client.h"
#include "bus/null_bus.h"
#include "net/loop.h"

namespace decnet::bus {
namespace {

namespace fs = std::filesystem;

Environment environment(const std::map<std::string, std::string>& values) {
  return [values](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

TEST(SocketPath, is_found_in_this_order) {
  std::string name = (fs::temp_directory_path() / "decnet-run-XXXXXX").string();
  const std::string writable = ::mkdtemp(name.data());
  std::map<std::string, std::string> set = {{"DECNET_BUS_SOCKET", "/named/bus.sock"},
                                            {"XDG_RUNTIME_DIR", "/run/user/1000"},
                                            {"HOME", "/home/alice"}};
  EXPECT_EQ(*socket_path("/flag/bus.sock", environment(set), writable), "/flag/bus.sock");
  EXPECT_EQ(*socket_path("", environment(set), writable), "/named/bus.sock");
  set["DECNET_BUS_SOCKET"] = "";  // As good as not set.
  EXPECT_EQ(*socket_path("", environment(set), writable), writable + "/bus.sock");
  fs::remove_all(writable);
  EXPECT_EQ(*socket_path("", environment(set), writable), "/run/user/1000/decnet/bus.sock");
  set.erase("XDG_RUNTIME_DIR");
  EXPECT_EQ(*socket_path("", environment(set), writable), "/home/alice/.decnet/bus.sock");
  set.erase("HOME");
  EXPECT_EQ(socket_path("", environment(set), writable).error().code, Errc::not_found);
}

TEST(BusOptions, the_bus_is_on_unless_it_is_switched_off) {
  for (const auto* no : {"false", "FALSE", "False", "0", "no", "off"}) {
    const auto options = bus_options("core", "", environment({{"DECNET_BUS_ENABLED", no}}));
    ASSERT_TRUE(options.has_value()) << no << ": no socket is needed then";
    EXPECT_FALSE(options->enabled) << no;
  }
  for (const auto* yes : {"true", "1", "", "yes"}) {
    const auto options = bus_options(
        "core", "", environment({{"DECNET_BUS_ENABLED", yes}, {"DECNET_BUS_SOCKET", "/x"}}));
    ASSERT_TRUE(options.has_value()) << yes;
    EXPECT_TRUE(options->enabled) << yes;
    EXPECT_EQ(options->socket, "/x");
    EXPECT_EQ(options->client_name, "core");
  }
  EXPECT_TRUE(bus_options("core", "/y", environment({}))->enabled);
}

TEST(MakeBus, picks_by_configuration) {
  net::Loop loop;
  BusOptions options;
  options.enabled = false;
  EXPECT_NE(dynamic_cast<NullBus*>(make_bus(loop.executor(), options).get()), nullptr);
  options.enabled = true;
  options.socket = "/nonexistent/bus.sock";
  const auto bus = make_bus(loop.executor(), options);
  EXPECT_NE(dynamic_cast<UnixBus*>(bus.get()), nullptr);
  EXPECT_FALSE(bus->connected());
}

}  // namespace
}  // namespace decnet::bus
