// Any payloads as what a client says between the key exchange and the login.
#include <cstdint>

#include "service/ssh/fuzz_world.h"
#include "service/ssh/login.h"
using namespace decnet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  session::ScriptedSession session({.service = "ssh"});
  service::ssh::World world = service::ssh::fuzz_world();
  world.keyboard_interactive = true;
  service::ssh::FuzzHost host(session.clock());
  service::ssh::Transport transport(world);
  service::ssh::Login login(session, transport, world, host);
  service::ssh::each_payload(data, size, [&](const codec::ssh::Packet& packet) {
    if (!transport.is_over() && !login.is_done()) login.handle(packet);
  });
  return 0;
}
