#include "api/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace decnet::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(MetricsFormat format) {
  static const FakeClock clock;
  Workers workers({"collector"}, clock);
  workers.note("ingester", R"({"counters":{"stored":5,"lag_bytes":7,"Bad Name":1}})");
  Latency latency;
  latency.note(std::chrono::milliseconds{3});
  latency.note(std::chrono::seconds{9});
  const std::vector<CounterValue> own{{"api_connections", "Open connections", 4},
                                      {"api_requests_total", "Requests", 12}};
  return metrics_text(format, own, workers.list(), latency);
}

TEST(Metrics, SpeakPrometheus) {
  const auto text = text_of(MetricsFormat::prometheus);
  EXPECT_THAT(text, HasSubstr("# HELP decnet_api_requests_total Requests\n"
                              "# TYPE decnet_api_requests_total counter\n"
                              "decnet_api_requests_total 12\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE decnet_api_connections gauge\n"));
  EXPECT_THAT(text, HasSubstr("decnet_worker_stored{worker=\"ingester\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("decnet_worker_up{worker=\"collector\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("decnet_worker_up{worker=\"ingester\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("Bad Name")));
  EXPECT_THAT(text, Not(HasSubstr("# EOF")));
}

TEST(Metrics, SpeakOpenMetrics) {
  const auto text = text_of(MetricsFormat::open_metrics);
  EXPECT_THAT(text,
              HasSubstr("# TYPE decnet_api_requests counter\ndecnet_api_requests_total 12\n"));
  EXPECT_TRUE(text.ends_with("# EOF\n"));
}

TEST(Metrics, SumUpTheBucketsOfTheHistogram) {
  const auto text = text_of(MetricsFormat::prometheus);
  EXPECT_THAT(text, HasSubstr("decnet_api_request_duration_seconds_bucket{le=\"0.0025\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("decnet_api_request_duration_seconds_bucket{le=\"0.005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("decnet_api_request_duration_seconds_bucket{le=\"2.5\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("decnet_api_request_duration_seconds_bucket{le=\"+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("decnet_api_request_duration_seconds_sum 9.003\n"));
  EXPECT_THAT(text, HasSubstr("decnet_api_request_duration_seconds_count 2\n"));
}

TEST(Metrics, ChooseTheFormatByAccept) {
  EXPECT_EQ(metrics_format("application/openmetrics-text;version=1.0.0,text/plain;q=0.5"),
            MetricsFormat::open_metrics);
  EXPECT_EQ(metrics_format("text/plain"), MetricsFormat::prometheus);
  EXPECT_EQ(metrics_format(""), MetricsFormat::prometheus);
}

}  // namespace
}  // namespace decnet::api
