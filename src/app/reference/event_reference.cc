#include "app/reference/event_reference.h"

#include <vector>

#include "event/dictionary.h"
#include "fleet/catalog.h"

namespace decnet::app {

std::string event_reference() {
  const auto services = fleet::catalogue();
  std::vector<std::vector<std::pair<std::string_view, std::string_view>>> fields(services.size());
  std::vector<event::ServiceFields> all;
  for (std::size_t n = 0; n < services.size(); ++n) {
    for (const fleet::FieldInfo& field : services[n].fields) {
      fields[n].emplace_back(field.name, field.doc);
    }
    all.push_back({services[n].name, services[n].summary, fields[n]});
  }
  return event::event_reference_markdown(all);
}

}  // namespace decnet::app
