// A log that an attacker changed, and to which the system goes on writing. Private to fs/.
#pragma once

#include <string>
#include <vector>

#include "shell/fs/seed_layer.h"

namespace decnet::shell::fs {

inline constexpr std::size_t kSystemBytesMax =
    24 * 1024;  // Of what the system adds for one attacker; beyond: the oldest goes.
inline constexpr std::size_t kLogPiecesMax = 256;  // Of one changed log; beyond: made one text.

// What was added to a log, and what the system had written before, made again at each read.
struct LogPiece {
  TimePoint until{};  // The system's own lines go up to here …
  std::string added;  // … then comes this.
};

// A changed log. Its text: the pieces, the system's lines up to `until`, the inode's `content`, and
// what the system wrote since.
struct ChangedLog {
  const SeedNode* seed = nullptr;
  TimePoint from{};
  TimePoint until{};
  std::vector<LogPiece> pieces;
  bool edited = false;  // Others than the system wrote, too: nothing of it goes.
  const LogMaker& maker() const { return seed->making->log; }
  std::size_t added_bytes() const noexcept;  // Without `content`.
};

}  // namespace decnet::shell::fs
