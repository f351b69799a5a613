// Any bytes as a whole session.
#include <cstdint>

#include "service/ssh/fuzz_world.h"
#include "service/ssh/ssh.h"
using namespace decnet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  session::Script script{.service = "ssh"};
  script.script = {std::string(reinterpret_cast<const char*>(data), size)};
  session::ScriptedSession session(std::move(script));
  const auto service = service::ssh::make_service(
      service::ssh::fuzz_world(), std::make_unique<service::ssh::FuzzHost>(session.clock()));
  session.run(*service);
  return 0;
}
