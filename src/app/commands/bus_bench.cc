#include <filesystem>

#include <fmt/format.h>

#include "app/bus/scenario.h"
#include "app/commands/bus_command.h"
#include "app/exit_codes.h"
#include "app/table.h"
#include "base/json.h"
#include "base/try.h"

namespace decnet::app {
namespace {

constexpr double kRoundTripsPerSecond = 1000;
constexpr std::size_t kClients = 100;

// Rows of a table, or objects for programs: {"what", "value", "unit", "note"}.
class Rows {
 public:
  explicit Rows(bool json) : json_(json) {}

  void add(const std::string& what, double value, std::string_view unit,
           std::string_view note = {}) {
    if (json_) {
      JsonWriter row;
      row.begin_object()
          .field("what", what)
          .field("value", value)
          .field("unit", unit)
          .field("note", note);
      fmt::print("{}\n", row.end_object().text());
      std::fflush(stdout);
    } else {
      const int digits = value >= 100 ? 0 : value >= 10 ? 1 : 3;
      table_.add(
          {what, fmt::format("{:.{}f}", value, digits), std::string(unit), std::string(note)});
    }
  }
  void print() const {
    if (!json_) table_.print();
  }

 private:
  bool json_;
  Table table_{{{"what"}, {"measured", Align::right}, {"unit"}, {"note"}}};
};

Result<void> add_rate(Rows& rows, const Target& target, const std::string& what,
                      const RateShape& shape) {
  fmt::print(stderr, "{} …\n", what);
  const auto rate = DECNET_TRY(measure_rate(target, shape));
  const std::string note =
      rate.dropped > 0 ? fmt::format("does not count: {} dropped", rate.dropped) : "";
  rows.add(what, rate.per_second(), "deliveries/s", note);
  if (target.pid > 0)
    rows.add(what + ": the broker's CPU", rate.cpu_us_per_delivery, "us/delivery");
  return {};
}

Result<void> run_all(Rows& rows, const Target& target, double seconds) {
  if (target.pid > 0) {
    const auto memory = DECNET_TRY(measure_memory(target, kClients));
    rows.add("memory before", memory.idle_mib, "MiB PSS");
    rows.add(fmt::format("memory with {} more clients", kClients), memory.with_clients_mib,
             "MiB PSS");
  }
  DECNET_TRY(add_rate(rows, target, "1 publisher to 1 subscriber", {1, 1, seconds}));
  DECNET_TRY(add_rate(rows, target, "1 to 10", {10, 1, seconds}));
  DECNET_TRY(add_rate(rows, target, "1,000 patterns of which 10 match", {10, 100, seconds}));
  fmt::print(stderr, "round trips …\n");
  const auto trips = DECNET_TRY(measure_round_trips(target, kRoundTripsPerSecond, seconds));
  rows.add("round trip, p50", trips.p50_us, "us");
  rows.add("round trip, p99", trips.p99_us, "us");
  const auto relay = DECNET_TRY(measure_relay(std::filesystem::temp_directory_path().string(),
                                              kRoundTripsPerSecond, seconds));
  rows.add("the same over a relay that copies bytes, p50", relay.p50_us, "us");
  rows.add("the same over a relay that copies bytes, p99", relay.p99_us, "us");
  fmt::print(stderr, "one of two subscribers stopped …\n");
  const auto stall = DECNET_TRY(measure_stall(target, seconds));
  rows.add("one of two subscribers stopped: longest stall", stall.longest_ms, "ms");
  rows.add("one of two subscribers stopped: the other loses", static_cast<double>(stall.lost),
           "events");
  return {};
}

}  // namespace

int bus_bench(const Invocation& invocation, const std::string& socket,
              const BusBenchOptions& options) {
  const BusDialect dialect;
  Target target;
  target.dialect = &dialect;
  target.address = "unix:" + socket;
  if (const auto reachable = connect_to(target.address); !reachable)
    return failed(
        {Errc::unavailable,
         fmt::format("no broker answers on {}; `decnet up` or `decnet bus serve` starts one",
                     socket)});
  target.pid = pid_behind(target.address);
  Rows rows(invocation.json);
  const auto done = run_all(rows, target, options.seconds);
  rows.print();
  return done ? kExitOk : failed(done.error());
}

}  // namespace decnet::app
