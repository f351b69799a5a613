#include "api/metrics.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace decnet::api {
namespace {

constexpr std::string_view kPrefix = "decnet_";
constexpr std::string_view kTotal = "_total";

bool is_metric_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  }) && (name.front() < '0' || name.front() > '9');
}

class Text {
 public:
  explicit Text(MetricsFormat format) : format_(format) {}

  void head(std::string_view name, std::string_view type, std::string_view help) {
    // OpenMetrics names the family without the suffix of its samples.
    if (format_ == MetricsFormat::open_metrics && type == "counter") {
      name.remove_suffix(kTotal.size());
    }
    fmt::format_to(std::back_inserter(out_), "# HELP {0}{1} {2}\n# TYPE {0}{1} {3}\n", kPrefix,
                   name, help, type);
  }
  void sample(std::string_view name, std::string_view labels, double value) {
    fmt::format_to(std::back_inserter(out_), "{}{}{} {}\n", kPrefix, name, labels, value);
  }
  std::string finish() {
    if (format_ == MetricsFormat::open_metrics) out_ += "# EOF\n";
    return std::move(out_);
  }

 private:
  MetricsFormat format_;
  std::string out_;
};

std::string worker_label(std::string_view worker) {
  return fmt::format("{{worker=\"{}\"}}", worker);  // A word: workers.cc takes no other.
}

void append_own(Text& text, const std::vector<CounterValue>& own) {
  for (const auto& counter : own) {
    text.head(counter.name, counter.name.ends_with(kTotal) ? "counter" : "gauge", counter.help);
    text.sample(counter.name, "", static_cast<double>(counter.value));
  }
}

// What workers say of themselves: decnet_worker_stored{worker="ingester"}.
void append_workers(Text& text, const std::vector<WorkerView>& workers) {
  std::map<std::string, std::vector<std::pair<std::string_view, double>>> by_name;
  for (const auto& worker : workers) {
    by_name["worker_up"].emplace_back(worker.name, worker.state == WorkerState::ok ? 1 : 0);
    if (!worker.beat) continue;
    for (const auto& [name, value] : worker.beat->counters) {
      if (is_metric_name(name)) by_name["worker_" + name].emplace_back(worker.name, value);
    }
  }
  for (const auto& [name, values] : by_name) {
    const bool is_up = name == "worker_up";
    // OpenMetrics wants a counter's name to end in _total, so what does not is a gauge.
    text.head(
        name, name.ends_with(kTotal) ? "counter" : "gauge",
        is_up ? "Whether a worker was heard within three heartbeats." : "As the worker says.");
    for (const auto& [worker, value] : values) text.sample(name, worker_label(worker), value);
  }
}

void append_latency(Text& text, const Latency& latency) {
  constexpr std::string_view kName = "api_request_duration_seconds";
  const auto values = latency.values();
  text.head(kName, "histogram", "How long requests took.");
  std::uint64_t sum = 0;
  for (std::size_t n = 0; n < values.buckets.size(); ++n) {
    sum += values.buckets[n];
    const auto bound = n < Latency::kBoundsSeconds.size()
                           ? fmt::format("{}", Latency::kBoundsSeconds[n])
                           : std::string("+Inf");
    text.sample(fmt::format("{}_bucket", kName), fmt::format("{{le=\"{}\"}}", bound),
                static_cast<double>(sum));
  }
  text.sample(fmt::format("{}_sum", kName), "", values.sum_seconds);
  text.sample(fmt::format("{}_count", kName), "", static_cast<double>(sum));
}

}  // namespace

void Latency::note(std::chrono::nanoseconds took) noexcept {
  const double seconds = std::chrono::duration<double>(took).count();
  const auto at = std::lower_bound(kBoundsSeconds.begin(), kBoundsSeconds.end(), seconds);
  buckets_[static_cast<std::size_t>(at - kBoundsSeconds.begin())].fetch_add(
      1, std::memory_order_relaxed);
  sum_nanoseconds_.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0)),
                             std::memory_order_relaxed);
}

Latency::Values Latency::values() const noexcept {
  Values values;
  for (std::size_t n = 0; n < buckets_.size(); ++n) {
    values.buckets[n] = buckets_[n].load(std::memory_order_relaxed);
  }
  values.sum_seconds = static_cast<double>(sum_nanoseconds_.load(std::memory_order_relaxed)) / 1e9;
  return values;
}

MetricsFormat metrics_format(std::string_view accept) noexcept {
  return accept.find("application/openmetrics-text") != accept.npos ? MetricsFormat::open_metrics
                                                                    : MetricsFormat::prometheus;
}

std::string_view content_type(MetricsFormat format) noexcept {
  return format == MetricsFormat::open_metrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

std::string metrics_text(MetricsFormat format, const std::vector<CounterValue>& own,
                         const std::vector<WorkerView>& workers, const Latency& latency) {
  Text text(format);
  append_own(text, own);
  append_workers(text, workers);
  append_latency(text, latency);
  return text.finish();
}

}  // namespace decnet::api
