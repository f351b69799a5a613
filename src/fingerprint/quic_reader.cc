#include "fingerprint/quic_reader.h"

#include "base/bytes.h"
#include "fingerprint/quic_packet.h"

namespace decnet::fingerprint {
namespace {

enum Frame : std::uint64_t { kPadding = 0, kPing = 1, kAck = 2, kAckEcn = 3, kCrypto = 6 };

std::uint64_t read_varint(ByteReader& reader) {
  const std::uint8_t first = reader.u8();
  std::uint64_t value = first & 0x3f;
  for (int more = (1 << (first >> 6)) - 1; more > 0; --more) value = value << 8 | reader.u8();
  return value;
}

void skip_ack(ByteReader& reader, bool has_ecn) {
  read_varint(reader);  // Largest acknowledged.
  read_varint(reader);  // Delay.
  std::uint64_t ranges = read_varint(reader);
  read_varint(reader);
  for (; ranges > 0 && reader.ok(); --ranges) {
    read_varint(reader);
    read_varint(reader);
  }
  for (int n = 0; has_ecn && n < 3; ++n) read_varint(reader);
}

}  // namespace

QuicReader::QuicReader(QuicSide side, std::string key_id)
    : side_(side), key_id_(std::move(key_id)) {}

void QuicReader::feed(std::string_view datagram) {
  while (!datagram.empty() && packets_ < kQuicPacketsMax) {
    const auto header = parse_quic_header(datagram);
    if (!header) return;
    if (header->is_initial) {
      if (key_id_.empty() && side_ == QuicSide::client) key_id_ = header->destination;
      ++packets_;
      const auto frames = decrypt_quic_initial(
          datagram, *header, key_id_, side_ == QuicSide::client ? "client in" : "server in");
      if (frames) take_frames(*frames);
    }
    datagram.remove_prefix(header->bytes);
  }
}

void QuicReader::take_frames(std::string_view frames) {
  ByteReader reader(frames);
  while (!reader.empty()) {
    const std::uint64_t type = read_varint(reader);
    if (type == kPadding || type == kPing) continue;
    if (type == kAck || type == kAckEcn) {
      skip_ack(reader, type == kAckEcn);
      continue;
    }
    if (type != kCrypto) return;  // Whatever else an Initial may hold closes the connection.
    const std::uint64_t offset = read_varint(reader);
    const std::uint64_t length = read_varint(reader);
    if (length > reader.rest().size()) return;
    const std::string_view bytes = reader.take(static_cast<std::size_t>(length));
    if (!reader.ok() || offset + length > kHandshakeBytesMax) return;
    if (early_.size() < kQuicFragmentsMax && early_[offset].size() < length) early_[offset] = bytes;
  }
}

std::optional<HandshakeMessage> QuicReader::next() {
  for (auto at = early_.begin(); at != early_.end();) {
    const std::uint64_t end = taken_ + messages_.size();
    if (at->first > end) break;  // A gap.
    const std::uint64_t skip = end - at->first;
    if (skip < at->second.size()) messages_ += at->second.substr(static_cast<std::size_t>(skip));
    at = early_.erase(at);
  }
  ByteReader reader(messages_);
  const std::uint8_t type = reader.u8();
  const std::size_t length = reader.u24();
  const std::string_view body = reader.take(length);
  if (!reader.ok()) return {};
  HandshakeMessage message{type, std::string(body)};
  const std::size_t bytes = messages_.size() - reader.rest().size();
  messages_.erase(0, bytes);
  taken_ += bytes;
  return message;
}

}  // namespace decnet::fingerprint
