#include "net/reader.h"

#include <algorithm>
#include <array>

namespace decnet::net {

void Reader::drop_consumed() {
  at_ += pending_;
  pending_ = 0;
  if (at_ == buffer_.size()) {
    std::string().swap(buffer_);  // Gives the memory back: the next byte may be an hour away.
    at_ = 0;
  } else if (at_ > kReadChunkBytes) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
}

void Reader::consume(std::size_t count) noexcept {
  at_ += pending_;
  pending_ = 0;
  at_ = std::min(at_ + count, buffer_.size());
}

Task<Result<void>> Reader::fill() {
  drop_consumed();
  // One buffer serves every reader of the thread, so that an idle one holds none: a stream fills it
  // only at the moment of its return, and nobody else runs between that and the append.
  thread_local std::array<char, kReadChunkBytes> chunk;
  DECNET_CO_TRY(const std::size_t got, co_await stream_->read_some(chunk));
  buffer_.append(chunk.data(), got);
  co_return Result<void>{};
}

Task<Result<std::string_view>> Reader::line(std::size_t bytes_max) {
  drop_consumed();
  std::size_t searched = 0;
  for (;;) {
    const std::string_view have = buffered();
    const auto end = have.find('\n', searched);
    if (end < bytes_max) {
      pending_ = end + 1;
      const bool cr = end > 0 && have[end - 1] == '\r';
      co_return have.substr(0, cr ? end - 1 : end);
    }
    if (have.size() >= bytes_max) co_return fail(Errc::limit, "the line is too long");
    searched = have.size();
    DECNET_CO_CHECK(co_await fill());
  }
}

Task<Result<std::string_view>> Reader::exact(std::size_t count) {
  drop_consumed();
  while (buffered().size() < count) {
    DECNET_CO_CHECK(co_await fill());
  }
  pending_ = count;
  co_return buffered().substr(0, count);
}

std::size_t Reader::switch_to(Stream& stream) {
  stream_ = &stream;
  const std::size_t dropped = buffered().size() - pending_;
  std::string().swap(buffer_);
  at_ = 0;
  pending_ = 0;
  return dropped;
}

}  // namespace decnet::net
