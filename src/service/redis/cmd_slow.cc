// SLOWLOG and LATENCY.
#include <array>
#include <bit>

#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

void slowlog_get(Call& call) {
  std::int64_t count = 10;
  if (call.size() > 2) {
    const auto given =
        call.integer_between(2, -1, INT64_MAX, "ERR count should be greater than or equal to -1");
    if (!given) return;
    count = *given < 0 ? static_cast<std::int64_t>(call.server.slowlog.size()) : *given;
  }
  const std::size_t shown = std::min(static_cast<std::size_t>(count), call.server.slowlog.size());
  call.out.array(shown);
  for (std::size_t n = 0; n < shown; ++n) {
    const SlowEntry& entry = call.server.slowlog[n];
    call.out.array(6);
    call.out.integer(static_cast<std::int64_t>(entry.id));
    call.out.integer(entry.time_s);
    call.out.integer(entry.micros);
    call.out.array(entry.argv.size());
    for (const std::string& arg : entry.argv) call.out.bulk(arg);
    call.out.bulk(entry.peer);
    call.out.bulk(entry.name);
  }
}

void slowlog_len(Call& call) {
  call.out.integer(static_cast<std::int64_t>(call.server.slowlog.size()));
}

void slowlog_reset(Call& call) {
  call.server.slowlog.clear();
  call.out.ok();
}

// Nothing here is slow enough for the monitor to see, even where it was turned on.
void latency_nothing(Call& call) {
  call.out.array(0);
}
void latency_reset(Call& call) {
  call.out.integer(0);
}

void latency_graph(Call& call) {
  call.out.error("ERR No samples available for event '" + call.arg(2) + "'");
}

void latency_doctor(Call& call) {
  const bool off = call.server.config.get("latency-monitor-threshold") == "0";
  call.server.texts.say(call.out, off ? "latency doctor" : "latency doctor calm",
                        [&] { call.out.verbatim(""); });
}

void say_histogram(Call& call, const Command& command) {
  // Cumulated counts by powers of two of microseconds.
  std::map<std::uint64_t, std::uint64_t> buckets;
  for (const auto& [micros, count] : command.stats.latency) buckets[std::bit_ceil(micros)] += count;
  call.out.bulk(command.name());
  call.out.map(2);
  call.out.bulk("calls");
  call.out.integer(static_cast<std::int64_t>(command.stats.calls));
  call.out.bulk("histogram_usec");
  call.out.map(buckets.size());
  std::uint64_t sum = 0;
  for (const auto& [micros, count] : buckets) {
    call.out.integer(static_cast<std::int64_t>(micros));
    call.out.integer(static_cast<std::int64_t>(sum += count));
  }
}

void latency_histogram(Call& call) {
  std::vector<const Command*> chosen;
  const auto add = [&](const Command& command) {
    if (!command.stats.latency.empty()) chosen.push_back(&command);
    for (const Command* sub : command.subcommands) {
      if (!sub->stats.latency.empty()) chosen.push_back(sub);
    }
  };
  if (call.size() == 2) {
    for (const Command* command :
         CommandTable::shuffled(call.server.commands.top(), call.server.keyspace.seed()))
      add(*command);
  }
  for (std::size_t n = 2; n < call.size(); ++n) {
    if (const Command* command = call.server.commands.find(call.arg(n).substr(0, 64)))
      add(*command);
    if (!call.spend(8)) return;
  }
  call.out.map(chosen.size());
  for (const Command* command : chosen) say_histogram(call, *command);
}

constexpr auto kCommands = std::to_array<Binding>({
    {"latency|doctor", latency_doctor},
    {"latency|graph", latency_graph},
    {"latency|histogram", latency_histogram},
    {"latency|history", latency_nothing},
    {"latency|latest", latency_nothing},
    {"latency|reset", latency_reset},
    {"slowlog|get", slowlog_get},
    {"slowlog|len", slowlog_len},
    {"slowlog|reset", slowlog_reset},
});

}  // namespace

std::span<const Binding> slow_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
