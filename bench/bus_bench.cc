// A broker under load: decnet's own, or another's.
//
//   bus_bench rate --dialect nats --address tcp:127.0.0.1:4222 --pid 42 --subscribers 10 --patterns
//   100 bus_bench trips|stall|memory --dialect decnet --address unix:/run/decnet/bus.sock --pid 42
//   bus_bench relay --seconds 5
//
// Prints one JSON object.
#include <cstdio>
#include <string>
#include <vector>

#include "app/bus/scenario.h"
#include "bench/bus_peers.h"
#include "bench/measure.h"

namespace decnet::bench {
namespace {

constexpr double kRoundTripsPerSecond = 1000;

using Arguments = std::vector<std::string>;

void rate(const app::Target& target, const Arguments& arguments, double seconds) {
  app::RateShape shape;
  shape.subscribers = static_cast<std::size_t>(number_option(arguments, "--subscribers", 1));
  shape.patterns = static_cast<std::size_t>(number_option(arguments, "--patterns", 1));
  shape.seconds = seconds;
  const auto outcome = must(app::measure_rate(target, shape));
  std::printf(
      R"({"per_s":%.0f,"published":%lu,"delivered":%lu,"dropped":%lu,"wrong":%lu,"cpu_us":%.4f})"
      "\n",
      outcome.per_second(), outcome.published, outcome.delivered, outcome.dropped, outcome.wrong,
      outcome.cpu_us_per_delivery);
}

void print(const app::RoundTrips& trips) {
  std::printf(R"({"count":%lu,"p50_us":%.1f,"p99_us":%.1f,"longest_us":%.1f})"
              "\n",
              trips.count, trips.p50_us, trips.p99_us, trips.longest_us);
}

int run(const Arguments& arguments) {
  const std::string mode = arguments.empty() ? "" : arguments.front();
  const double seconds = number_option(arguments, "--seconds", 3);
  const double per_second = number_option(arguments, "--rate", kRoundTripsPerSecond);
  if (mode == "relay") {
    const ScratchFolder folder;
    print(must(app::measure_relay(folder.path, per_second, seconds)));
    return 0;
  }
  const auto dialect = dialect_named(text_option(arguments, "--dialect", "decnet"));
  if (dialect == nullptr) {
    std::fprintf(stderr, "no such dialect\n");
    return 2;
  }
  app::Target target;
  target.dialect = dialect.get();
  target.address = text_option(arguments, "--address", "");
  target.pid = static_cast<int>(number_option(arguments, "--pid", 0));
  target.window = static_cast<std::uint64_t>(number_option(arguments, "--window", 0));
  if (mode == "rate") {
    rate(target, arguments, seconds);
  } else if (mode == "trips") {
    print(must(app::measure_round_trips(target, per_second, seconds)));
  } else if (mode == "stall") {
    const auto stall = must(app::measure_stall(target, seconds));
    std::printf(R"({"published":%lu,"lost":%lu,"longest_ms":%.3f})"
                "\n",
                stall.published, stall.lost, stall.longest_ms);
  } else if (mode == "memory") {
    const auto clients = static_cast<std::size_t>(number_option(arguments, "--clients", 100));
    const auto memory = must(app::measure_memory(target, clients));
    std::printf(R"({"idle_mib":%.2f,"with_clients_mib":%.2f})"
                "\n",
                memory.idle_mib, memory.with_clients_mib);
  } else {
    std::fprintf(stderr, "rate, trips, stall, memory or relay?\n");
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace decnet::bench

int main(int argc, char** argv) {
  return decnet::bench::run({argv + 1, argv + argc});
}
