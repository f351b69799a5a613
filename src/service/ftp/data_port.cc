#include "service/ftp/data_port.h"

#include <algorithm>
#include <array>

namespace decnet::service::ftp {

DataPort::DataPort(session::Session& session, const World& world)
    : session_(&session),
      world_(&world),
      ends_at_(session.clock().now() + session.limits().duration_max) {}

TimePoint DataPort::deadline(Duration from_now) const {
  return std::min(session_->clock().now() + from_now, ends_at_);
}

net::Task<Result<std::uint16_t>> DataPort::listen() {
  forget();
  auto opened = co_await session_->listen_passive();
  if (!opened) co_return tl::unexpected(std::move(opened).error());
  listener_ = std::move(*opened);
  shown_port_ = listener_->local().port;
  co_return shown_port_;
}

void DataPort::aim(std::uint16_t port) noexcept {
  forget();
  port_ = shown_port_ = port;
}

void DataPort::forget() {
  listener_.reset();
  port_ = 0;
}

net::Task<Result<void>> DataPort::open(std::uint16_t source_port) {
  secure_ = false;
  was_passive_ = passive();
  if (listener_ != nullptr) {
    auto accepted = co_await listener_->accept(deadline(world_->profile.timeouts.accept));
    if (!accepted) co_return tl::unexpected(std::move(accepted).error());
    stream_ = std::move(*accepted);
  } else {
    auto connected = co_await session_->connect_back(port_, source_port);
    if (!connected) co_return tl::unexpected(std::move(connected).error());
    stream_ = std::move(*connected);
  }
  if (stream_ == nullptr) co_return fail(Errc::unavailable, "no data connection");
  co_return Result<void>{};
}

net::Task<Result<void>> DataPort::secure() {
  stream_->set_deadline(deadline(world_->profile.timeouts.data));
  auto secured = co_await world_->secure_data(std::move(stream_));
  if (!secured) co_return tl::unexpected(std::move(secured).error());
  stream_ = std::move(*secured);
  secure_ = true;
  co_return Result<void>{};
}

net::Task<void> DataPort::finish() {
  if (stream_ == nullptr) co_return;
  co_await stream_->shutdown_send();
  abort();
}

void DataPort::abort() {
  if (stream_ == nullptr) return;
  stream_->close();
  stream_.reset();
}

net::Task<Transfer> DataPort::send(std::string_view bytes, Interrupted interrupted) {
  Transfer done;
  while (done.bytes < bytes.size()) {
    const std::string_view piece = bytes.substr(done.bytes, kTransferChunkBytes);
    stream_->set_deadline(deadline(world_->profile.timeouts.data));
    if (const auto written = co_await stream_->write(piece); !written) {
      done.outcome = written.error().code == Errc::timeout ? Outcome::stalled : Outcome::failed;
      co_return done;
    }
    done.bytes += piece.size();
    if (interrupted && done.bytes < bytes.size()) {
      const bool stop = co_await interrupted();
      if (!stop) continue;
      done.outcome = Outcome::aborted;
      co_return done;
    }
  }
  co_return done;
}

net::Task<Transfer> DataPort::receive(std::function<bool(std::string_view)> take,
                                      Interrupted interrupted) {
  Transfer done;
  const auto buffer = std::make_unique<std::array<char, kTransferChunkBytes>>();
  for (;;) {
    if (interrupted) {
      const bool stop = co_await interrupted();
      if (stop) {
        done.outcome = Outcome::aborted;
        co_return done;
      }
    }
    stream_->set_deadline(deadline(world_->profile.timeouts.data));
    const auto got = co_await stream_->read_some(*buffer);
    if (!got) {
      const Errc why = got.error().code;
      if (why != Errc::closed)
        done.outcome = why == Errc::timeout ? Outcome::stalled : Outcome::failed;
      co_return done;
    }
    done.bytes += *got;
    const std::string_view piece(buffer->data(), *got);
    if (!take(piece) || done.bytes > kUploadBytesMax) {
      done.outcome = Outcome::full;
      co_return done;
    }
  }
}

std::string to_network_lines(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 16);
  char last = 0;
  for (const char c : bytes) {
    if (c == '\n' && last != '\r') out += '\r';
    out += c;
    last = c;
  }
  return out;
}

std::string FromNetworkLines::convert(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (const char c : bytes) {
    if (pending_cr_ && c != '\n') out += '\r';
    pending_cr_ = c == '\r';
    if (!pending_cr_) out += c;
  }
  return out;
}

std::string FromNetworkLines::rest() {
  return std::exchange(pending_cr_, false) ? "\r" : "";
}

}  // namespace decnet::service::ftp
