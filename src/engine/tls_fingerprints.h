// The fingerprints of a TLS client's first message.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace decnet::engine {

struct TlsFingerprint {
  std::string_view kind;  // "ja3", "ja4"
  std::string value;
  std::string raw;
};

// `records`: TLS records as they came. Empty if they hold no ClientHello.
std::vector<TlsFingerprint> tls_fingerprints(std::string_view records);

}  // namespace decnet::engine
