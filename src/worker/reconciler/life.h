// decky_mutated: the one place where a change of a decky's shape is told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bus/bus.h"
#include "ingest/sender.h"

namespace decnet::worker::reconciler {

struct Life {
  std::string decky;
  std::uint64_t origin =
      0;  // Of this decky's life: the same change is told once, however often it is sent.
  std::uint64_t seq = 0;
  std::vector<std::string> old_services;  // Empty at creation.
  std::vector<std::string> new_services;  // Empty at retirement.
  std::string_view trigger;               // creation, retirement, scheduled, operator, healer
  std::string actor;
};

// The line first, then the bus; each also where the other is down.
void emit_decky_mutated(ingest::Sender& sender, bus::Bus& bus, TimePoint now, Life life);

}  // namespace decnet::worker::reconciler
