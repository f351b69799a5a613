// Whether the process lives, is ready, and what it counts: for supervisors and monitoring.
#include "api/call.h"
#include "api/routes/nouns.h"

namespace decnet::api {
namespace {

Answer livez(Call&) {
  Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = "ok\n";
  return response;
}

constexpr Route kRoutes[] = {
    {.path = "/livez",
     .operation = "livez",
     .tag = "probes",
     .access = Access::open,
     .is_documented = false,
     .media = "text/plain",
     .thread = Thread::loop,
     .handler = livez},
};

}  // namespace

Noun probes_noun() {
  return {"probes", kRoutes, {}};
}

}  // namespace decnet::api
