// Logs that an attacker changed, and to which the system goes on writing all the same.
#include <algorithm>
#include <cerrno>

#include "shell/fs/overlay.h"

namespace decnet::shell {

using fs::ChangedLog;
using fs::Inode;
using fs::LogPiece;

std::size_t ChangedLog::added_bytes() const noexcept {
  std::size_t bytes = 0;
  for (const LogPiece& piece : pieces) bytes += piece.added.size();
  return bytes;
}

std::string FileSystem::State::log_text(const Inode& inode, TimePoint now) {
  const ChangedLog& log = *inode.log;
  std::string text;
  TimePoint at = log.from;
  for (const LogPiece& piece : log.pieces) {
    text += log.maker().between(at, piece.until);
    text += piece.added;
    at = piece.until;
  }
  text += log.maker().between(at, log.until);
  text += inode.content;
  text += log.maker().between(log.until, now);
  return text;
}

Sys<void> FileSystem::State::append_log(Inode& inode, std::string_view more) {
  if (const Sys<void> fits = room(0, more.size()); !fits) return fits;
  ChangedLog& log = *inode.log;
  const TimePoint now = clock.now();
  if (!log.maker().between(log.until, now).empty()) {
    if (log.pieces.size() >= fs::kLogPiecesMax) {
      if (const Sys<void> flat = flatten_log(inode); !flat) return flat;
    } else {
      log.pieces.push_back({log.until, std::move(inode.content)});
      inode.content.clear();
    }
  }
  log.until = now;
  inode.content.append(more);
  bytes += more.size();
  return {};
}

Sys<void> FileSystem::State::flatten_log(Inode& inode) {
  const TimePoint now = clock.now();
  std::string text = log_text(inode, now);
  const std::size_t before = inode.log->added_bytes() + inode.content.size();
  if (text.size() > before) {
    if (const Sys<void> fits = room(0, text.size() - before); !fits) return fits;
  }
  bytes = bytes - before + text.size();
  inode.content = std::move(text);
  inode.log->pieces.clear();
  inode.log->from = inode.log->until = now;
  return {};
}

void FileSystem::State::empty_log(Inode& inode) {
  bytes -= inode.log->added_bytes() + inode.content.size();
  inode.content.clear();
  inode.content.shrink_to_fit();
  inode.log->pieces.clear();
  inode.log->from = inode.log->until = clock.now();
}

Sys<void> FileSystem::log(std::string_view path, std::string_view lines) {
  const Sys<fs::Place> place = state_->existing(path, {}, Follow::yes);
  if (!place) return sys_fail(place.error());
  const fs::Ref& file = place->file;
  const SeedNode* seed =
      file.inode ? (file.inode->log ? file.inode->log->seed : nullptr) : file.lower.seed;
  if (seed == nullptr || seed->making == nullptr || !seed->making->log.between) {
    return sys_fail(ENOENT);  // rsyslogd writes to what it has opened: what lies here is another.
  }
  return append(path, lines, {});
}

}  // namespace decnet::shell
