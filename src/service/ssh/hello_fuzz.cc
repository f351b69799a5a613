// Any bytes as what a client says before there are keys: identification, lists, key exchange.
#include <cstdint>

#include "service/ssh/fuzz_world.h"
#include "service/ssh/transport.h"
using namespace decnet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  service::ssh::Transport transport(service::ssh::fuzz_world());
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const std::string_view part : {bytes.substr(0, size / 2), bytes.substr(size / 2)}) {
    transport.feed(part);
    codec::ssh::Packet packet;
    while (transport.next(packet) == service::ssh::Transport::Event::message) {
    }
  }
  return 0;
}
