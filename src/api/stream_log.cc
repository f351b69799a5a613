#include "api/stream_log.h"

#include <algorithm>

namespace decnet::api {

std::uint64_t StreamLog::index_after(store::Sequence seq) const {
  const auto at = std::upper_bound(
      entries_.begin(), entries_.end(), seq,
      [](store::Sequence wanted, const StreamEntry& entry) { return wanted < entry.seq; });
  return begin_ + static_cast<std::uint64_t>(at - entries_.begin());
}

void StreamLog::start(store::Sequence last) {
  begin_ = end();
  entries_.clear();
  bytes_ = 0;
  base_ = last_ = last;
}

void StreamLog::append(std::vector<StreamEntry> entries, store::Sequence last) {
  for (StreamEntry& entry : entries) {
    bytes_ += entry.bytes();
    entries_.push_back(std::move(entry));
  }
  last_ = last;
  while (entries_.size() > kStreamLogEntriesMax ||
         (bytes_ > kStreamLogBytesMax && entries_.size() > 1)) {
    drop_oldest();
  }
}

void StreamLog::drop_oldest() {
  bytes_ -= entries_.front().bytes();
  base_ = entries_.front().seq;
  entries_.pop_front();
  ++begin_;
}

}  // namespace decnet::api
