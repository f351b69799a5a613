// Workers: who has been heard on the bus, and when. Filled from `system.*.health`; those that ought
// to be there and never were heard are shown as unknown. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace decnet::api {

inline constexpr std::size_t kWorkersMax = 256;
inline constexpr std::size_t kWorkerCountersMax = 256;  // Of one worker.

struct WorkerBeat {
  TimePoint at{};
  std::string version, process, last_error;
  bool is_stopped = false;  // On request: it beats, but does not work.
  std::optional<std::int64_t> pid;
  std::optional<double> uptime_s;
  std::int64_t restarts = 0;
  std::map<std::string, double, std::less<>> counters;
};

enum class WorkerState : std::uint8_t { ok, stale, unknown };
std::string_view to_string(WorkerState state) noexcept;

struct WorkerView {
  std::string name;
  WorkerState state = WorkerState::unknown;
  std::string reason;
  std::optional<WorkerBeat> beat;
};

class Workers {
 public:
  // `expected`: shown also before they are heard.
  Workers(std::vector<std::string> expected, const Clock& clock);

  // A heartbeat: {worker, ts, version?, pid?, uptime_s?, restarts?, process?, counters?{…}};
  // numbers beside these count as counters. What is malformed is left out; a name that is no word
  // is ignored.
  void note(std::string_view name, std::string_view payload);

  std::vector<WorkerView> list() const;  // Sorted by name.
  bool knows(std::string_view name) const;
  // What a worker counted last; nothing where it, or the counter, was never heard.
  std::optional<double> counter(std::string_view worker, std::string_view name) const;

 private:
  WorkerView view(const std::string& name, const std::optional<WorkerBeat>& beat) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, std::optional<WorkerBeat>, std::less<>> beats_;
};

}  // namespace decnet::api
