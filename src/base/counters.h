// Counters and gauges of a process by name: what /metrics and the heartbeats show.
//
//   static Counter& refused = counter("engine_sessions_refused_total", "Sessions refused by a
//   limit"); refused.add();
//
// Names follow Prometheus: base units, `_total` for what only grows. A counter lives as long as the
// process. Any thread may count.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace decnet {

class Counter {
 public:
  void add(std::uint64_t by = 1) noexcept { value_.fetch_add(by, std::memory_order_relaxed); }
  void set(std::uint64_t to) noexcept { value_.store(to, std::memory_order_relaxed); }
  void sub(std::uint64_t by = 1) noexcept { value_.fetch_sub(by, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// The counter of that name, made at first sight. `help` is one clause; the first one given stays.
Counter& counter(std::string_view name, std::string_view help);

struct CounterValue {
  std::string name;
  std::string help;
  std::uint64_t value = 0;
};

std::vector<CounterValue> counter_values();  // Sorted by name.

}  // namespace decnet
