#include "persona/hostname.h"

#include <fmt/format.h>

namespace decnet::persona {
namespace {

std::string by_role(SeededRandom& random, const Archetype& archetype, const Site& site) {
  const std::string_view role = random.pick(archetype.roles);
  const std::int64_t number =
      archetype.name == "domain-controller" ? random.between(1, 4) : random.between(1, 24);
  switch (site.host_naming) {
    case HostNaming::dashed:
      return fmt::format("{}-{:02}", role, number);
    case HostNaming::plain:
      return fmt::format("{}{:02}", role, number);
    case HostNaming::short_number:
      return fmt::format("{}{}", role, number);
    case HostNaming::placed:
      return fmt::format("{}-{}-{:02}", site.place_code, role, number);
    case HostNaming::placed_plain:
      return fmt::format("{}{}{:02}", site.place_code, role, number);
    case HostNaming::staged:
      break;
  }
  return fmt::format("{}-{}-{:02}", random.chance(0.75) ? "prd" : "stg", role, number);
}

// Windows names a machine at set-up "DESKTOP-" and seven letters or digits; some sites rename it.
std::string by_desk(SeededRandom& random, const Archetype& archetype, const Site& site) {
  if (random.chance(0.4)) {
    return fmt::format("{}-{}{:04}", site.place_code, random.pick(archetype.roles),
                       random.between(1, 900));
  }
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string name = "desktop-";
  for (int n = 0; n < 7; ++n) name.push_back(random.pick(kLetters));
  return name;
}

std::string by_mac(std::string_view mac) {
  std::string name = "npi";
  for (const char c : mac.substr(mac.size() - 8)) {
    if (c != ':') name.push_back(c);
  }
  return name;
}

}  // namespace

std::string make_hostname(SeededRandom random, const Archetype& archetype, const Site& site,
                          std::string_view mac) {
  switch (archetype.naming) {
    case Naming::printer:
      return by_mac(mac);
    case Naming::workstation:
      return by_desk(random, archetype, site);
    case Naming::role:
      break;
  }
  return by_role(random, archetype, site);
}

bool shows_upper_case(const Archetype& archetype) noexcept {
  return archetype.personality.starts_with("windows") || archetype.naming == Naming::printer;
}

}  // namespace decnet::persona
