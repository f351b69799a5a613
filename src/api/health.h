// Health: how the installation is, as the API sees it. Sampled every kHealthEvery, the bus every
// second; read by any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "api/options.h"
#include "api/workers.h"
#include "net/blocking.h"

namespace decnet::store {
class Store;
}

namespace decnet::api {

class BusLine;
class StreamHub;

inline constexpr Duration kHealthEvery = std::chrono::seconds{10};

struct HealthState {
  bool bus_connected = false;
  TimePoint bus_since{};
  bool store_ok = false;
  int schema_version = 0;
  std::uint64_t store_bytes = 0;
  DiskSpace disk;
  DiskLevel disk_level = DiskLevel::ok;
  std::uint64_t ingest_lag_bytes = 0, rejected_total = 0, dropped_total = 0;
  std::size_t stream_clients = 0;
  TimePoint started_at{};

  bool is_acknowledging() const noexcept { return disk_level != DiskLevel::critical; }
  std::vector<std::string_view> degraded() const;  // "bus", "disk", "store"
  std::string json(std::string_view version) const;
};

class Health {
 public:
  Health(const Options& options, store::Store& store, BusLine& bus, Workers& workers,
         StreamHub& streams, net::BlockingPool& pool, const Clock& clock);

  HealthState state() const;

  // Samples and tells the stream, until it is cancelled. On the loop's thread.
  net::Task<void> run();

 private:
  struct Sample;
  net::Task<void> sample();
  bool look_at_bus();
  void look_at_workers();
  void publish();

  const Options& options_;
  store::Store& store_;
  BusLine& bus_;
  Workers& workers_;
  StreamHub& streams_;
  net::BlockingPool& pool_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  HealthState state_;
  std::map<std::string, WorkerState> workers_before_;  // On the loop's thread only.
};

}  // namespace decnet::api
