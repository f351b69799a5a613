// An event as a person or a program wants to see it. Attackers choose what is in it: nothing here
// gives out a byte that a terminal would obey.
#pragma once

#include <cstddef>
#include <string>

#include "bus/event.h"

namespace decnet::app {

inline constexpr std::size_t kPayloadColumns = 160;  // Where there is no window to be filled.
inline constexpr std::size_t kPayloadColumnsMin = 24;

struct LineStyle {
  bool colour = false;
  std::size_t columns = 0;  // Of the window; 0: there is none.
};

// "2026-01-02 03:04:05.678  attacker.scored  type  {"score":1}", in UTC; the payload is cut to the
// window.
std::string event_line(const bus::Event& event, const LineStyle& style);

// The whole event as the bus has it, on one line. What a terminal would obey is \u-escaped.
std::string event_json(const bus::Event& event);

}  // namespace decnet::app
