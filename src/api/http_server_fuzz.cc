// Any bytes as what a client sends on one connection.
#include <cstdint>

#include "api/http_server.h"
#include "net/loop.h"
#include "net/memory_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t half = size / 2;
  static const FakeClock clock;
  net::MemoryStream stream({bytes.substr(0, half), bytes.substr(half)});
  net::Loop loop;
  const api::HttpServer::AnswerFunction answer = [](api::Request&) -> net::Task<api::Response> {
    co_return api::Response{};
  };
  api::HttpServer server(loop.executor(), answer, clock);
  auto run = [](api::HttpServer& of, net::Stream& over) -> net::Task<void> {
    api::Peer peer;
    co_await of.serve(over, peer);
  };
  loop.spawn(run(server, stream));
  loop.run();
  return 0;
}
