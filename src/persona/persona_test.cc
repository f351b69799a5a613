#include "persona/persona.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "persona/accounts.h"
#include "persona/archetype.h"
#include "persona/mac.h"
#include "persona/releases.h"
#include "persona/releases_debian.h"
#include "persona/site.h"

namespace decnet::persona {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const TimePoint kDeployed = parse_time("2026-11-23T12:00:00Z").value();
constexpr std::uint32_t kHosts = 400;

Persona at(std::uint32_t site, std::uint32_t host, std::string_view archetype) {
  return make_persona({.name = "",
                       .seed = seed_of(site, host),
                       .archetype = std::string(archetype),
                       .deployed_at = kDeployed});
}

// One of every archetype for each of many seeds.
const std::vector<Persona>& many() {
  static const std::vector<Persona> all = [] {
    std::vector<Persona> made;
    for (std::uint32_t host = 0; host < kHosts; ++host) {
      for (const Archetype& archetype : archetypes()) {
        const auto number = static_cast<std::uint32_t>(made.size());
        made.push_back(at(host % 37, number, archetype.name));
      }
    }
    return made;
  }();
  return all;
}

bool same(const Persona& a, const Persona& b) {
  return a.seed == b.seed && a.archetype == b.archetype && a.personality == b.personality &&
         a.hostname == b.hostname && a.domain == b.domain && a.distribution == b.distribution &&
         a.kernel == b.kernel && a.mac == b.mac && a.company == b.company &&
         a.accounts == b.accounts && a.installed_at == b.installed_at &&
         a.booted_at == b.booted_at && a.clock_skew_ppm == b.clock_skew_ppm &&
         a.versions == b.versions;
}

TEST(Persona, IsAFunctionOfItsRequest) {
  for (const Archetype& archetype : archetypes()) {
    for (std::uint32_t host = 0; host < 50; ++host) {
      EXPECT_TRUE(same(at(7, host, archetype.name), at(7, host, archetype.name)));
      EXPECT_FALSE(same(at(7, host, archetype.name), at(7, host + 1, archetype.name)));
    }
  }
}

// What a seed gives must not change with a release: deckies live on over upgrades.
TEST(Persona, StaysWhatItIsFromReleaseToRelease) {
  const Persona persona = at(7, 1, "web-server");
  EXPECT_EQ(persona.fqdn() + " " + persona.mac + " " + persona.kernel + " " + persona.company,
            "www-08.int.lindcroft.lan 48:df:37:80:83:05 6.1.0-56-amd64 Lindcroft Medical B.V.");
}

TEST(Persona, HostsOfOneSiteShareTheirOrganisationAndNothingElse) {
  std::set<std::string> macs;
  std::set<TimePoint> installed, booted, minutes;
  std::set<std::vector<std::pair<std::string, std::string>>> logins;
  const Persona first = at(3, 0, "web-server");
  for (std::uint32_t host = 0; host < kHosts; ++host) {
    const Persona persona = at(3, host, "web-server");
    EXPECT_EQ(persona.domain, first.domain);
    EXPECT_EQ(persona.company, first.company);
    macs.insert(persona.mac);
    installed.insert(persona.installed_at);
    booted.insert(persona.booted_at);
    minutes.insert(std::chrono::floor<std::chrono::minutes>(persona.installed_at));
    std::vector<std::pair<std::string, std::string>> open;
    for (const Account& account : persona.accounts) {
      if (!account.password.empty()) open.emplace_back(account.user, account.password);
    }
    logins.insert(open);
  }
  EXPECT_EQ(macs.size(), kHosts);
  EXPECT_EQ(installed.size(), kHosts);
  EXPECT_EQ(booted.size(), kHosts);
  EXPECT_GT(minutes.size(), kHosts * 99 / 100);
  EXPECT_GT(logins.size(), kHosts * 9 / 10);
}

TEST(Persona, SitesDiffer) {
  std::set<std::string> companies, domains;
  for (std::uint32_t site = 0; site < 100; ++site) {
    companies.insert(at(site, 1, "web-server").company);
    domains.insert(at(site, 1, "web-server").domain);
  }
  EXPECT_GT(companies.size(), 95U);
  EXPECT_GT(domains.size(), 95U);
}

TEST(Persona, MacsHaveAVendorOfTheirHardware) {
  std::vector<std::uint64_t> numbers;
  for (const Persona& persona : many()) {
    std::string bare = persona.mac;
    std::erase(bare, ':');
    const std::string bytes = from_hex(bare).value();
    ASSERT_EQ(bytes.size(), 6U);
    EXPECT_EQ(bytes[0] & 3, 0) << persona.mac << " is locally administered or multicast";
    const auto ouis = ouis_of(*find_archetype(persona.archetype));
    EXPECT_TRUE(std::any_of(ouis.begin(), ouis.end(), [&](const Oui& oui) {
      return persona.mac.starts_with(oui.prefix);
    })) << persona.mac;
    ByteReader reader(bytes);
    numbers.push_back(static_cast<std::uint64_t>(reader.u16()) << 32 | reader.u32());
  }
  // Neighbours of a fleet are not consecutive.
  for (std::size_t n = 1; n < numbers.size(); ++n) {
    EXPECT_NE(numbers[n], numbers[n - 1] + 1);
    EXPECT_NE(numbers[n], numbers[n - 1]);
  }
}

TEST(Persona, TimesAreInOrderAndInRange) {
  for (const Persona& persona : many()) {
    EXPECT_LE(persona.installed_at, kDeployed - days{85}) << persona.hostname;
    EXPECT_GE(persona.installed_at, kDeployed - days{4 * 365 + 7});
    EXPECT_GE(persona.installed_at, released_at(persona.distribution));
    EXPECT_GT(persona.booted_at, persona.installed_at);
    EXPECT_LE(persona.booted_at, kDeployed - days{1});
    EXPECT_GE(persona.booted_at, kDeployed - days{212});
    EXPECT_LE(std::abs(persona.clock_skew_ppm), 80);
  }
}

TEST(Persona, UptimesSpreadOverWeeksAndMonths) {
  int days_up = 0, weeks_up = 0, months_up = 0;
  for (const Persona& persona : many()) {
    const auto up = kDeployed - persona.booted_at;
    (up < days{7} ? days_up : up < days{60} ? weeks_up : months_up) += 1;
  }
  EXPECT_GT(days_up, 500);
  EXPECT_GT(weeks_up, 1500);
  EXPECT_GT(months_up, 500);
}

TEST(Persona, VersionsFitTheDistributionAndEachOther) {
  for (const Persona& persona : many()) {
    for (const auto& [program, version] : persona.versions) {
      if (program.ends_with(".package")) continue;
      const Release* last = release_of(persona.distribution, program, kDeployed);
      ASSERT_NE(last, nullptr) << program << " is not in " << persona.distribution;
      const Release* first = release_of(persona.distribution, program, persona.installed_at);
      EXPECT_GE(last->available, first->available);
    }
    EXPECT_FALSE(persona.versions.contains("nginx") && persona.versions.contains("apache2"));
    EXPECT_FALSE(persona.versions.contains("vsftpd") && persona.versions.contains("proftpd"));
    if (persona.version("wordpress") != "") {
      EXPECT_NE(persona.version("php"), "");
    }
    if (persona.version("phpmyadmin") != "") {
      EXPECT_NE(persona.version("mariadb"), "");
    }
    if (persona.personality == "linux5") {
      EXPECT_EQ(persona.version("openssh"), "9.2p1");
    }
    EXPECT_EQ(persona.version("no-such-program"), "");
  }
}

// A host cannot run a kernel that came out after it was started.
TEST(Persona, KernelIsNotYoungerThanTheBoot) {
  for (const Persona& persona : many()) {
    if (persona.distribution != "debian12" && persona.distribution != "raspios12") continue;
    const auto kernels =
        persona.distribution == "debian12" ? debian12_kernels() : raspios12_kernels();
    const auto own = std::find_if(kernels.begin(), kernels.end(), [&](const Release& release) {
      return release.version == persona.kernel;
    });
    ASSERT_NE(own, kernels.end()) << persona.kernel;
    const Release* newest = release_of(persona.distribution, "linux", persona.booted_at);
    EXPECT_LE(own->available, newest->available) << persona.kernel;
  }
}

TEST(Persona, ServicesOfAnArchetypeHaveTheirProgram) {
  for (const Persona& persona : many()) {
    const auto services = find_archetype(persona.archetype)->services;
    const auto offers = [&](std::string_view name) {
      return std::find(services.begin(), services.end(), name) != services.end();
    };
    if (offers("http") || offers("https")) {
      EXPECT_TRUE(persona.versions.contains("nginx") || persona.versions.contains("apache2"));
    }
    if (offers("ftp")) {
      EXPECT_TRUE(persona.versions.contains("vsftpd") || persona.versions.contains("proftpd"));
    }
    if (offers("redis")) {
      EXPECT_TRUE(persona.versions.contains("redis"));
    }
  }
}

// Tables are searched from the front: a release that is out of order would never be found.
TEST(Releases, AreInOrder) {
  for (const auto table : {debian12_programs(), debian12_kernels(), raspios12_kernels()}) {
    for (std::size_t n = 1; n < table.size(); ++n) {
      if (table[n].program == table[n - 1].program) {
        EXPECT_GT(table[n].available, table[n - 1].available) << table[n].package;
      }
    }
  }
}

TEST(Persona, EveryStackIsSeen) {
  std::map<std::string, std::set<std::string>> seen;
  for (const Persona& persona : many()) {
    std::string stack;
    for (const auto& [program, version] : persona.versions) {
      if (!program.ends_with(".package")) stack += program + " ";
    }
    seen[persona.archetype].insert(stack);
  }
  for (const Archetype& archetype : archetypes()) {
    if (archetype.personality == "linux5") {
      EXPECT_EQ(seen[std::string(archetype.name)].size(), archetype.stacks.size())
          << archetype.name;
    }
  }
}

TEST(Persona, FewAccountsAreOpenAndTheirPasswordsAreGuessable) {
  std::set<std::string> passwords;
  for (const Persona& persona : many()) {
    std::set<std::string> users;
    int open = 0;
    for (const Account& account : persona.accounts) {
      EXPECT_TRUE(users.insert(account.user).second) << account.user << " twice";
      EXPECT_LE(account.user.size(), 32U);
      if (account.password.empty()) continue;
      ++open;
      passwords.insert(account.password);
      EXPECT_LE(account.password.size(), 32U);
      EXPECT_TRUE(is_printable(account.password));
    }
    EXPECT_GE(open, kGuessableMin);
    EXPECT_LE(open, kGuessableMax);
    EXPECT_GE(persona.accounts.size(), persona.personality == "linux5" ? 2U : 1U);
  }
  EXPECT_GT(passwords.size(), 200U);
}

TEST(Persona, NamesAreHostNames) {
  for (const Persona& persona : many()) {
    EXPECT_GE(persona.hostname.size(), 2U);
    EXPECT_LE(persona.hostname.size(), 15U) << "NetBIOS takes no more: " << persona.hostname;
    for (const char c : persona.hostname) {
      EXPECT_TRUE((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-');
    }
    if (persona.archetype == "printer") {
      EXPECT_TRUE(persona.hostname.starts_with("NPI"));
    } else if (persona.personality == "linux5") {
      EXPECT_TRUE(std::none_of(persona.hostname.begin(), persona.hostname.end(),
                               [](char c) { return c >= 'A' && c <= 'Z'; }));
    }
  }
}

TEST(Persona, TakesTheNameThatTheOperatorChose) {
  const Persona persona = make_persona(
      {.name = "shop.example", .seed = 5, .archetype = "web-server", .deployed_at = kDeployed});
  EXPECT_EQ(persona.hostname, "shop");
  const Persona other =
      make_persona({.name = "", .seed = 5, .archetype = "web-server", .deployed_at = kDeployed});
  EXPECT_EQ(persona.mac, other.mac);
}

TEST(Persona, AnUnknownArchetypeIsAPlainServer) {
  const Persona persona = at(1, 1, "submarine");
  EXPECT_EQ(persona.archetype, "linux-server");
  EXPECT_EQ(persona.personality, "linux5");
}

TEST(Persona, SurvivesAnyDeploymentTime) {
  for (const std::int64_t micros :
       {std::int64_t{0}, std::int64_t{-1'000'000}, to_micros(kDeployed)}) {
    for (const Archetype& archetype : archetypes()) {
      const Persona persona = make_persona({.name = "",
                                            .seed = 9,
                                            .archetype = std::string(archetype.name),
                                            .deployed_at = from_micros(micros)});
      EXPECT_LT(persona.installed_at, from_micros(micros));
      EXPECT_LE(persona.booted_at, from_micros(micros));
    }
  }
}

}  // namespace
}  // namespace decnet::persona
