// Logs that an attacker changed, and to which the system goes on writing all the same.
#include <algorithm>
#include <cerrno>

#include "base/counters.h"
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

// As a rotation would have taken it. The system's own lines, which cost nothing, stay.
void FileSystem::State::forget_oldest(Inode& inode) {
  ChangedLog& log = *inode.log;
  const std::size_t all = log.added_bytes() + inode.content.size();
  if (log.edited || all <= fs::kSystemBytesMax) return;
  static Counter& forgotten =
      counter("shell_log_forgotten_bytes_total", "Bytes of a machine's logs that went as too old");
  std::size_t kept = all;
  while (kept > fs::kSystemBytesMax && !log.pieces.empty()) {
    kept -= log.pieces.front().added.size();
    log.pieces.erase(log.pieces.begin());
  }
  if (kept > fs::kSystemBytesMax) {
    std::size_t cut = kept - fs::kSystemBytesMax;
    if (const std::size_t record = log.maker().record_bytes; record > 0) {
      cut = (cut + record - 1) / record * record;
    } else {
      cut = std::min(inode.content.find('\n', cut - 1), inode.content.size() - 1) + 1;
    }
    inode.content.erase(0, cut);
    kept -= cut;
  }
  forgotten.add(all - kept);
  bytes -= all - kept;
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
  inode.log->edited = true;
  return {};
}

void FileSystem::State::empty_log(Inode& inode) {
  bytes -= inode.log->added_bytes() + inode.content.size();
  inode.content.clear();
  inode.content.shrink_to_fit();
  inode.log->pieces.clear();
  inode.log->from = inode.log->until = clock.now();
  inode.log->edited = false;
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
  const Sys<fs::InodePtr> inode = state_->writable(path, 0, {});
  if (!inode) return sys_fail(inode.error());
  if (const Sys<void> added = state_->append_log(**inode, lines); !added) return added;
  state_->forget_oldest(**inode);
  state_->touch(**inode);
  return {};
}

}  // namespace decnet::shell
