#include "fingerprint/tls_reader.h"

#include <algorithm>

#include "base/bytes.h"

namespace decnet::fingerprint {
namespace {

enum Content : std::uint8_t { kChangeCipherSpec = 20, kAlert = 21, kHandshake = 22 };

constexpr std::size_t kRecordHeaderBytes = 5;
constexpr std::size_t kMessageHeaderBytes = 4;

// In TLS 1.3 a ClientHello may follow a change_cipher_spec that means nothing, in TLS 1.2 an
// encrypted message follows it: tell them by whether exactly one hello fills the record.
bool is_one_hello(std::string_view content) {
  ByteReader reader(content);
  const std::uint8_t type = reader.u8();
  const std::size_t length = reader.u24();
  return (type == kClientHelloType || type == kServerHelloType) && length == reader.rest().size();
}

// What follows the last whole message.
std::string_view unfinished(std::string_view messages) {
  for (;;) {
    ByteReader reader(messages);
    reader.skip(1);
    reader.skip(reader.u24());
    if (!reader.ok()) return messages;
    messages = reader.rest();
  }
}

}  // namespace

void TlsReader::feed(std::string_view bytes) {
  if (over_) return;
  stream_.append(bytes);
  read_records();
}

void TlsReader::read_records() {
  std::size_t at = 0;
  while (!over_ && stream_.size() - at >= kRecordHeaderBytes) {
    ByteReader reader(std::string_view(stream_).substr(at));
    const std::uint8_t type = reader.u8();
    const std::uint8_t major = reader.u8();
    reader.skip(1);
    const std::size_t length = reader.u16();
    if (type < kChangeCipherSpec || type > kHandshake || major != 3 ||
        length > kTlsRecordBytesMax) {
      over_ = true;
      break;
    }
    const std::string_view content = reader.take(length);
    if (!reader.ok()) break;
    take_record(type, content);
    at += kRecordHeaderBytes + length;
  }
  stream_.erase(0, over_ ? stream_.size() : at);
}

void TlsReader::take_record(std::uint8_t type, std::string_view content) {
  if (type == kChangeCipherSpec) cipher_changed_ = true;
  if (type != kHandshake) return;
  if (cipher_changed_ && !(unfinished(messages_).empty() && is_one_hello(content))) {
    over_ = true;
    return;
  }
  messages_.append(content);
  const std::string_view rest = unfinished(messages_);
  ByteReader reader(rest);
  reader.skip(1);
  if (reader.u24() > kHandshakeBytesMax) {
    messages_.resize(messages_.size() - rest.size());
    over_ = true;
  }
  // Nobody takes them.
  if (messages_.size() > kHandshakeBytesMax + kTlsRecordBytesMax) over_ = true;
}

std::optional<HandshakeMessage> TlsReader::next() {
  ByteReader reader(messages_);
  const std::uint8_t type = reader.u8();
  const std::size_t length = reader.u24();
  const std::string_view body = reader.take(length);
  if (!reader.ok() || length > kHandshakeBytesMax) return {};
  HandshakeMessage message{type, std::string(body)};
  messages_.erase(0, kMessageHeaderBytes + length);
  return message;
}

std::optional<ClientHello> find_client_hello(std::string_view stream) {
  TlsReader reader;
  reader.feed(stream.substr(0, kHandshakeBytesMax + kTlsRecordBytesMax));
  const auto message = reader.next();
  if (!message || message->type != kClientHelloType) return {};
  auto hello = parse_client_hello(message->body);
  if (!hello) return {};
  return std::move(hello).value();
}

void DtlsReader::feed(std::string_view datagram) {
  ByteReader reader(datagram);
  while (!reader.empty()) {
    const std::uint8_t type = reader.u8();
    const std::uint8_t major = reader.u8();
    reader.skip(1);
    const std::uint16_t epoch = reader.u16();
    reader.skip(6);  // The sequence number.
    const std::string_view content = reader.take(reader.u16());
    if (!reader.ok() || major != 0xfe || epoch != 0) return;  // Encrypted from epoch 1 on.
    if (type == kHandshake) take_fragments(content);
  }
}

void DtlsReader::take_fragments(std::string_view content) {
  ByteReader reader(content);
  while (!reader.empty()) {
    const std::uint8_t type = reader.u8();
    const std::size_t length = reader.u24();
    const std::uint16_t sequence = reader.u16();
    const std::size_t offset = reader.u24();
    const std::string_view fragment = reader.take(reader.u24());
    if (!reader.ok() || length > kHandshakeBytesMax || offset + fragment.size() > length) return;
    if (!partials_.contains(sequence) && partials_.size() >= kDtlsPartialsMax) return;
    Partial& partial = partials_[sequence];
    if (partial.fragments.size() >= kDtlsFragmentsMax) continue;
    partial.type = type;
    partial.length = length;
    std::string& held = partial.fragments[offset];
    if (held.size() < fragment.size()) held = fragment;
  }
}

std::optional<HandshakeMessage> DtlsReader::next() {
  for (auto at = partials_.begin(); at != partials_.end(); ++at) {
    const Partial& partial = at->second;
    HandshakeMessage message{partial.type, {}};
    for (const auto& [offset, bytes] : partial.fragments) {
      if (offset > message.body.size()) break;  // A gap.
      if (offset + bytes.size() > message.body.size()) {
        message.body.resize(offset);
        message.body += bytes;
      }
    }
    if (message.body.size() != partial.length) continue;
    partials_.erase(at);
    return message;
  }
  return {};
}

}  // namespace decnet::fingerprint
