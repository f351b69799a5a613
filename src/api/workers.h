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
inline constexpr std::size_t kWorkerLogLinesMax = 200;
inline constexpr std::size_t kWorkerLogLineBytesMax = 512;

struct WorkerBeat {
  TimePoint at{};
  std::string version, process, last_error;
  bool is_stopped = false;  // On request; this is its last beat.
  std::string stopped_by, stop_reason;
  std::optional<std::int64_t> pid;
  std::optional<double> uptime_s;
  std::int64_t restarts = 0;
  Duration every{0};  // Between two beats; 0: it does not say.
  std::map<std::string, double, std::less<>> counters;
  std::map<std::string, double, std::less<>>
      rates;                     // Of what only grows, a second, since the beat before.
  std::vector<std::string> log;  // Its process's last lines.
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

  // A heartbeat: {worker, ts, version?, pid?, uptime_s?, restarts?, process?, every_s?, stopped?,
  // stopped_by?, stop_reason?, log?[…], counters?{…}}; numbers beside these count as counters. What
  // is malformed is left out; a name that is no word is ignored.
  void note(std::string_view name, std::string_view payload);

  // Whether the broker answers. It is a row as the others ("bus"), but not only heard.
  void set_bus_connected(bool connected);

  std::vector<WorkerView> list() const;  // Sorted by name.
  std::optional<WorkerView> find(std::string_view name) const;
  bool knows(std::string_view name) const;
  // What a worker counted last; nothing where it, or the counter, was never heard.
  std::optional<double> counter(std::string_view worker, std::string_view name) const;

 private:
  WorkerView view(const std::string& name, const std::optional<WorkerBeat>& beat) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<bool> bus_connected_;
  std::map<std::string, std::optional<WorkerBeat>, std::less<>> beats_;
};

}  // namespace decnet::api
