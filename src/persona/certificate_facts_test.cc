#include "persona/certificate_facts.h"

#include <chrono>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "persona/site.h"

namespace decnet::persona {
namespace {

using std::chrono::days;

const TimePoint kNow = parse_time("2026-11-23T12:00:00Z").value();

Persona host(std::uint32_t site, std::uint32_t number) {
  return make_persona(
      {.name = "", .seed = seed_of(site, number), .archetype = "web-server", .deployed_at = kNow});
}

std::string common_name(const DistinguishedName& name) {
  return !name.empty() && name.back().first == "CN" ? name.back().second : "";
}

TEST(CertificateFacts, AgreeWithThePersona) {
  std::map<CertificateHabit, int> habits;
  int expired = 0;
  for (std::uint32_t n = 0; n < 600; ++n) {
    const Persona persona = host(n % 30, n);
    const CertificateFacts facts = certificate_facts(persona, kNow);
    ++habits[facts.habit];
    EXPECT_EQ(common_name(facts.subject), persona.fqdn());
    EXPECT_GE(facts.not_before, persona.installed_at - std::chrono::seconds{1});
    EXPECT_LE(facts.not_before, kNow);
    EXPECT_GT(facts.not_after, facts.not_before + days{300});
    EXPECT_EQ(facts.not_before, std::chrono::floor<std::chrono::seconds>(facts.not_before));
    expired += facts.not_after < kNow ? 1 : 0;
    if (facts.habit == CertificateHabit::site_signed) {
      EXPECT_EQ(facts.issuer, authority_facts(persona, kNow).subject);
      EXPECT_GT(facts.not_after, kNow);
    } else {
      EXPECT_EQ(facts.issuer, facts.subject);
    }
  }
  EXPECT_GT(habits[CertificateHabit::snakeoil], 100);
  EXPECT_GT(habits[CertificateHabit::self_signed], 100);
  EXPECT_GT(habits[CertificateHabit::site_signed], 60);
  EXPECT_GT(expired, 0);
  EXPECT_LT(expired, 60);
}

TEST(CertificateFacts, NoTwoHostsShareSerialOrDates) {
  std::set<std::string> serials;
  std::set<TimePoint> dates;
  for (std::uint32_t n = 0; n < 300; ++n) {
    const CertificateFacts facts = certificate_facts(host(4, n), kNow);
    serials.insert(facts.serial);
    dates.insert(facts.not_before);
    EXPECT_GE(facts.serial.size(), 16U);
    EXPECT_GT(facts.serial[0], 0);
  }
  EXPECT_EQ(serials.size(), 300U);
  EXPECT_GT(dates.size(), 297U);
}

TEST(CertificateFacts, StayUntilTheyAreRenewed) {
  int renewed = 0;
  for (std::uint32_t n = 0; n < 200; ++n) {
    const Persona persona = host(n, n);
    const CertificateFacts today = certificate_facts(persona, kNow);
    EXPECT_EQ(today, certificate_facts(persona, kNow));
    const CertificateFacts later = certificate_facts(persona, kNow + days{200});
    if (later.not_before == today.not_before) {
      EXPECT_EQ(today, later);
    } else {
      ++renewed;
      EXPECT_NE(today.serial, later.serial);
      EXPECT_EQ(today.subject, later.subject);
    }
  }
  EXPECT_GT(renewed, 20);
}

TEST(CertificateFacts, TheAuthorityIsOneForAllHostsOfASite) {
  EXPECT_EQ(authority_facts(host(9, 1), kNow), authority_facts(host(9, 2), kNow));
  EXPECT_NE(authority_facts(host(9, 1), kNow), authority_facts(host(10, 1), kNow));
  EXPECT_TRUE(authority_facts(host(9, 1), kNow).is_authority);
}

}  // namespace
}  // namespace decnet::persona
