#include "persona/certificate_facts.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>

#include "persona/archetype.h"
#include "persona/site.h"

namespace decnet::persona {
namespace {

using std::chrono::days;

TimePoint whole_seconds(TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

// OpenSSL draws 20 bytes (159 bits) for `req -x509`, 8 for small authorities' scripts.
std::string make_serial(SeededRandom& random, std::size_t count) {
  std::string serial = random.bytes(count);
  serial[0] = static_cast<char>((serial[0] & 0x7f) | 0x10);
  return serial;
}

// The dates of the last renewal before `now`: each comes `early` before the end of the one before.
void renew(CertificateFacts& facts, TimePoint first, days valid, days early, TimePoint now) {
  facts.not_before = whole_seconds(first);
  const days period = valid - early;
  if (now > facts.not_before) {
    const auto renewals = (now - facts.not_before) / period;
    facts.not_before += renewals * period;
  }
  facts.not_after = facts.not_before + valid;
}

DistinguishedName full_name(SeededRandom& random, const Site& site, const std::string& common) {
  DistinguishedName name = {{"C", site.country}, {"ST", site.state}};
  if (random.chance(0.8)) name.emplace_back("L", site.city);
  name.emplace_back("O", site.company);
  if (random.chance(0.5)) {
    constexpr std::array<std::string_view, 4> kUnits = {"IT", "IT Department", "Infrastructure",
                                                        "Operations"};
    name.emplace_back("OU", random.pick(kUnits));
  }
  name.emplace_back("CN", common);
  return name;
}

// The first certificate was made within the host's first days.
TimePoint first_made(SeededRandom& random, const Persona& persona, TimePoint now) {
  const auto after = std::chrono::minutes{random.between(30, 6 * 24 * 60)};
  return std::min(persona.installed_at + after, now);
}

// make-ssl-cert: CN and one name, ten years, no key identifiers (its configuration asks for none).
CertificateFacts snakeoil(SeededRandom& random, const Persona& persona, TimePoint now) {
  CertificateFacts facts{.habit = CertificateHabit::snakeoil};
  const std::string name = persona.fqdn();
  // A common name is at most 64 characters long; make-ssl-cert takes the short one then.
  facts.subject = {{"CN", name.size() <= 64 ? name : persona.hostname}};
  facts.dns_names = {name};
  facts.not_before = whole_seconds(
      std::min(persona.installed_at + std::chrono::minutes{random.between(3, 40)}, now));
  facts.not_after = facts.not_before + days{3650};
  facts.serial = make_serial(random, 20);
  return facts;
}

CertificateFacts self_signed(SeededRandom& random, const Persona& persona, const Site& site,
                             TimePoint now) {
  CertificateFacts facts{.habit = CertificateHabit::self_signed};
  constexpr std::array<int, 5> kDays = {365, 730, 1095, 1825, 3650};
  const days valid{random.pick(kDays)};
  const TimePoint first = first_made(random, persona, now);
  const days early{random.between(1, 20)};
  if (random.chance(0.15)) {  // Nobody renews it.
    facts.not_before = whole_seconds(first);
    facts.not_after = facts.not_before + valid;
  } else {
    renew(facts, first, valid, early, now);
  }
  facts.subject = full_name(random, site, persona.fqdn());
  if (random.chance(0.6)) facts.dns_names = {persona.fqdn(), persona.hostname};
  constexpr std::array<KeyKind, 4> kKeys = {KeyKind::rsa2048, KeyKind::rsa2048, KeyKind::rsa4096,
                                            KeyKind::ec_p256};
  facts.key = random.pick(kKeys);
  facts.is_authority = true;
  facts.has_key_identifiers = true;
  return facts;
}

std::string authority_name(const Site& site, SeededRandom random) {
  constexpr std::array<std::string_view, 4> kForms = {" Internal CA", " Root CA", " Issuing CA 01",
                                                      " IT CA"};
  const std::string brand = site.company.substr(0, site.company.find(' '));
  return brand + std::string(random.pick(kForms));
}

SeededRandom site_stream(const Persona& persona, std::string_view purpose) {
  return {persona.seed >> 32, purpose};
}

DistinguishedName authority_subject(const Persona& persona, const Site& site) {
  return {{"C", site.country},
          {"O", site.company},
          {"CN", authority_name(site, site_stream(persona, "site.authority.name"))}};
}

CertificateFacts site_signed(SeededRandom& random, const Persona& persona, const Site& site,
                             TimePoint now) {
  CertificateFacts facts{.habit = CertificateHabit::site_signed};
  constexpr std::array<int, 3> kDays = {365, 397, 730};
  const days valid{random.pick(kDays)};
  renew(facts, first_made(random, persona, now), valid, days{random.between(7, 45)}, now);
  facts.subject = full_name(random, site, persona.fqdn());
  facts.issuer = authority_subject(persona, site);
  facts.dns_names = {persona.fqdn()};
  if (random.chance(0.5)) facts.dns_names.push_back(persona.hostname);
  facts.key = random.chance(0.8) ? KeyKind::rsa2048 : KeyKind::rsa4096;
  facts.has_key_identifiers = true;
  return facts;
}

// Every renewal has a serial of its own, and always the same one.
std::string serial_of(const Persona& persona, TimePoint not_before, std::size_t count) {
  SeededRandom random(persona.seed ^ static_cast<std::uint64_t>(to_micros(not_before)),
                      "persona.certificate.serial");
  return make_serial(random, count);
}

}  // namespace

CertificateFacts certificate_facts(const Persona& persona, TimePoint now) {
  const Site site = make_site(persona.seed);
  SeededRandom random = persona.stream("persona.certificate");
  const bool linux_host = persona.personality == "linux5";
  CertificateFacts facts;
  if (site.has_authority && random.chance(0.75)) {
    facts = site_signed(random, persona, site, now);
    facts.serial = serial_of(persona, facts.not_before, 16);
    return facts;
  }
  if (linux_host && random.chance(0.5)) {
    facts = snakeoil(random, persona, now);
  } else {
    facts = self_signed(random, persona, site, now);
    facts.serial = serial_of(persona, facts.not_before, 20);
  }
  facts.issuer = facts.subject;
  return facts;
}

CertificateFacts authority_facts(const Persona& persona, TimePoint now) {
  const Site site = make_site(persona.seed);
  SeededRandom random = site_stream(persona, "site.authority");
  CertificateFacts facts{.habit = CertificateHabit::self_signed};
  facts.subject = authority_subject(persona, site);
  facts.issuer = facts.subject;
  // Older than any host: counted from a fixed day, so that all hosts of the site agree.
  const TimePoint epoch{std::chrono::sys_days{std::chrono::year{2015} / 3 / 1}};
  const TimePoint made = epoch + Duration{std::chrono::minutes{random.between(0, 3 * 525'600)}};
  facts.not_before = whole_seconds(std::min(made, now));
  facts.not_after = facts.not_before + days{20 * 365 + 5};
  facts.serial = make_serial(random, 20);
  facts.key = KeyKind::rsa4096;
  facts.is_authority = true;
  facts.has_key_identifiers = true;
  return facts;
}

}  // namespace decnet::persona
