// The ClientHello and ServerHello of QUIC. Its first packets are encrypted, but with keys that
// follow from a connection id in the clear, so that whoever sees them can read them.
//
//   QuicReader client;
//   client.feed(datagram);                                  // of one side
//   while (const auto message = client.next()) …
//   QuicReader server(QuicSide::server, client.key_id());   // for what the other side sends
//
// Sources: RFC 9000 sections 12, 17 and 19, RFC 9001 section 5, RFC 9369 (version 2). Bounded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "fingerprint/tls_reader.h"

namespace decnet::fingerprint {

enum class QuicSide : std::uint8_t { client, server };

inline constexpr std::size_t kQuicFragmentsMax = 64;  // Pieces of the handshake that wait.
inline constexpr std::size_t kQuicPacketsMax =
    32;  // Packets that are decrypted for one connection.

class QuicReader {
 public:
  // `key_id` is the destination connection id of the client's first packet; the client's own reader
  // takes it from there.
  explicit QuicReader(QuicSide side = QuicSide::client, std::string key_id = {});

  void feed(std::string_view datagram);
  std::optional<HandshakeMessage> next();
  const std::string& key_id() const noexcept { return key_id_; }

 private:
  void take_frames(std::string_view frames);

  QuicSide side_;
  std::string key_id_;
  std::map<std::uint64_t, std::string> early_;  // By their offset.
  std::string messages_;
  std::uint64_t taken_ = 0;  // Offset of the first byte of messages_.
  std::size_t packets_ = 0;
};

}  // namespace decnet::fingerprint
