// Any bytes as datagrams from client and server; a byte 0xff 0x00 0xff ends one.
#include <cstddef>
#include <cstdint>

#include "fingerprint/quic_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::fingerprint;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  QuicReader client;
  while (!rest.empty()) {
    const std::string_view datagram = rest.substr(0, rest.find(std::string_view("\xff\0\xff", 3)));
    client.feed(datagram);
    QuicReader server(QuicSide::server, client.key_id());
    server.feed(datagram);
    while (client.next() || server.next()) continue;
    rest.remove_prefix(std::min(datagram.size() + 3, rest.size()));
  }
  return 0;
}
