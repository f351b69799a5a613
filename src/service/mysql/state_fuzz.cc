// Any bytes as a saved state: what is kept of it is bounded, and can be saved and loaded again.
#include <cstdint>
#include <cstdlib>

#include "service/mysql/server.h"
#include "service/mysql/state.h"
#include "session/testing.h"
using namespace decnet::service::mysql;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto persona = decnet::session::Script::example_persona();
  static const decnet::FakeClock clock;
  Server server(persona, clock, {}, true);
  server.load({reinterpret_cast<const char*>(data), size});
  const std::string state = server.save();
  if (state.size() > kStateBytesMax) std::abort();
  Server again(persona, clock, {}, true);
  again.load(state);
  if (again.save() != state && state.size() < kStateBytesMax / 2) std::abort();
  return 0;
}
