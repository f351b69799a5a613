// Any payloads as what a client says after the login.
#include <cstdint>

#include "service/ssh/channels.h"
#include "service/ssh/fuzz_world.h"
using namespace decnet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  session::ScriptedSession session({.service = "ssh"});
  const service::ssh::World& world = service::ssh::fuzz_world();
  service::ssh::FuzzLand land(session.clock());
  service::ssh::Transport transport(world);
  service::ssh::Channels channels(session, transport, world, land, {"root", {}, "/root"});
  service::ssh::each_payload(data, size, [&](const codec::ssh::Packet& packet) {
    if (transport.is_over()) return;
    channels.handle(packet);
    channels.pump();
  });
  return 0;
}
