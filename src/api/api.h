// Api: the API process's whole work: HTTP for the dashboard, for programs, and for the command line
// over <run>/api.sock.
//
//   auto api = Api::create(options, executor, *store, *bus);
//   co_await (*api)->run();          // until it is cancelled
//
// Lives on one event loop; what blocks runs on threads of its own. `store` and `bus` outlive it;
// the bus is closed when run() ends, after the last stream.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/http.h"
#include "api/options.h"
#include "net/task.h"

namespace decnet::bus {
class LazyBus;
}
namespace decnet::store {
class Store;
}

namespace decnet::api {

class Api {
 public:
  // Opens the listeners. Errors: invalid_argument (certificate or key; an address that is not
  // loopback without them), conflict (an address in use), denied, not_found (a file), io.
  static Result<std::unique_ptr<Api>> create(const Options& options, const net::Executor& executor,
                                             store::Store& store, bus::LazyBus& bus,
                                             const Clock& clock = Clock::system());
  ~Api();

  net::Task<Result<void>> run();

  // What a connection does with each request; for tests, which need no connection.
  net::Task<Response> answer(Request& request);

  // Reads certificate and key again (SIGHUP); the old ones stay where the new ones are no good.
  Result<void> reload();

  const std::vector<net::Endpoint>& endpoints() const noexcept;  // With the ports the kernel chose.

 private:
  struct State;
  explicit Api(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

// <run folder>/api.sock
std::string local_socket_path(std::string_view run_folder);

// The OpenAPI document of this build: what is served at /api/v1/openapi.json.
std::string openapi_document();

}  // namespace decnet::api
