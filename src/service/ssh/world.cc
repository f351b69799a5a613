#include "service/ssh/world.h"

#include <charconv>

#include "base/log.h"

namespace decnet::service::ssh {
namespace {

constexpr std::string_view kKex =
    "sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,"
    "ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
    "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,"
    "diffie-hellman-group18-sha512,diffie-hellman-group14-sha256";
constexpr int kStrictSince = 2;  // Debian's update u2 brought strict key exchange …
constexpr int kSntrupSince = 4;  // … and u4 the second name of the lattice exchange.

// "1:9.2p1-2+deb12u3" → "2+deb12u3"
std::string_view revision_of(std::string_view package) {
  const std::size_t dash = package.rfind('-');
  return dash == package.npos ? std::string_view{} : package.substr(dash + 1);
}

int update_of(std::string_view revision) {
  const std::size_t at = revision.find("deb12u");
  int update = 0;
  if (at != revision.npos) {
    const std::string_view digits = revision.substr(at + 6);
    std::from_chars(digits.data(), digits.data() + digits.size(), update);
  }
  return update;
}

template <class Visit>
void each_item(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    visit(item);
  }
}

// Read once: the file of one pack is the same for all deckies. The engine's one thread.
std::shared_ptr<const std::vector<wire::DhGroup>> groups_of(std::string_view text) {
  static std::string_view read;
  static std::shared_ptr<const std::vector<wire::DhGroup>> groups;
  if (groups == nullptr || read.data() != text.data() || read.size() != text.size()) {
    groups = std::make_shared<const std::vector<wire::DhGroup>>(wire::read_moduli(text));
    read = text;
  }
  return groups;
}

}  // namespace

bool list_has(std::string_view list, std::string_view item) {
  bool found = false;
  each_item(list, [&](std::string_view one) { found = found || one == item; });
  return found;
}

std::string list_without(std::string_view list, std::string_view without) {
  std::string out;
  each_item(list, [&](std::string_view one) {
    if (list_has(without, one)) return;
    if (!out.empty()) out += ',';
    out += one;
  });
  return out;
}

std::string_view list_match(std::string_view client, std::string_view server) {
  std::string_view found;
  each_item(client, [&](std::string_view one) {
    if (found.empty() && list_has(server, one)) found = one;
  });
  return found;
}

Compat compat_of(std::string_view software) {
  const auto begins = [software](auto... prefixes) {
    return (software.starts_with(prefixes) || ...);
  };
  Compat compat;
  compat.new_openssh = begins("OpenSSH");
  compat.curve_padding =
      begins("OpenSSH_6.5", "OpenSSH_6.6") && !software.starts_with("OpenSSH_6.6.1");
  compat.old_group_exchange =
      begins("PuTTY_Local:", "PuTTY-Release-0.5", "PuTTY_Release_0.5", "PuTTY_Release_0.60",
             "PuTTY_Release_0.61", "PuTTY_Release_0.62", "PuTTY_Release_0.63", "PuTTY_Release_0.64",
             "FuTTY", "WinSCP_release_4");
  compat.no_host_keys = begins("Cisco-1.", "TTSSH/1.5.", "TTSSH/2.1", "TTSSH/2.2", "TeraTerm SSH");
  compat.probe = begins("Probe-") || software.find("SSH_Version_Mapper") != software.npos;
  return compat;
}

World make_world(const session::Place& place) {
  World world;
  const persona::Persona& persona = *place.persona;
  std::string_view version = persona.version("openssh");
  std::string_view package = persona.version("openssh.package");
  if (version.empty()) version = "9.2p1";
  if (package.empty()) package = "1:9.2p1-2+deb12u3";
  const std::string_view revision = revision_of(package);
  world.banner = "SSH-2.0-OpenSSH_" + std::string(version) + " Debian-" + std::string(revision);
  const int update = update_of(revision);
  world.strict = update >= kStrictSince;
  if (update >= kSntrupSince) world.kex = "sntrup761x25519-sha512,";
  world.kex += kKex;
  world.keyboard_interactive = place.option("keyboard_interactive") == "yes";
  for (const std::string& pem : place.identity.host_keys_pem) {
    auto key = wire::HostKey::read(pem);
    if (key)
      world.host_keys.push_back(std::move(*key));
    else
      log::warn("ssh on {}: {}", place.decky, key.error().detail);
  }
  if (place.assets != nullptr) world.groups = groups_of(place.assets->find("openssh/moduli"));
  return world;
}

}  // namespace decnet::service::ssh
