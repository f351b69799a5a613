// What a sender may send. Decided by the line it came on, never by what it says of itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet::worker::collector {

enum class Role : std::uint8_t {
  engine,  // Its own deckies' own events.
  local,   // The program's other processes, and the operator's imports: anything.
  remote,  // Syslog from elsewhere: anything that is not about our own deckies' lives.
};

struct Rights {
  Role role = Role::remote;
  std::string source;       // "engine.0", "local:0", "syslog 192.0.2.1"
  std::uint32_t shard = 0;  // Of an engine.
  std::uint32_t shards = 1;
};

// The header words of a line, without parsing its fields.
struct LineHead {
  std::string_view decky, service, type;
};
Result<LineHead> line_head(std::string_view line);

// Errors: denied (the detail says what was not allowed), invalid_argument (no header).
Result<void> may_send(const Rights& rights, std::string_view line);

}  // namespace decnet::worker::collector
