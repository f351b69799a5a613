// Any bytes as what a peer says, to each server and each site. The first byte chooses.
#include <cstdint>

#include "session/testing.h"
#include "site/site.h"

using namespace decnet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr const char* kSites[] = {"default", "wordpress", "phpmyadmin"};
  session::Script script;
  script.service = "http";
  script.port = 80;
  script.options = {{"server", data[0] % 2 == 0 ? "nginx" : "apache"},
                    {"site", kSites[data[0] / 2 % 3]}};
  script.script = {std::string(bytes.substr(0, bytes.size() / 2)),
                   std::string(bytes.substr(bytes.size() / 2))};
  script.end = data[0] & 0x80 ? net::ScriptEnd::stays_silent : net::ScriptEnd::closes;
  const session::Descriptor http{"http", [](const session::Place& place) {
                                   return site::make_service(place, site::Transport::plain);
                                 }};
  session::run_service(http, std::move(script));
  return 0;
}
