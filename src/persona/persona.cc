#include "persona/persona.h"

#include <algorithm>

#include "persona/accounts.h"
#include "persona/archetype.h"
#include "persona/hostname.h"
#include "persona/mac.h"
#include "persona/releases.h"
#include "persona/site.h"
#include "persona/timeline.h"

namespace decnet::persona {
namespace {

// What every host of these systems has, whatever it is for.
constexpr std::string_view kLinuxBase = "openssh openssl";

void add_programs(Persona& persona, std::string_view programs, TimePoint day) {
  while (!programs.empty()) {
    const std::size_t end = std::min(programs.find(' '), programs.size());
    const std::string program(programs.substr(0, end));
    programs.remove_prefix(std::min(end + 1, programs.size()));
    const Release* release = release_of(persona.distribution, program, day);
    if (release == nullptr) continue;
    persona.versions[program] = release->version;
    if (!release->package.empty()) persona.versions[program + ".package"] = release->package;
  }
}

// The kernel is the one that was installed when the host was started.
std::string kernel_of(const Persona& persona, const Timeline& timeline) {
  const TimePoint day = std::min(timeline.booted_at, timeline.upgraded_at);
  for (const std::string_view system : {"linux", "windows", "ios", "vxworks"}) {
    if (const Release* release = release_of(persona.distribution, system, day)) {
      return std::string(release->version);
    }
  }
  return {};
}

// Quartz crystals are off by some tens of millionths, seldom by more.
int make_clock_skew(SeededRandom random) {
  return static_cast<int>(random.between(-40, 40) + random.between(-40, 40));
}

std::string host_part(const std::string& name) {
  return name.substr(0, name.find('.'));
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

}  // namespace

std::string_view Persona::version(std::string_view program) const noexcept {
  const auto found = versions.find(program);
  return found != versions.end() ? std::string_view(found->second) : std::string_view{};
}

Persona make_persona(const PersonaRequest& request) {
  const Archetype* known = find_archetype(request.archetype);
  const Archetype& archetype = known != nullptr ? *known : archetypes().front();
  const Site site = make_site(request.seed);

  Persona persona;
  persona.seed = request.seed;
  persona.archetype = archetype.name;
  persona.personality = archetype.personality;
  persona.distribution = archetype.distribution;
  persona.company = site.company;
  persona.domain = site.domain;
  persona.mac =
      make_mac(persona.stream("persona.mac"), {request.seed >> 32, "site.hardware"}, archetype);
  persona.hostname = request.name.empty() ? make_hostname(persona.stream("persona.hostname"),
                                                          archetype, site, persona.mac)
                                          : host_part(request.name);
  if (shows_upper_case(archetype)) persona.hostname = upper(persona.hostname);

  const Timeline timeline = make_timeline(persona.stream("persona.timeline"),
                                          released_at(archetype.distribution), request.deployed_at);
  persona.installed_at = timeline.installed_at;
  persona.booted_at = timeline.booted_at;
  persona.kernel = kernel_of(persona, timeline);
  persona.clock_skew_ppm = make_clock_skew(persona.stream("persona.clock"));
  persona.accounts =
      make_accounts(persona.stream("persona.accounts"), archetype, site, timeline.upgraded_at);
  if (archetype.personality == "linux5") add_programs(persona, kLinuxBase, timeline.upgraded_at);
  add_programs(persona, persona.stream("persona.stack").pick(archetype.stacks),
               timeline.upgraded_at);
  return persona;
}

}  // namespace decnet::persona
