// Any bytes as what a peer says to the service, as Debian's and as a router's; the first byte
// chooses, and where the second read begins.
#include <algorithm>
#include <cstdint>

#include "session/testing.h"
using namespace decnet;

namespace decnet::service::telnet {
const session::Descriptor& descriptor();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  session::Script script{.service = "telnet"};
  script.options = {{"server", (data[0] & 1) != 0 ? "ios" : "telnetd"}};
  const std::string said(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = std::min<std::size_t>(data[0] / 2, said.size());
  script.script = {said.substr(0, cut), said.substr(cut)};
  session::run_service(service::telnet::descriptor(), std::move(script));
  return 0;
}
