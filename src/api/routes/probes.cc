// Whether the process lives, is ready, and what it counts: for supervisors and monitoring.
#include <fmt/format.h>

#include "api/call.h"
#include "api/health.h"
#include "api/metrics.h"
#include "api/routes/nouns.h"
#include "base/counters.h"
#include "store/store.h"

namespace decnet::api {
namespace {

Response plain_text(std::string text, int status = 200) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(text);
  return response;
}

Answer livez(Call&) {
  return plain_text("ok\n");
}

// Ready as long as the store answers: without the bus, and with little disk, what is stored can
// still be read.
Answer readyz(Call& call) {
  const auto seq = call.services.store.changes().last_sequence();
  const auto health = call.services.health.state();
  const int status = seq ? 200 : 503;
  if (call.request.query.find("verbose") == call.request.query.npos) {
    return plain_text(seq ? "ok\n" : "not ready\n", status);
  }
  const auto mark = [](bool ok) { return ok ? "[+]" : "[-]"; };
  std::string text;
  text += fmt::format("{}store {}\n", mark(seq.has_value()),
                      seq ? fmt::format("ok, schema {}", health.schema_version) : "failed");
  text += fmt::format("{}bus {}\n", mark(health.bus_connected),
                      health.bus_connected ? "ok" : "offline");
  text += fmt::format("{}disk {}\n", mark(health.disk_level == DiskLevel::ok),
                      to_string(health.disk_level));
  std::string degraded;
  for (const auto part : health.degraded())
    degraded.append(degraded.empty() ? "" : ",").append(part);
  if (!degraded.empty()) text += fmt::format("degraded: {}\n", degraded);
  text += seq ? "ready\n" : "not ready\n";
  return plain_text(text, status);
}

Answer metrics(Call& call) {
  const auto format = metrics_format(call.request.header("accept"));
  Response response;
  response.content_type = content_type(format);
  response.body =
      metrics_text(format, counter_values(), call.services.workers.list(), call.services.latency);
  return response;
}

constexpr Param kVerbose[] = {{.name = "verbose"}};
constexpr Route kRoutes[] = {
    {.path = "/livez",
     .operation = "livez",
     .tag = "probes",
     .access = Access::open,
     .is_documented = false,
     .media = {},
     .thread = Thread::loop,
     .handler = livez},
    {.path = "/readyz",
     .operation = "readyz",
     .tag = "probes",
     .access = Access::open,
     .params = kVerbose,
     .is_documented = false,
     .media = {},
     .handler = readyz},
    {.path = "/healthz",
     .operation = "healthz",
     .tag = "probes",
     .access = Access::open,
     .params = kVerbose,
     .is_documented = false,
     .media = {},
     .handler = readyz},
    {.path = "/metrics",
     .operation = "metrics",
     .tag = "probes",
     .access = Access::monitor,
     .is_documented = false,
     .media = {},
     .thread = Thread::loop,
     .handler = metrics},
};

}  // namespace

Noun probes_noun() {
  return {"probes", kRoutes, {}};
}

}  // namespace decnet::api
