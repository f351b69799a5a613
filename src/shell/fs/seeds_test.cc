#include "shell/fs/seeds.h"

#include <chrono>

#include <crypt.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/filesystem.h"

namespace decnet::shell {
namespace {

using testing::HasSubstr;
using testing::Not;

const Credentials kRoot{};

struct SeedsTest : testing::Test {
  FakeClock clock;
  std::shared_ptr<const persona::Persona> persona_of(std::uint64_t seed,
                                                     std::string_view archetype) {
    return std::make_shared<persona::Persona>(
        persona::make_persona({.name = "",
                               .seed = seed,
                               .archetype = std::string(archetype),
                               .deployed_at = clock.now()}));
  }
  SeedRequest request(std::uint64_t seed, std::string_view archetype = "web-server") {
    return {.persona = persona_of(seed, archetype),
            .image = nullptr,
            .clock = &clock,
            .address = "192.0.2.10",
            .prefix = 24,
            .gateway = "192.0.2.1"};
  }
};

TEST_F(SeedsTest, AHostIsItsPersona) {
  const SeedRequest wanted = request(42);
  FileSystem files(make_seed_layer(wanted), clock);
  EXPECT_EQ(*files.read_file("/etc/hostname", kRoot), wanted.persona->hostname + "\n");
  EXPECT_THAT(*files.read_file("/etc/network/interfaces", kRoot),
              HasSubstr("address 192.0.2.10/24"));
  EXPECT_THAT(*files.read_file("/etc/fstab", kRoot), HasSubstr("errors=remount-ro"));
  EXPECT_EQ(files.read_file("/etc/machine-id", kRoot)->size(), 33U);
  EXPECT_EQ(files.read_file("/etc/shadow", {1000, 1000, {}}).error(), EACCES);
  EXPECT_TRUE(files.stat("/root/.bash_history", kRoot));
  EXPECT_EQ(files.stat("/dev/null", kRoot)->kind, Kind::character);
}

TEST_F(SeedsTest, TheShadowHoldsThePasswordThatLogsIn) {
  const SeedRequest wanted = request(7);
  FileSystem files(make_seed_layer(wanted), clock);
  const std::string shadow = *files.read_file("/etc/shadow", kRoot);
  EXPECT_EQ(shadow.size(), files.stat("/etc/shadow", kRoot)->size);
  int checked = 0;
  for (const persona::Account& account : wanted.persona->accounts) {
    const std::size_t at = ("\n" + shadow).find("\n" + account.user + ":");
    ASSERT_NE(at, std::string::npos) << account.user;
    const std::size_t from = at + account.user.size() + 1;
    const std::string hash = shadow.substr(from, shadow.find(':', from) - from);
    if (account.password.empty()) {
      EXPECT_EQ(hash, "!");
      continue;
    }
    crypt_data data{};
    EXPECT_EQ(crypt_r(account.password.c_str(), hash.c_str(), &data), hash);
    ++checked;
  }
  EXPECT_GT(checked, 0);
}

TEST_F(SeedsTest, LogsOnlyGrowUntilTheyAreRotated) {
  FileSystem files(make_seed_layer(request(3)), clock);
  for (const char* path :
       {"/var/log/auth.log", "/var/log/syslog", "/var/log/cron.log", "/var/log/wtmp"}) {
    FakeClock start(clock.now());
    const std::string before = *files.read_file(path, kRoot);
    clock.advance(std::chrono::hours{3});
    const std::string after = *files.read_file(path, kRoot);
    EXPECT_TRUE(after.starts_with(before)) << path;
    EXPECT_LT(after.size(), 200'000U) << path;
  }
  EXPECT_THAT(*files.read_file("/var/log/auth.log", kRoot), HasSubstr("CRON["));
  const auto stat = files.stat("/var/log/auth.log", kRoot);
  EXPECT_LE(stat->modified, clock.now());
  EXPECT_GT(stat->modified, clock.now() - std::chrono::hours{2});
}

TEST_F(SeedsTest, TwoHostsShareNoSecret) {
  FileSystem one(make_seed_layer(request(persona::Persona{}.seed + 100, "database-server")), clock);
  FileSystem other(make_seed_layer(request(101, "database-server")), clock);
  for (const char* path : {"/etc/machine-id", "/etc/fstab", "/root/.ssh/known_hosts", "/etc/shadow",
                           "/root/.bash_history"}) {
    EXPECT_NE(*one.read_file(path, kRoot), *other.read_file(path, kRoot)) << path;
  }
}

TEST_F(SeedsTest, NothingIsOlderThanTheInstallationOrYoungerThanNow) {
  for (const char* archetype :
       {"web-server", "database-server", "mail-server", "iot-device", "linux-server"}) {
    for (std::uint64_t seed = 1; seed < 12; ++seed) {
      const SeedRequest wanted = request(seed << 32 | seed, archetype);
      FileSystem files(make_seed_layer(wanted), clock);
      std::vector<std::string> todo{"/"};
      while (!todo.empty()) {
        const std::string path = todo.back();
        todo.pop_back();
        const auto stat = files.stat(path, kRoot, Follow::no);
        ASSERT_TRUE(stat) << path;
        EXPECT_GE(stat->modified, wanted.persona->installed_at) << path << archetype << seed;
        EXPECT_LE(stat->modified, clock.now()) << path << archetype << seed;
        if (stat->kind != Kind::directory) continue;
        const auto entries = files.list(path, kRoot);
        for (const auto& entry : *entries)
          todo.push_back((path == "/" ? "" : path) + "/" + entry.name);
      }
    }
  }
}

TEST_F(SeedsTest, IsBuiltOnceForAllMachinesOfADecky) {
  const SeedRequest wanted = request(9);
  const auto first = shared_seed_layer(wanted);
  EXPECT_EQ(shared_seed_layer(wanted), first);
  EXPECT_NE(shared_seed_layer(request(10)), first);
}

}  // namespace
}  // namespace decnet::shell
