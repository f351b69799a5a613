// Reading an asciicast v2 recording: what `decnet replay` plays. What is no event is left out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decnet::app {

struct CastEvent {
  double time = 0;  // Seconds since the recording began; never negative, finite.
  char code = 0;    // o, i, r, m, s: see session/recorder.h
  std::string text;
};

struct Cast {
  int columns = 80, rows = 24;  // 1 … 1000
  std::string title;
  std::vector<CastEvent> events;
};

inline constexpr std::size_t kCastLineMax = 1U << 20;  // A longer line is left out.

// One line of it, header apart. Nothing: it is no event.
std::optional<CastEvent> parse_cast_event(std::string_view line);

// The whole text. Events that go back in time are given the time of the one before.
Cast parse_cast(std::string_view text);

}  // namespace decnet::app
