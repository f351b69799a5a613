// Finds the handshake messages that are sent in the clear, in what one side of a connection sends:
// over the records of a TCP stream, however they are fragmented, and over the datagrams of DTLS.
//
//   TlsReader reader;
//   reader.feed(bytes);                                  // as they come
//   while (const auto message = reader.next()) …         // whole messages, in order
//
// Bounded: it holds one message of at most kHandshakeBytesMax and one record. After what is not
// TLS, or once the connection is encrypted, it is over and takes nothing more.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "fingerprint/tls_hello.h"

namespace decnet::fingerprint {

inline constexpr std::size_t kHandshakeBytesMax = 64 * 1024;
inline constexpr std::size_t kTlsRecordBytesMax = 16 * 1024 + 2048;  // RFC 5246 section 6.2.3

inline constexpr std::uint8_t kClientHelloType = 1;
inline constexpr std::uint8_t kServerHelloType = 2;

struct HandshakeMessage {
  std::uint8_t type = 0;
  std::string body;  // Without the header.
};

class TlsReader {
 public:
  void feed(std::string_view bytes);
  std::optional<HandshakeMessage> next();
  bool is_over() const noexcept { return over_; }

 private:
  void read_records();
  void take_record(std::uint8_t type, std::string_view content);

  std::string stream_;    // What does not make a record yet.
  std::string messages_;  // The content of handshake records, not yet taken.
  bool over_ = false;
  bool cipher_changed_ = false;  // From here on only a hello of TLS 1.3 can be in the clear.
};

// The first ClientHello of a connection, from the first bytes that the client sent. Nothing if
// there is none, or not all of it yet.
std::optional<ClientHello> find_client_hello(std::string_view stream);

// The same for DTLS (RFC 6347): messages are put together from the fragments of several datagrams.
class DtlsReader {
 public:
  void feed(std::string_view datagram);
  std::optional<HandshakeMessage> next();

 private:
  struct Partial {
    std::uint8_t type = 0;
    std::size_t length = 0;
    std::map<std::size_t, std::string> fragments;  // By their offset.
  };
  void take_fragments(std::string_view content);

  std::map<std::uint16_t, Partial> partials_;  // By message_seq.
};

inline constexpr std::size_t kDtlsPartialsMax = 16;   // Messages begun and not finished.
inline constexpr std::size_t kDtlsFragmentsMax = 64;  // Of one message.

}  // namespace decnet::fingerprint
