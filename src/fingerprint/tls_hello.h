// What the two sides of a TLS connection say first, in the clear: ClientHello and ServerHello.
//
//   if (const auto hello = parse_client_hello(body)) use(ja4(*hello, Carrier::tcp));
//
// Tolerant: what is malformed inside one extension leaves that extension's list short, as other
// implementations of JA3 and JA4 do; only a broken frame of the whole message is an error. Nothing
// is left out: GREASE values stand where they were sent. Pure; any thread.
//
// Sources: RFC 5246 section 7.4.1, RFC 8446 section 4.1, RFC 8701 (GREASE), RFC 6347 section 4.2.1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace decnet::fingerprint {

// DTLS has a cookie in its ClientHello.
enum class TlsFlavour : std::uint8_t { tls, dtls };

struct ClientHello {
  std::uint16_t version = 0;  // legacy_version
  std::string session_id;
  std::vector<std::uint16_t> ciphers;
  std::vector<std::uint16_t> extensions;  // Their types, in the order in which they were sent.
  std::vector<std::uint16_t> groups;      // supported_groups
  std::vector<std::uint8_t> point_formats;
  std::vector<std::uint16_t> signature_algorithms;
  std::vector<std::uint16_t> supported_versions;
  std::vector<std::string> alpn;
  std::string server_name;  // Any bytes; empty if there is none.
};

struct ServerHello {
  std::uint16_t version = 0;  // legacy_version
  std::uint16_t cipher = 0;
  std::vector<std::uint16_t> extensions;
  std::uint16_t selected_version = 0;  // Of supported_versions; 0 if absent.
  std::string alpn;
};

// `body` is the message without its header of four (DTLS: twelve) bytes.
// Errors: invalid_argument.
Result<ClientHello> parse_client_hello(std::string_view body, TlsFlavour flavour = TlsFlavour::tls);
Result<ServerHello> parse_server_hello(std::string_view body);

// True for the values that RFC 8701 reserves (0x0a0a, 0x1a1a … 0xfafa).
constexpr bool is_grease(std::uint16_t value) noexcept {
  return (value & 0x0f0f) == 0x0a0a && (value >> 8) == (value & 0xff);
}

}  // namespace decnet::fingerprint
