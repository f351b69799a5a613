#include "fleet/face.h"

#include "fleet/catalog.h"
#include "persona/archetype.h"
#include "persona/persona.h"

namespace decnet::fleet {

Face face_of(const DeckySpec& decky) {
  persona::Persona persona = persona::make_persona({.name = decky.name,
                                                    .seed = decky.seed,
                                                    .archetype = decky.archetype,
                                                    .deployed_at = decky.deployed_at});
  return {std::move(persona.personality), std::move(persona.hostname), std::move(persona.mac)};
}

std::vector<ArchetypeView> archetype_views() {
  std::vector<ArchetypeView> views;
  for (const auto& archetype : persona::archetypes()) {
    ArchetypeView view{archetype.name, archetype.summary, archetype.personality, {}};
    for (const auto service : archetype.services) {
      if (find_service(service) != nullptr) view.services.push_back(service);
    }
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace decnet::fleet
