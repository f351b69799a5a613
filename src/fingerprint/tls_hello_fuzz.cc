// Any bytes as the body of a hello: the parsers must not crash, and every hello has fingerprints.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "fingerprint/ja3.h"
#include "fingerprint/ja4.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::fingerprint;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const auto flavour : {TlsFlavour::tls, TlsFlavour::dtls}) {
    if (const auto hello = parse_client_hello(body, flavour)) {
      if (ja3(*hello).size() != 32 || ja4(*hello, Carrier::tcp).size() != 36) std::abort();
    }
  }
  if (const auto hello = parse_server_hello(body)) {
    if (ja3s(*hello).size() != 32) std::abort();
  }
  return 0;
}
