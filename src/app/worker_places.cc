#include "app/worker_places.h"

#include <algorithm>

#include "worker/runtime/worker.h"

namespace decnet::app {

Result<void> check_worker_host(const Config& config) {
  const std::string_view host = config.workers.host;
  if (host == kHostCore || host == kHostEach || host == kHostUnits) return {};
  return fail(Errc::invalid_argument, "workers.host is one of core, each, units");
}

std::vector<std::string> worker_names() {
  std::vector<std::string> names;
  for (const auto* descriptor : worker::all()) names.emplace_back(descriptor->name);
  return names;
}

bool is_worker(std::string_view name) {
  const auto& all = worker::all();
  return std::any_of(all.begin(), all.end(),
                     [&](const auto* descriptor) { return descriptor->name == name; });
}

std::vector<std::string> registry_names() {
  auto names = worker_names();
  names.insert(names.end(), {"api", "bus"});
  return names;
}

}  // namespace decnet::app
