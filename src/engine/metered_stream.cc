#include "engine/metered_stream.h"

#include <algorithm>

#include "base/counters.h"

namespace decnet::engine {

MeteredStream::MeteredStream(net::StreamPtr inner, const session::Limits& limits,
                             const Clock& clock)
    : inner_(std::move(inner)),
      limits_(limits),
      clock_(clock),
      idle_limit_(limits.idle_max),
      ends_at_(clock.now() + limits.duration_max) {}

void MeteredStream::arm() {
  const TimePoint idle = clock_.now() + std::min(idle_limit_, limits_.idle_max);
  inner_->set_deadline(std::min({idle, ends_at_, wanted_deadline_}));
}

tl::unexpected<Error> MeteredStream::over(std::string_view limit) {
  static Counter& bytes =
      counter("session_limit_bytes_total", "Sessions ended by their limit of bytes");
  bytes.add();
  limit_hit_ = limit;
  return fail(Errc::closed, "the session has reached its limit");
}

template <class T>
Result<T> MeteredStream::note(Result<T> result) {
  static Counter& duration =
      counter("session_limit_duration_total", "Sessions ended by their limit of time");
  if (!result && result.error().code == Errc::timeout && clock_.now() >= ends_at_ &&
      limit_hit_.empty()) {
    duration.add();
    limit_hit_ = "duration_limit";
  }
  return result;
}

net::Task<Result<std::size_t>> MeteredStream::read_some(std::span<char> buffer) {
  if (bytes_in_ >= limits_.bytes_in_max) co_return over("bytes_in_limit");
  arm();
  auto got = note(co_await inner_->read_some(buffer));
  if (got) {
    bytes_in_ += *got;
    const std::size_t room = kFirstBytesMax - first_bytes_.size();
    if (room > 0) first_bytes_.append(buffer.data(), std::min(room, *got));
  }
  co_return got;
}

net::Task<Result<void>> MeteredStream::write(std::string_view bytes) {
  if (bytes_out_ + bytes.size() > limits_.bytes_out_max) co_return over("bytes_out_limit");
  arm();
  auto done = note(co_await inner_->write(bytes));
  if (done) bytes_out_ += bytes.size();
  co_return done;
}

}  // namespace decnet::engine
