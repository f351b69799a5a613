// Any bytes as what a client sends on one connection.
#include "api/http_server.h"
#include "net/loop.h"
#include "net/memory_stream.h"

namespace decnet::api {
net::Task<Response> answer_nothing(Request&) {
  co_return Response{};
}
net::Task<void> serve_one(HttpServer& server, net::Stream& stream) {
  Peer peer;
  co_await server.serve(stream, peer);
}
}  // namespace decnet::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet;
  static const FakeClock clock;
  net::MemoryStream stream({std::string(reinterpret_cast<const char*>(data), size)});
  net::Loop loop;
  api::HttpServer server(loop.executor(), api::answer_nothing, clock);
  loop.spawn(api::serve_one(server, stream));
  loop.run();
  return 0;
}
