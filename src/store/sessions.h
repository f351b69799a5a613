// Sessions and their recordings, as rows; AttackerTable reads them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "store/page.h"

namespace decnet::store {

struct SessionRow {
  Uuid uuid, attacker_uuid;
  std::string attacker_ip, decky, service, proto, end_reason;
  std::uint16_t src_port = 0, dst_port = 0;
  TimePoint started_at{};
  std::optional<TimePoint> ended_at;
  std::uint64_t duration_ms = 0, bytes_in = 0, bytes_out = 0, events = 0, logins = 0, commands = 0,
                files = 0;
  std::uint64_t accepted = 0;     // Logins that were let in.
  std::uint64_t segments = 0;     // Of its recordings.
  std::uint64_t recorded_ms = 0;  // Of the longest one.
};

// A piece of a terminal recording (asciicast v2); the event `recording` brought it.
struct SegmentRow {
  std::uint64_t recording = 0, segment = 0;  // Each from 0.
  std::string sha256;
  std::uint64_t size = 0;
  std::uint64_t duration_ms = 0;  // From the recording's beginning to this segment's end.
  TimePoint at{};
  bool is_final = false, truncated = false;
};

struct SessionFilter {
  TimeRange range;  // started_at in it
  std::optional<Uuid> attacker_uuid;
  std::vector<std::string> deckies, services;  // Any of them; empty: all.
  std::string ip;
  std::optional<std::int64_t> duration_min_ms;
  std::optional<bool> has_recording, has_login;  // has_login: one that was let in.
  std::string command = {};                      // Substring of one of its commands.
};

}  // namespace decnet::store
