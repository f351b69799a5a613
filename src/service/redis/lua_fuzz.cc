// Any bytes as a script for EVAL: it ends, and the server answers afterwards.
#include <cstdint>
#include <cstdlib>

#include "service/redis/server.h"
#include "session/testing.h"
using namespace decnet::service::redis;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto persona = decnet::session::Script::example_persona();
  decnet::FakeClock clock;
  Server server({.persona = &persona, .clock = &clock});
  Client* client = server.connect("198.51.100.7:40007", "192.0.2.1:6379", false, nullptr);
  const std::string body(reinterpret_cast<const char*>(data), size);
  server.receive(*client, "*4\r\n$4\r\nEVAL\r\n$" + std::to_string(size) + "\r\n" + body +
                              "\r\n$1\r\n1\r\n$1\r\nk\r\n");
  if (client->closed || server.deadline_of(*client) != 0) return 0;  // Too much work, or endless.
  client->output.clear();
  server.receive(*client, "PING\r\n");
  if (client->output != "+PONG\r\n") std::abort();
  return 0;
}
