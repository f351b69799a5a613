// StreamLog: the newest rows of the store as frames of server-sent events, shared by all clients of
// the stream. Each client only holds its place in it, so that a slow one costs nothing; whoever
// falls behind its end has a gap.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "store/page.h"

namespace decnet::api {

inline constexpr std::size_t kStreamLogEntriesMax = 16'384;
inline constexpr std::size_t kStreamLogBytesMax = 8 * 1024 * 1024;

struct StreamEntry {
  store::Sequence seq = 0;
  std::string topic;   // "event.login.attempt", or a change's own: "decky.web-01.state"
  std::string masked;  // The frame for whoever may not see secrets.
  std::string shown;   // The other; empty where it is the same.

  std::size_t bytes() const noexcept { return topic.size() + masked.size() + shown.size(); }
};

class StreamLog {
 public:
  // Entries are named by how many came before them since the process began.
  std::uint64_t begin() const noexcept { return begin_; }
  std::uint64_t end() const noexcept { return begin_ + entries_.size(); }
  const StreamEntry& at(std::uint64_t index) const { return entries_[index - begin_]; }

  // Every row above base() and up to last() is in the log.
  store::Sequence base() const noexcept { return base_; }
  store::Sequence last() const noexcept { return last_; }
  std::uint64_t index_after(store::Sequence seq) const;  // Of the first entry above `seq`.

  // Empties it; the next entry lies above `last`.
  void start(store::Sequence last);
  // `last`: up to where the store has been read, whether or not there was a row at it.
  void append(std::vector<StreamEntry> entries, store::Sequence last);

 private:
  void drop_oldest();

  std::deque<StreamEntry> entries_;
  std::uint64_t begin_ = 0;
  std::size_t bytes_ = 0;
  store::Sequence base_ = 0, last_ = 0;
};

}  // namespace decnet::api
