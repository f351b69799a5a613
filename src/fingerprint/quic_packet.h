// One Initial packet of QUIC, decrypted. Inside of fingerprint only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet::fingerprint {

struct QuicHeader {
  std::uint32_t version = 0;
  bool is_initial = false;
  std::string_view destination;   // The connection id.
  std::size_t number_offset = 0;  // Where the packet number begins.
  std::size_t bytes = 0;          // Of the whole packet.
};

// Of a packet with a long header. Errors: invalid_argument, unsupported (another version).
Result<QuicHeader> parse_quic_header(std::string_view packet);

// `key_id` is the client's first destination connection id, `label` "client in" or "server in".
// Errors: invalid_argument (it does not decrypt).
Result<std::string> decrypt_quic_initial(std::string_view packet, const QuicHeader& header,
                                         std::string_view key_id, std::string_view label);

}  // namespace decnet::fingerprint
