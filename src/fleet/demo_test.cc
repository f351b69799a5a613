#include "fleet/demo.h"

#include <set>

#include <gtest/gtest.h>

#include "fleet/address.h"
#include "fleet/catalog.h"
#include "persona/persona.h"

namespace decnet::fleet {
namespace {

const TimePoint kNow = parse_time("2026-11-23T12:00:00Z").value();

persona::Persona persona_of(const DeckySpec& decky) {
  return persona::make_persona({.name = decky.name,
                                .seed = decky.seed,
                                .archetype = decky.archetype,
                                .deployed_at = decky.deployed_at});
}

TEST(Demo, IsAFunctionOfItsSeed) {
  EXPECT_EQ(demo_fleet(1, kNow).value(), demo_fleet(1, kNow).value());
  EXPECT_NE(demo_fleet(1, kNow).value(), demo_fleet(2, kNow).value());
}

TEST(Demo, IsAFleetThatCanBeBuilt) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto fleet = demo_fleet(seed, kNow).value();
    ASSERT_EQ(fleet.size(), kDemoDeckies);
    const auto valid = validate(fleet);
    EXPECT_TRUE(valid) << seed << ": " << valid.error().detail;
    const Prefix prefix = Prefix::create(kDemoPrefix).value();
    for (const DeckySpec& decky : fleet) EXPECT_TRUE(prefix.contains(decky.ip));
  }
}

TEST(Demo, ShowsEveryKindOfServer) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    std::set<std::string> programs, macs, domains, boots;
    const auto fleet = demo_fleet(seed, kNow).value();
    for (const DeckySpec& decky : fleet) {
      const persona::Persona persona = persona_of(decky);
      for (const auto& [program, version] : persona.versions) programs.insert(program);
      macs.insert(persona.mac);
      domains.insert(persona.domain);
      boots.insert(format_time(persona.booted_at));
      EXPECT_EQ(persona.hostname, decky.name);
    }
    for (const char* program :
         {"nginx", "apache2", "wordpress", "phpmyadmin", "vsftpd", "proftpd", "redis"}) {
      EXPECT_TRUE(programs.contains(program)) << program << " with seed " << seed;
    }
    EXPECT_EQ(macs.size(), kDemoDeckies);
    EXPECT_EQ(boots.size(), kDemoDeckies);
    EXPECT_EQ(domains.size(), 1U);
  }
}

TEST(Demo, OffersEveryServiceOfTheBuild) {
  std::set<std::string> offered;
  const auto fleet = demo_fleet(1, kNow).value();
  for (const DeckySpec& decky : fleet) {
    for (const ServiceSpec& service : decky.services) offered.insert(service.name);
  }
  for (const char* name : {"http", "https", "ftp", "redis"}) {
    EXPECT_EQ(offered.contains(name), find_service(name) != nullptr) << name;
  }
}

TEST(Demo, NeedsRoom) {
  EXPECT_EQ(demo_fleet(1, kNow, "127.66.0.0/29").error().code, Errc::limit);
}

}  // namespace
}  // namespace decnet::fleet
