#include "persona/mac.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace decnet::persona {
namespace {

// Source: the IEEE's register of MA-L assignments.
constexpr Oui kServer[] = {
    {"00:50:56", "VMware"},     {"00:0c:29", "VMware"},     {"00:15:5d", "Microsoft"},  // Hyper-V
    {"18:66:da", "Dell"},       {"24:6e:96", "Dell"},       {"90:b1:1c", "Dell"},
    {"b0:83:fe", "Dell"},       {"e4:43:4b", "Dell"},       {"ec:f4:bb", "Dell"},
    {"20:67:7c", "HPE"},        {"48:df:37", "HPE"},        {"94:18:82", "HPE"},
    {"b4:7a:f1", "HPE"},        {"e8:f7:24", "HPE"},        {"00:25:90", "Supermicro"},
    {"0c:c4:7a", "Supermicro"}, {"3c:ec:ef", "Supermicro"}, {"ac:1f:6b", "Supermicro"},
    {"3c:fd:fe", "Intel"},      {"a0:36:9f", "Intel"},      {"b4:96:91", "Intel"},
};
constexpr Oui kWindowsServer[] = {
    {"00:50:56", "VMware"}, {"00:0c:29", "VMware"}, {"00:15:5d", "Microsoft"}, {"24:6e:96", "Dell"},
    {"e4:43:4b", "Dell"},   {"48:df:37", "HPE"},    {"94:18:82", "HPE"},
};
constexpr Oui kWorkstation[] = {
    {"54:bf:64", "Dell"},   {"8c:ec:4b", "Dell"},   {"a4:bb:6d", "Dell"},   {"b0:4f:13", "Dell"},
    {"f8:bc:12", "Dell"},   {"3c:52:82", "HP"},     {"80:c1:6e", "HP"},     {"8c:dc:d4", "HP"},
    {"c4:34:6b", "HP"},     {"6c:24:08", "Lenovo"}, {"8c:16:45", "Lenovo"}, {"8c:8c:aa", "Lenovo"},
    {"98:fa:9b", "Lenovo"},
};
constexpr Oui kRaspberryPi[] = {
    {"b8:27:eb", "Raspberry Pi"},
    {"dc:a6:32", "Raspberry Pi"},
    {"e4:5f:01", "Raspberry Pi"},
};
constexpr Oui kPrinter[] = {
    {"30:8d:99", "HP"}, {"3c:d9:2b", "HP"}, {"70:5a:0f", "HP"}, {"9c:b6:54", "HP"},
    {"a0:b3:cc", "HP"}, {"ac:16:2d", "HP"}, {"b0:5c:da", "HP"}, {"e4:e7:49", "HP"},
    {"ec:8e:b5", "HP"}, {"f4:39:09", "HP"},
};
constexpr Oui kController[] = {
    {"00:00:bc", "Rockwell"},
    {"00:1d:9c", "Rockwell"},
    {"00:80:f4", "Telemecanique"},
};
constexpr Oui kRouter[] = {
    {"00:3a:7d", "Cisco"}, {"00:56:2b", "Cisco"}, {"00:59:dc", "Cisco"}, {"00:a2:89", "Cisco"},
    {"00:be:75", "Cisco"}, {"50:1c:b0", "Cisco"}, {"68:9c:e2", "Cisco"}, {"7c:95:f3", "Cisco"},
    {"cc:16:7e", "Cisco"}, {"e8:ed:f3", "Cisco"}, {"f8:7a:41", "Cisco"},
};

}  // namespace

std::span<const Oui> ouis_of(const Archetype& archetype) noexcept {
  switch (archetype.hardware) {
    case Hardware::workstation:
      return kWorkstation;
    case Hardware::raspberry_pi:
      return kRaspberryPi;
    case Hardware::printer:
      return kPrinter;
    case Hardware::controller:
      return kController;
    case Hardware::router:
      return kRouter;
    case Hardware::server:
      break;
  }
  if (archetype.personality.starts_with("windows")) return kWindowsServer;
  return kServer;
}

std::string make_mac(SeededRandom random, SeededRandom site_random, const Archetype& archetype) {
  const auto all = ouis_of(archetype);
  const std::string_view favourite = site_random.pick(all).vendor;
  std::vector<Oui> from(all.begin(), all.end());
  if (random.chance(0.7)) {
    std::erase_if(from, [&](const Oui& oui) { return oui.vendor != favourite; });
  }
  const Oui& oui = random.pick(from);
  std::uint64_t tail = random.below(1U << 24);
  // vCenter draws from 00:50:56:80 … bf.
  if (oui.prefix == "00:50:56") tail = (tail & 0x3fffff) | 0x800000;
  return fmt::format("{}:{:02x}:{:02x}:{:02x}", oui.prefix, tail >> 16 & 0xff, tail >> 8 & 0xff,
                     tail & 0xff);
}

}  // namespace decnet::persona
