// Any bytes as what two peers say to one server in turn; the first byte chooses its settings.
#include <cstdint>

#include "service/redis/redis.h"
#include "session/testing.h"
using namespace decnet;
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const unsigned choice = size > 0 ? data[0] : 0;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t half = std::min(all.find("\r\n~\r\n"), size);
  const std::string guard = (choice & 1) != 0 ? "yes" : "no";
  session::Script script{.service = "redis", .port = 6379};
  script.options = {{"auth", (choice & 4) != 0 ? "password" : "open"},
                    {"protected_configs", guard}};
  script.options["module_command"] = script.options["debug_command"] = guard;
  script.limits.idle_max = std::chrono::seconds{(choice & 2) != 0 ? 30 : 1};
  script.end = net::ScriptEnd::stays_silent;
  script.script = {std::string(all.substr(std::min<std::size_t>(size, 1), half))};
  session::ScriptedSession first(script);
  const auto service = service::redis::descriptor().create(first.place());
  first.run(*service);
  script.script = {std::string(all.substr(half))};
  session::ScriptedSession(script).run(*service);
  return 0;
}
