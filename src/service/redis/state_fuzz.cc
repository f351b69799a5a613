// Any bytes as a saved state: what is kept of it is bounded, and can be saved and loaded again.
#include <cstdint>
#include <cstdlib>

#include "service/redis/server.h"
#include "service/redis/snapshot.h"
#include "session/testing.h"
using namespace decnet::service::redis;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto persona = decnet::session::Script::example_persona();
  static const decnet::FakeClock clock;
  const ServerOptions options{.persona = &persona, .clock = &clock};
  Server server(options);
  load_life(server, {reinterpret_cast<const char*>(data), size});
  const std::string state = save_life(server);
  if (state.size() > kStateBytesMax) std::abort();
  Server again(options);
  load_life(again, state);
  if (again.keyspace.size(0) != server.keyspace.size(0) && state.size() < kStateBytesMax / 2)
    std::abort();
  return 0;
}
