#include "net/memory_stream.h"

#include <algorithm>

namespace decnet::net {

MemoryStream::MemoryStream(std::vector<std::string> script, ScriptEnd end, FakeClock* clock)
    : script_(std::make_move_iterator(script.begin()), std::make_move_iterator(script.end())),
      end_(end),
      clock_(clock) {}

Task<Result<std::size_t>> MemoryStream::read_some(std::span<char> buffer) {
  if (closed_) co_return fail(Errc::cancelled, "the stream was closed");
  while (!script_.empty() && script_.front().empty()) script_.pop_front();
  if (script_.empty()) {
    if (end_ == ScriptEnd::closes) co_return fail(Errc::closed, "the peer has ended the stream");
    if (end_ == ScriptEnd::resets) co_return fail(Errc::io, "connection reset");
    if (deadline_ == TimePoint::max())
      co_return fail(Errc::cancelled, "the script is over and there is no deadline");
    if (clock_ != nullptr && deadline_ > clock_->now()) clock_->advance(deadline_ - clock_->now());
    co_return fail(Errc::timeout, "the deadline passed");
  }
  std::string& next = script_.front();
  const std::size_t count = std::min(buffer.size(), next.size());
  std::copy_n(next.begin(), count, buffer.begin());
  next.erase(0, count);
  co_return count;
}

Task<Result<void>> MemoryStream::write(std::string_view bytes) {
  if (closed_) co_return fail(Errc::cancelled, "the stream was closed");
  written_ += bytes;
  co_return Result<void>{};
}

Task<void> MemoryStream::shutdown_send() {
  sent_fin_ = true;
  co_return;
}

std::string MemoryStream::take_written() {
  std::string out = written_.substr(taken_);
  taken_ = written_.size();
  return out;
}

void MemoryStream::set_addresses(Endpoint local, Endpoint peer) {
  local_ = local;
  peer_ = peer;
}

}  // namespace decnet::net
