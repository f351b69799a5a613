// Lines a second through the codec, on one core: what a reader of the ingest log and a sender pay
// for a line.
//
//   parse_bench [--benchmark_format=json]      (Google Benchmark's options)
//   parse_bench --lines N FILE                 writes N lines of the traffic for other parsers
#include <fstream>
#include <iostream>

#include <benchmark/benchmark.h>

#include "bench/measure.h"
#include "bench/traffic.h"
#include "event/codec.h"

namespace decnet::bench {
namespace {

constexpr std::size_t kEvents = 100'000;  // More than the caches hold, as in a real log.

struct Sample {
  std::vector<event::Event> events;
  std::vector<std::string> lines;
  std::int64_t bytes = 0;
};

const Sample& sample() {
  static const Sample made = [] {
    Sample out;
    out.events = Traffic().batch(kEvents);
    for (const event::Event& event : out.events) out.lines.push_back(event::to_line(event));
    for (const std::string& line : out.lines) out.bytes += static_cast<std::int64_t>(line.size());
    return out;
  }();
  return made;
}

void count(benchmark::State& state) {
  const auto rounds = static_cast<std::int64_t>(state.iterations());
  state.SetItemsProcessed(rounds * static_cast<std::int64_t>(kEvents));
  state.SetBytesProcessed(rounds * sample().bytes);
}

void parse_line(benchmark::State& state) {
  const Sample& all = sample();
  event::Event event;
  for (auto round : state) {
    for (const std::string& line : all.lines) {
      must(event::parse_line(line, TimePoint{}, event));
      benchmark::DoNotOptimize(event);
    }
  }
  count(state);
}

void append_line(benchmark::State& state) {
  const Sample& all = sample();
  std::string line;
  for (auto round : state) {
    for (const event::Event& event : all.events) {
      line.clear();
      event::append_line(line, event);
      benchmark::DoNotOptimize(line);
    }
  }
  count(state);
}

BENCHMARK(parse_line)->Unit(benchmark::kMillisecond);
BENCHMARK(append_line)->Unit(benchmark::kMillisecond);

int write_lines(std::size_t lines, const char* path) {
  std::ofstream out(path, std::ios::binary);
  Traffic traffic;
  for (std::size_t n = 0; n < lines; ++n) out << event::to_line(traffic.next()) << '\n';
  return out.flush() ? 0 : 1;
}

}  // namespace
}  // namespace decnet::bench

int main(int count, char** arguments) {
  if (count == 4 && std::string_view(arguments[1]) == "--lines") {
    return decnet::bench::write_lines(std::stoull(arguments[2]), arguments[3]);
  }
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
