// Metrics: what this process and the workers count, in the text formats of Prometheus (0.0.4) and
// OpenMetrics 1.0. Labels are worker names and nothing else.
// https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <array>
#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "api/workers.h"
#include "base/counters.h"

namespace decnet::api {

// How long requests took, in buckets. Any thread.
class Latency {
 public:
  static constexpr std::array<double, 11> kBoundsSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                         0.1,   0.25,   0.5,   1,    2.5};
  void note(std::chrono::nanoseconds took) noexcept;

  struct Values {
    std::array<std::uint64_t, kBoundsSeconds.size() + 1> buckets{};  // Not summed up.
    double sum_seconds = 0;
  };
  Values values() const noexcept;

 private:
  std::array<std::atomic<std::uint64_t>, kBoundsSeconds.size() + 1> buckets_{};
  std::atomic<std::uint64_t> sum_nanoseconds_{0};
};

enum class MetricsFormat : std::uint8_t { prometheus, open_metrics };

// The format that an Accept header asks for.
MetricsFormat metrics_format(std::string_view accept) noexcept;
std::string_view content_type(MetricsFormat format) noexcept;

std::string metrics_text(MetricsFormat format, const std::vector<CounterValue>& own,
                         const std::vector<WorkerView>& workers, const Latency& latency);

}  // namespace decnet::api
