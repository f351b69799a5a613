// JA4, the fingerprint of a TLS client: a head that people can read, and hashes over the sorted
// ciphers and over the sorted extensions with the signature algorithms in their order.
//
//   t13d1516h2_8daaf6152771_02713d6af862
//
// Source: the published technical details of JA4 (https://github.com/FoxIO-LLC/ja4, BSD-3-Clause).
// The other members of that family are under another licence and are not here.
#pragma once

#include <cstdint>
#include <string>

#include "fingerprint/tls_hello.h"

namespace decnet::fingerprint {

enum class Carrier : std::uint8_t { tcp, quic, dtls };

std::string ja4(const ClientHello& hello, Carrier carrier);
std::string ja4_raw(const ClientHello& hello,
                    Carrier carrier);  // The lists instead of their hashes.

}  // namespace decnet::fingerprint
