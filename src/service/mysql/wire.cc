#include "service/mysql/wire.h"

#include <algorithm>

#include "base/counters.h"
#include "base/try.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

constexpr std::size_t kPartBytes = 0xffffff;

}  // namespace

void put_int(std::string& out, std::uint64_t value, unsigned bytes) {
  for (unsigned n = 0; n < bytes; ++n) out += static_cast<char>((value >> (8 * n)) & 0xff);
}

void put_length(std::string& out, std::uint64_t value) {
  if (value < 251) {
    put_int(out, value, 1);
  } else if (value < 0x10000) {
    out += '\xfc';
    put_int(out, value, 2);
  } else if (value < 0x1000000) {
    out += '\xfd';
    put_int(out, value, 3);
  } else {
    out += '\xfe';
    put_int(out, value, 8);
  }
}

void put_text(std::string& out, std::string_view text) {
  put_length(out, text.size());
  out += text;
}

std::uint64_t WireReader::number(unsigned bytes) {
  const std::string_view run = take(bytes);
  std::uint64_t value = 0;
  for (std::size_t n = run.size(); n-- > 0;)
    value = value << 8 | static_cast<unsigned char>(run[n]);
  return value;
}

std::uint64_t WireReader::length() {
  const std::uint64_t first = number(1);
  if (first < 251) return first;
  if (first == 252) return number(2);
  if (first == 253) return number(3);
  if (first == 254) return number(8);
  ok_ = false;
  return 0;
}

std::string_view WireReader::take(std::size_t count) {
  if (count > rest_.size()) {
    ok_ = false;
    rest_ = {};
    return {};
  }
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::string_view WireReader::until_nul() {
  const std::size_t end = std::min(rest_.find('\0'), rest_.size());
  const std::string_view taken = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return taken;
}

net::Task<PacketStream::Packet> PacketStream::read(std::size_t bytes_max, Duration idle) {
  Packet packet;
  std::size_t part = kPartBytes;
  while (part == kPartBytes) {
    session_.set_idle_limit(idle);
    const auto head = co_await reader_.exact(4);
    if (!head) {
      packet.trouble = Trouble::closed;
      co_return packet;
    }
    WireReader header(*head);
    part = static_cast<std::size_t>(header.number(3));
    if (static_cast<std::uint8_t>(header.number(1)) != sequence_) {
      packet.trouble = Trouble::out_of_order;
      co_return packet;
    }
    ++sequence_;
    if (packet.payload.size() + part > bytes_max) {
      counter("mysql_packet_limit_total", "Packets of MySQL clients that were too large").add();
      packet.trouble = Trouble::too_large;
      co_return packet;
    }
    while (part > 0) {
      const std::size_t piece = std::min<std::size_t>(part, 64 * 1024);
      const auto body = co_await reader_.exact(piece);
      if (!body) {
        packet.trouble = Trouble::closed;
        co_return packet;
      }
      packet.payload += *body;
      part -= piece;
      if (part == 0 && packet.payload.size() % kPartBytes == 0 && !packet.payload.empty())
        part = kPartBytes;
      if (part == kPartBytes) break;
    }
  }
  co_return packet;
}

void PacketStream::queue(std::string_view payload) {
  while (true) {
    const std::string_view part = payload.substr(0, kPartBytes);
    put_int(out_, part.size(), 3);
    put_int(out_, sequence_++, 1);
    out_ += part;
    payload.remove_prefix(part.size());
    if (part.size() < kPartBytes) return;
  }
}

net::Task<Result<void>> PacketStream::flush() {
  const std::string bytes = std::exchange(out_, {});
  if (bytes.empty()) co_return Result<void>{};
  co_return co_await session_.stream().write(bytes);
}

net::Task<Result<void>> PacketStream::start_tls(const session::Session::TlsOptions& options) {
  std::string buffered(reader_.buffered());
  reader_.consume(buffered.size());
  DECNET_CO_CHECK(co_await session_.start_tls(options, std::move(buffered)));
  reader_.switch_to(session_.stream());
  co_return Result<void>{};
}

}  // namespace decnet::service::mysql
