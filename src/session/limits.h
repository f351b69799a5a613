// What one session and one source may use. Every limit has a counter `session_limit_<name>_total`
// for what it refused.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.h"

namespace decnet::session {

struct Limits {
  // Genuine servers have none of the next four: these end what nobody looks at, never a visit.
  Duration duration_max = std::chrono::hours{24};  // The whole session.
  Duration idle_max =
      std::chrono::hours{2};  // Services set their genuine server's own, smaller one.
  std::uint64_t bytes_in_max = 64ULL << 30;
  std::uint64_t bytes_out_max = 64ULL << 30;
  std::uint32_t events_max = 20'000;  // Beyond it only login.attempt and file.captured are sent.
  std::uint32_t captures_max = 64;    // Files of one session.
  std::uint64_t capture_bytes_max = 8ULL << 20;  // Of one file; the rest is counted and dropped.
  std::uint32_t recordings_max = 16;             // Terminals of one session that are recorded.
  std::uint32_t source_rate_per_s =
      200;  // New sessions of one source address, with a burst of ten times that.
  std::uint32_t source_sessions_max = 512;  // Sessions of one source at a time.
  std::uint32_t sessions_max = 8'000;       // Sessions of one engine.
};

}  // namespace decnet::session
