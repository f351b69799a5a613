// Any heartbeat: what is kept of it is bounded, and shown without harm.
#include <cstdint>
#include <cstdlib>

#include "api/workers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet;
  using namespace decnet::api;
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  FakeClock clock;
  Workers workers({"ingester"}, clock);
  for (int n = 0; n < 2; ++n) {  // The second one has rates.
    workers.note("ingester", payload);
    clock.advance(std::chrono::seconds{1});
  }
  const auto view = workers.find("ingester");
  if (!view || !view->beat || view->beat->log.size() > kWorkerLogLinesMax) std::abort();
  if (view->beat->counters.size() > kWorkerCountersMax) std::abort();
  return 0;
}
