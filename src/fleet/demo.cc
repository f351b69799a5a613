#include "fleet/demo.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include <fmt/format.h>

#include "base/random.h"
#include "base/try.h"
#include "fleet/address.h"
#include "fleet/catalog.h"
#include "persona/archetype.h"
#include "persona/persona.h"
#include "persona/site.h"

namespace decnet::fleet {
namespace {

// The first addresses of a network are its routers'.
constexpr std::uint32_t kFirstOffset = 10;

struct Part {
  std::string_view archetype;
  std::string_view has;      // A program that the persona must have …
  std::string_view has_not;  // … and one that it must not; empty: any.
};

constexpr std::array<Part, kDemoDeckies> kParts = {{
    {"web-server", "nginx", "wordpress"},
    {"web-server", "apache2", "php"},
    {"web-server", "wordpress", ""},
    {"web-server", "phpmyadmin", ""},
    {"file-server", "vsftpd", ""},
    {"file-server", "proftpd", ""},
    {"database-server", "redis", ""},
    {"devops-host", "redis", ""},
    {"monitoring-node", "apache2", ""},
    {"mail-server", "nginx", ""},
    {"linux-server", "", ""},
    {"iot-device", "", ""},
}};

bool fits(const persona::Persona& persona, const Part& part) {
  return (part.has.empty() || persona.versions.contains(part.has)) &&
         (part.has_not.empty() || !persona.versions.contains(part.has_not));
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

}  // namespace

Result<std::vector<DeckySpec>> demo_fleet(std::uint64_t seed, TimePoint deployed_at,
                                          std::string_view prefix) {
  const Prefix network = DECNET_TRY(Prefix::create(prefix));
  const auto addresses = DECNET_TRY(network.allocate(kDemoDeckies, {}, kFirstOffset));
  SeededRandom random(seed, "fleet.demo");
  const auto site = static_cast<std::uint32_t>(random.next() >> 32);
  std::set<std::string> names, macs;
  std::vector<DeckySpec> deckies;
  while (deckies.size() < kParts.size()) {
    const Part& part = kParts[deckies.size()];
    const std::uint64_t host =
        persona::seed_of(site, static_cast<std::uint32_t>(random.next() >> 32));
    const persona::Persona persona =
        persona::make_persona({.name = "",
                               .seed = host,
                               .archetype = std::string(part.archetype),
                               .deployed_at = deployed_at});
    const std::string name = lower(persona.hostname);
    if (!fits(persona, part) || names.contains(name) || macs.contains(persona.mac)) continue;
    names.insert(name);
    macs.insert(persona.mac);
    deckies.push_back({.uuid = Uuid::v8(fmt::format("decnet demo {} {}", seed, deckies.size())),
                       .name = name,
                       .archetype = std::string(part.archetype),
                       .seed = host,
                       .ip = addresses[deckies.size()],
                       .services = default_services(*persona::find_archetype(part.archetype)),
                       .deployed_at = deployed_at});
  }
  return deckies;
}

}  // namespace decnet::fleet
