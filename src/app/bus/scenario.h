// Scenarios: what is measured of a broker, this one's own or another's. Every function forks the
// processes that it needs, waits for them, and prints nothing.
#pragma once

#include <cstdint>
#include <string>

#include "app/bus/dialect.h"
#include "base/result.h"

namespace decnet::app {

// The broker that is measured.
struct Target {
  const Dialect* dialect = nullptr;
  std::string address;       // See connect_to().
  int pid = 0;               // For its CPU time and memory; 0: not measured.
  std::uint64_t window = 0;  // See LoadShape: for brokers that would drop without one.
};

// The process behind a UNIX socket; 0 where that cannot be said.
int pid_behind(const std::string& address);
double pss_mib_of(int pid);      // 0 where that may not be read.
double cpu_seconds_of(int pid);  // User and system.

struct RateShape {
  std::size_t subscribers = 1;
  std::size_t patterns = 1;  // Of each subscriber; one of them matches.
  double seconds = 3;
};
struct RateOutcome {
  std::uint64_t published = 0;
  std::uint64_t delivered = 0;
  std::uint64_t dropped = 0;
  std::uint64_t wrong = 0;
  double seconds = 0;
  double cpu_us_per_delivery = 0;  // Of the broker; 0 where it is not known.
  double per_second() const { return seconds > 0 ? static_cast<double>(delivered) / seconds : 0; }
};
Result<RateOutcome> measure_rate(const Target& target, const RateShape& shape);

struct RoundTrips {
  std::uint64_t count = 0;
  double p50_us = 0, p99_us = 0, longest_us = 0;
};
// One event at a time, `per_second` of them: from the write to the last byte of the delivery.
Result<RoundTrips> measure_round_trips(const Target& target, double per_second, double seconds);
// The same over a relay of its own that only copies bytes. `folder` is for its socket.
Result<RoundTrips> measure_relay(const std::string& folder, double per_second, double seconds);

struct StallOutcome {
  std::uint64_t published = 0;
  std::uint64_t lost = 0;  // By the subscriber that reads.
  double longest_ms = 0;   // The publisher's longest write.
};
// Two subscribers, one of which reads nothing.
Result<StallOutcome> measure_stall(const Target& target, double seconds);

struct MemoryOutcome {
  double idle_mib = 0;
  double with_clients_mib = 0;
};
Result<MemoryOutcome> measure_memory(const Target& target, std::size_t clients);

}  // namespace decnet::app
