// A Stream that counts, and that ends at the session's limits: what stands between a service and
// the socket.
#pragma once

#include <string>

#include "net/stream.h"
#include "session/limits.h"

namespace decnet::engine {

inline constexpr std::size_t kFirstBytesMax =
    256;  // Kept of what the peer says first, for session.ended.

class MeteredStream final : public net::Stream {
 public:
  MeteredStream(net::StreamPtr inner, const session::Limits& limits, const Clock& clock);

  net::Task<Result<std::size_t>> read_some(std::span<char> buffer) override;
  net::Task<Result<void>> write(std::string_view bytes) override;
  void set_deadline(TimePoint when) override { wanted_deadline_ = when; }
  net::Task<void> shutdown_send() override { return inner_->shutdown_send(); }
  void close() override { inner_->close(); }
  void reset() override { inner_->reset(); }
  int descriptor() const override { return inner_->descriptor(); }
  net::Endpoint local() const override { return inner_->local(); }
  net::Endpoint peer() const override { return inner_->peer(); }

  void set_idle_limit(Duration limit) { idle_limit_ = limit; }
  std::uint64_t bytes_in() const noexcept { return bytes_in_; }
  std::uint64_t bytes_out() const noexcept { return bytes_out_; }
  const std::string& first_bytes() const noexcept { return first_bytes_; }
  // Which limit ended the stream; empty if none did.
  std::string_view limit_hit() const noexcept { return limit_hit_; }

 private:
  void arm();
  tl::unexpected<Error> over(std::string_view limit);
  template <class T>
  Result<T> note(Result<T> result);

  net::StreamPtr inner_;
  const session::Limits& limits_;
  const Clock& clock_;
  Duration idle_limit_;
  TimePoint ends_at_;
  TimePoint wanted_deadline_ = TimePoint::max();
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
  std::string first_bytes_;
  std::string_view limit_hit_;
};

}  // namespace decnet::engine
