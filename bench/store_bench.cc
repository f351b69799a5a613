// What the store holds: rows written a second, reads a second beside writes, and the memory of
// both.
//
//   store_bench write [ROWS] [FILE]       batches of 5,000 through commit(), synchronous FULL
//   store_bench read [ATTACKERS] [FILE]   pages of 50 attackers at random cursors, alone and beside
//                                         500 events/s
//   store_bench pages FILE                what else the dashboard asks of a full store
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "bench/measure.h"
#include "bench/traffic.h"
#include "store/store.h"

namespace decnet::bench {
namespace {

std::unique_ptr<store::Store> open(const std::string& file) {
  return must(store::open_store({.url = "sqlite:" + file, .backup_folder = {}}));
}

void write(std::uint64_t rows, const std::string& file) {
  const auto store = open(file);
  Traffic traffic;
  double busy = 0, busy_cpu = 0, slowest = 0, busy_before = 0;
  std::uint64_t done = 0, before = 0;
  std::printf("%12s %12s %12s %10s %10s %10s %10s\n", "rows", "rows/s", "rows/s mean", "us cpu/row",
              "slowest ms", "file MB", "PSS MiB");
  while (done < rows) {
    store::IngestBatch batch{.events = traffic.batch(store::kBatchLinesMax), .rejected = {}};
    done += batch.events.size();
    batch.log_position = done;
    const auto start = SteadyClock::now();
    const double cpu = cpu_seconds();
    must(store->ingest().commit(batch));
    const double took = seconds_since(start);
    busy += took;
    busy_cpu += cpu_seconds() - cpu;
    slowest = std::max(slowest, took);
    if (done - before < rows / 10 && done < rows) continue;
    std::printf("%12lu %12.0f %12.0f %10.2f %10.0f %10.0f %10.1f\n", done,
                static_cast<double>(done - before) / (busy - busy_before),
                static_cast<double>(done) / busy, busy_cpu / static_cast<double>(done) * 1e6,
                slowest * 1e3, static_cast<double>(must(store->maintenance().stats()).bytes) / 1e6,
                pss_mib());
    std::fflush(stdout);
    before = done;
    busy_before = busy;
    slowest = 0;
  }
  const auto stats = must(store->maintenance().stats());
  std::printf("attackers %lu, sessions %lu, credentials %lu\n", stats.attackers, stats.sessions,
              stats.credentials);
}

struct Reads {
  std::uint64_t count = 0;
  std::vector<double> micros;
};

// One thread reads random pages for `seconds`.
Reads read_pages(const store::Store& /*keeps it alive*/, store::AttackerTable& table,
                 const std::vector<store::Key>& keys, double seconds, std::uint64_t seed) {
  SeededRandom random(seed, "cursors");
  Reads out;
  const auto start = SteadyClock::now();
  while (seconds_since(start) < seconds) {
    store::PageRequest request{.sort = "last_seen", .limit = 50};
    request.after = random.pick(keys);
    const auto begun = SteadyClock::now();
    const auto page = must(table.list({}, request));
    out.micros.push_back(seconds_since(begun) * 1e6);
    out.count += page.rows.size();
  }
  return out;
}

void print_reads(const char* what, Reads reads, double seconds) {
  std::sort(reads.micros.begin(), reads.micros.end());
  const auto at = [&](double share) {
    return reads
        .micros[static_cast<std::size_t>(share * static_cast<double>(reads.micros.size() - 1))];
  };
  std::printf("%-44s %9.0f/s  p50 %5.0f us  p99 %6.0f us  max %7.0f us\n", what,
              static_cast<double>(reads.micros.size()) / seconds, at(0.5), at(0.99), at(1));
}

void read(std::uint64_t attackers, const std::string& file) {
  constexpr double kSeconds = 5;
  const auto store = open(file);
  Traffic traffic;
  std::uint64_t position = must(store->ingest().log_position());
  if (position == 0) {
    while (traffic.sources() < attackers) {
      store::IngestBatch batch{.events = traffic.batch(store::kBatchLinesMax), .rejected = {}};
      batch.log_position = position += batch.events.size();
      must(store->ingest().commit(batch));
    }
  }
  must(store->maintenance().checkpoint());
  std::vector<store::Key> keys;
  store::PageRequest all{.sort = "last_seen", .limit = store::kPageRowsMax};
  for (;;) {
    const auto page = must(store->attackers().list({}, all));
    keys.insert(keys.end(), page.keys.begin(), page.keys.end());
    if (!page.more_after) break;
    all.after = page.keys.back();
  }
  std::printf("%zu attackers, file %.0f MB\n", keys.size(),
              static_cast<double>(must(store->maintenance().stats()).bytes) / 1e6);
  print_reads("pages of 50, alone, one thread",
              read_pages(*store, store->attackers(), keys, kSeconds, 1), kSeconds);

  std::atomic<bool> done = false;
  std::thread writer([&] {
    const auto own = open(file);  // As in production: another process's handle.
    Traffic more({.seed = 2, .start = TimePoint{std::chrono::seconds{1'790'900'000}}});
    std::uint64_t batches = 0;
    const auto start = SteadyClock::now();
    while (!done) {
      auto events = more.batch(5);
      for (event::Event& event : events) event.origin = 2;
      must(own->ingest().commit({.events = std::move(events), .rejected = {}}));
      std::this_thread::sleep_until(start + std::chrono::milliseconds(10 * ++batches));
    }
  });
  print_reads("pages of 50, beside 500 events/s, one thread",
              read_pages(*store, store->attackers(), keys, kSeconds, 3), kSeconds);
  done = true;
  writer.join();
  std::printf("PSS %.1f MiB\n", pss_mib());
}

template <class Call>
void time_call(const char* what, const Call& call) {
  const auto start = SteadyClock::now();
  must(call());
  std::printf("%-52s %9.2f ms\n", what, seconds_since(start) * 1e3);
}

void pages(const std::string& file) {
  const auto store = open(file);
  auto& events = store->events();
  auto& attackers = store->attackers();
  const auto newest = must(events.list({}, {.limit = 1})).rows.at(0);
  const auto busiest = must(attackers.list({}, {.sort = "events", .limit = 1})).rows.at(0);
  const auto rare =
      must(attackers.list({},
                          {.sort = "first_seen", .order = store::Order::ascending, .limit = 400}))
          .rows.back();
  const store::TimeRange day{.since = newest.at - std::chrono::hours{24}, .until = {}};
  const store::TimeRange hour{.since = newest.at - std::chrono::hours{1}, .until = {}};
  time_call("events, newest 50", [&] { return events.list({}, {}); });
  time_call("events of type command", [&] { return events.list({.types = {"command"}}, {}); });
  time_call("events of a type that is rare",
            [&] { return events.list({.types = {"file.captured"}}, {}); });
  time_call("events, severe", [&] {
    return events.list({.severities = {event::Severity::warning, event::Severity::error}},
                       {.limit = 20});
  });
  time_call("events of the busiest attacker",
            [&] { return events.list({.attacker_uuid = busiest.uuid}, {}); });
  time_call("events of an old attacker",
            [&] { return events.list({.attacker_uuid = rare.uuid}, {}); });
  time_call("events of a session",
            [&] { return events.list({.session_uuid = newest.session_uuid}, {}); });
  time_call("events, text that is nowhere",
            [&] { return events.list({.text = "no such text"}, {}); });
  time_call("facets of everything", [&] { return events.facets({}); });
  time_call("facets of a day", [&] { return events.facets({.range = day}); });
  time_call("facets of the busiest attacker",
            [&] { return events.facets({.attacker_uuid = busiest.uuid}); });
  time_call("rate of a day, by ten minutes",
            [&] { return events.rate(day, std::chrono::minutes{10}); });
  time_call("totals of an hour", [&] { return attackers.totals(hour); });
  time_call("totals of a day", [&] { return attackers.totals(day); });
  time_call("top attackers of a day", [&] { return attackers.top(day, 10); });
  time_call("deckies hit in a day", [&] { return attackers.deckies_hit(day); });
  time_call("attackers by events", [&] { return attackers.list({}, {.sort = "events"}); });
  time_call("attackers by prefix 1.", [&] { return attackers.list({.ip = {}, .text = "1."}, {}); });
  time_call("the busiest attacker in detail",
            [&] { return attackers.get(busiest.uuid, newest.at); });
  time_call("an old attacker in detail", [&] { return attackers.get(rare.uuid, newest.at); });
  time_call("sessions, newest", [&] { return attackers.sessions({}, {}); });
  time_call("sessions of the busiest attacker", [&] {
    return attackers.sessions(
        {.range = {}, .attacker_uuid = busiest.uuid, .deckies = {}, .services = {}}, {});
  });
  time_call("credentials, newest", [&] { return attackers.credentials({}, {}); });
  time_call("credentials by attempts",
            [&] { return attackers.credentials({}, {.sort = "attempts"}); });
  time_call("credential tops", [&] { return attackers.credential_tops(10); });
  time_call("deckies", [&] { return store->deckies().list(newest.at); });
  time_call("stats", [&] { return store->maintenance().stats(); });
  std::printf("PSS %.1f MiB\n", pss_mib());
}

int run(int count, char** arguments) {
  const std::string what = count > 1 ? arguments[1] : "";
  const ScratchFolder folder;
  const std::string fresh = folder.path + "/decnet.sqlite";
  if (what == "write") {
    write(count > 2 ? std::stoull(arguments[2]) : 1'000'000, count > 3 ? arguments[3] : fresh);
  } else if (what == "read") {
    read(count > 2 ? std::stoull(arguments[2]) : 100'000, count > 3 ? arguments[3] : fresh);
  } else if (what == "pages" && count > 2) {
    pages(arguments[2]);
  } else {
    std::fprintf(stderr,
                 "usage: store_bench write [ROWS] [FILE] | read [ATTACKERS] [FILE] | pages FILE\n");
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace decnet::bench

int main(int count, char** arguments) {
  return decnet::bench::run(count, arguments);
}
