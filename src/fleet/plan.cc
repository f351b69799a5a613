#include "fleet/plan.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace decnet::fleet {
namespace {

using ByUuid = std::map<Uuid, const DeckySpec*>;

ByUuid index(std::span<const DeckySpec> deckies) {
  ByUuid by_uuid;
  for (const DeckySpec& decky : deckies) by_uuid.emplace(decky.uuid, &decky);
  return by_uuid;
}

bool is_same_machine(const DeckySpec& a, const DeckySpec& b) {
  return a.name == b.name && a.archetype == b.archetype && a.seed == b.seed && a.ip == b.ip &&
         a.deployed_at == b.deployed_at;
}

const ServiceSpec* find(const DeckySpec& decky, const ServiceSpec& service) {
  const auto same = [&](const ServiceSpec& other) {
    return other.name == service.name && other.port == service.port;
  };
  const auto found = std::find_if(decky.services.begin(), decky.services.end(), same);
  return found != decky.services.end() ? &*found : nullptr;
}

Step difference(const DeckySpec& desired, const DeckySpec& actual) {
  Step step{.kind = StepKind::change, .decky = desired, .added = {}, .removed = {}, .changed = {}};
  for (const ServiceSpec& service : desired.services) {
    const ServiceSpec* before = find(actual, service);
    if (before == nullptr) {
      step.added.push_back(service);
    } else if (*before != service) {
      step.changed.push_back(service);
    }
  }
  for (const ServiceSpec& service : actual.services) {
    if (find(desired, service) == nullptr) step.removed.push_back(service);
  }
  return step;
}

void append(std::string& out, std::string_view mark, std::span<const ServiceSpec> services) {
  for (const ServiceSpec& service : services) {
    out += fmt::format(" {}{}:{}", mark, service.name, service.port);
  }
}

}  // namespace

std::vector<Step> plan(std::span<const DeckySpec> desired, std::span<const DeckySpec> actual) {
  const ByUuid wanted = index(desired);
  const ByUuid existing = index(actual);
  std::vector<Step> steps;
  for (const DeckySpec& decky : actual) {
    const auto found = wanted.find(decky.uuid);
    if (found == wanted.end() || !is_same_machine(*found->second, decky)) {
      steps.push_back(
          {.kind = StepKind::remove, .decky = decky, .added = {}, .removed = {}, .changed = {}});
    }
  }
  std::vector<Step> additions;
  for (const DeckySpec& decky : desired) {
    const auto found = existing.find(decky.uuid);
    if (found == existing.end() || !is_same_machine(decky, *found->second)) {
      additions.push_back(
          {.kind = StepKind::add, .decky = decky, .added = {}, .removed = {}, .changed = {}});
      continue;
    }
    Step step = difference(decky, *found->second);
    if (!step.added.empty() || !step.removed.empty() || !step.changed.empty()) {
      steps.push_back(std::move(step));
    }
  }
  steps.insert(steps.end(), std::make_move_iterator(additions.begin()),
               std::make_move_iterator(additions.end()));
  return steps;
}

std::string describe(const Step& step) {
  const DeckySpec& decky = step.decky;
  switch (step.kind) {
    case StepKind::remove:
      return fmt::format("remove {} ({})", decky.name, decky.ip);
    case StepKind::add: {
      std::string text = fmt::format("add {} ({}), {}:", decky.name, decky.ip, decky.archetype);
      append(text, "", decky.services);
      return text;
    }
    case StepKind::change:
      break;
  }
  std::string text = fmt::format("change {} ({}):", decky.name, decky.ip);
  append(text, "+", step.added);
  append(text, "-", step.removed);
  append(text, "~", step.changed);
  return text;
}

}  // namespace decnet::fleet
