// Plan: what must be done so that the fleet becomes what it shall be. Pure; the reconciler does it,
// `deploy --dry-run` shows it.
//
//   for (const Step& step : plan(desired, actual)) say(describe(step));
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fleet/decky.h"

namespace decnet::fleet {

enum class StepKind : std::uint8_t { remove, change, add };

struct Step {
  StepKind kind;
  DeckySpec decky;  // As it shall be; for remove, as it is.
  // For change: the services that come, go, and stay with other options.
  std::vector<ServiceSpec> added, removed, changed;
  bool operator==(const Step&) const = default;
};

// Deckies are matched by uuid. Where a decky would be another machine (name, archetype, seed,
// address, time of deployment), it is removed and added; where only services differ, it is changed.
// Removals come first, then changes, then additions, so that an address or a name is free before it
// is used again; within each the order is that of the input.
std::vector<Step> plan(std::span<const DeckySpec> desired, std::span<const DeckySpec> actual);

// One line for people: "change web-03 (127.66.0.12): +redis:6379 -ftp:21 ~http:80"
std::string describe(const Step& step);

}  // namespace decnet::fleet
