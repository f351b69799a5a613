#include "engine/tls_fingerprints.h"

#include "fingerprint/ja3.h"
#include "fingerprint/ja4.h"
#include "fingerprint/tls_reader.h"

namespace decnet::engine {

std::vector<TlsFingerprint> tls_fingerprints(std::string_view records) {
  const auto hello = fingerprint::find_client_hello(records);
  if (!hello) return {};
  return {{"ja3", fingerprint::ja3(*hello), fingerprint::ja3_string(*hello)},
          {"ja4", fingerprint::ja4(*hello, fingerprint::Carrier::tcp),
           fingerprint::ja4_raw(*hello, fingerprint::Carrier::tcp)}};
}

}  // namespace decnet::engine
