// What a decky shows of its persona to people: for lists, not for services.
//
//   const Face face = face_of(decky.spec);       // {"linux5", "web-03", "00:50:56:8a:01:02"}
//
// Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fleet/decky.h"

namespace decnet::fleet {

struct Face {
  std::string personality, hostname, mac;
};
Face face_of(const DeckySpec& decky);

struct ArchetypeView {
  std::string_view name, summary, personality;
  std::vector<std::string_view> services;  // Those of this build, most typical first.
};
std::vector<ArchetypeView> archetype_views();

}  // namespace decnet::fleet
