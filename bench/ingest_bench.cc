// From the ingest log to committed rows, as the ingester does it: records are read, lines parsed,
// and a batch of 5,000 with its events, sessions, credentials, attackers, fingerprints, counters,
// journal and log position is one transaction, synchronous FULL; a checkpoint every minute.
//
//   ingest_bench rows [--rows N] [--steps N]   a fresh log and store; a JSON line each step
//   ingest_bench fill --attackers N --file F   a store with so many attackers, for other benchmarks
#include "base/json.h"
#include "bench/measure.h"
#include "bench/traffic.h"
#include "event/codec.h"
#include "ingest/log.h"
#include "store/store.h"
#include "worker/ingester/ingester.h"

namespace decnet::bench {
namespace {

constexpr double kCheckpointSeconds = 60;  // worker::ingester::kUpkeepEvery

std::unique_ptr<store::Store> open(const std::string& file) {
  return must(store::open_store({.url = "sqlite:" + file, .backup_folder = {}}));
}

void write_log(const std::string& folder, std::uint64_t rows) {
  constexpr std::uint64_t kFlushLines = 20'000;
  auto log = must(ingest::LogWriter::open(folder));
  Traffic traffic;
  std::string line;
  for (std::uint64_t n = 0; n < rows; ++n) {
    const event::Event event = traffic.next();
    line.clear();
    event::append_line(line, event);
    ingest::Record record{.received_at = event.time, .source = "engine.0", .reason = {}};
    record.bytes = line;
    must(log.append(record));
    if (n % kFlushLines == 0) must(log.flush());
    if (n % 1'000'000 == 0 && n > 0) std::fprintf(stderr, "  log: %lu lines\n", n);
  }
  must(log.flush());
}

// What one stretch of the run took, and the whole of it until there.
struct Meter {
  SteadyClock::time_point start = SteadyClock::now(), step_start = start;
  double cpu = cpu_seconds(), step_cpu = cpu;
  std::uint64_t rows = 0, step_rows = 0;
  double slowest_ms = 0;

  void say(store::Store& store) {
    const double all = seconds_since(start), step = seconds_since(step_start);
    const double used = cpu_seconds();
    const auto per_row = [](double seconds, std::uint64_t of) {
      return seconds / static_cast<double>(of) * 1e6;
    };
    JsonWriter json;
    json.begin_object().field("rows", rows).field("rows_per_s", 1e6 / per_row(step, step_rows));
    json.field("rows_per_s_mean", 1e6 / per_row(all, rows));
    json.field("cpu_us_per_row", per_row(used - step_cpu, step_rows));
    json.field("cpu_us_per_row_mean", per_row(used - cpu, rows)).field("slowest_ms", slowest_ms);
    json.field("pss_mib", pss_mib());
    json.field("file_mb", static_cast<double>(must(store.maintenance().stats()).bytes) / 1e6);
    std::printf("%s\n", json.end_object().text().c_str());
    std::fflush(stdout);
    step_start = SteadyClock::now();
    step_cpu = cpu_seconds();
    step_rows = 0;
    slowest_ms = 0;
  }
};

void store_rows(std::uint64_t rows, std::uint64_t steps) {
  const ScratchFolder folder;
  write_log(folder.path + "/ingest", rows);
  const auto store = open(folder.path + "/decnet.sqlite");
  ingest::LogReader reader(folder.path + "/ingest", 0);
  Meter meter;
  auto checkpoint_at = SteadyClock::now();
  while (meter.rows < rows) {
    const auto begun = SteadyClock::now();
    const auto read = must(worker::ingester::read_batch(reader, store::kBatchLinesMax));
    if (read.batch.events.empty() || !read.batch.rejected.empty()) {
      std::fprintf(stderr, "the log was not read back whole\n");
      std::exit(1);
    }
    must(store->ingest().commit(read.batch));
    meter.slowest_ms = std::max(meter.slowest_ms, seconds_since(begun) * 1e3);
    meter.rows += read.batch.events.size();
    meter.step_rows += read.batch.events.size();
    if (seconds_since(checkpoint_at) > kCheckpointSeconds) {
      must(store->maintenance().checkpoint());
      checkpoint_at = SteadyClock::now();
    }
    if (meter.step_rows >= rows / steps || meter.rows >= rows) meter.say(*store);
  }
}

// Half of the sessions are from new addresses: many attackers in few rows.
void fill(std::uint64_t attackers, const std::string& file) {
  const auto store = open(file);
  const auto now = std::chrono::time_point_cast<TimePoint::duration>(Clock::system().now());
  Traffic traffic({.fresh_share = 0.5, .start = now - std::chrono::hours{24}});
  std::uint64_t rows = 0;
  while (traffic.sources() < attackers) {
    store::IngestBatch batch{.events = traffic.batch(store::kBatchLinesMax), .rejected = {}};
    rows += batch.events.size();
    must(store->ingest().commit(batch));
    if (rows % 200'000 == 0)
      std::fprintf(stderr, "  store: %lu rows, %zu attackers\n", rows, traffic.sources());
  }
  must(store->maintenance().checkpoint());
  const auto stats = must(store->maintenance().stats());
  JsonWriter json;
  json.begin_object().field("rows", rows).field("attackers", stats.attackers).end_object();
  std::printf("%s\n", json.text().c_str());
}

int run(const std::vector<std::string>& arguments) {
  const std::string what = arguments.empty() ? "" : arguments.front();
  const auto number = [&](std::string_view name, double otherwise) {
    return static_cast<std::uint64_t>(number_option(arguments, name, otherwise));
  };
  if (what == "rows") {
    store_rows(number("--rows", 1e6), std::max<std::uint64_t>(number("--steps", 10), 1));
    return 0;
  }
  if (what == "fill" && has_option(arguments, "--file")) {
    fill(number("--attackers", 100'000), text_option(arguments, "--file", ""));
    return 0;
  }
  std::fprintf(stderr,
               "usage: ingest_bench rows [--rows N] [--steps N] | fill --attackers N --file F\n");
  return 2;
}

}  // namespace
}  // namespace decnet::bench

int main(int count, char** arguments) {
  return decnet::bench::run({arguments + 1, arguments + count});
}
