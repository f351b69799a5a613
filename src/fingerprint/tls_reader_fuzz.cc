// Any bytes as a stream: what is found must not depend on how the stream is cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "fingerprint/tls_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::fingerprint;
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  TlsReader whole, cut;
  whole.feed(stream);
  std::size_t messages = 0, same = 0;
  while (whole.next()) ++messages;
  for (std::size_t at = 0; at < size; at += 3) {
    cut.feed(stream.substr(at, 3));
    while (cut.next()) ++same;
  }
  if (size < kHandshakeBytesMax && messages != same) std::abort();
  DtlsReader datagrams;
  datagrams.feed(stream);
  while (datagrams.next()) continue;
  return 0;
}
