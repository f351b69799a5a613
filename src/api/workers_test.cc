#include "api/workers.h"

#include <gtest/gtest.h>

#include "bus/heartbeat.h"

namespace decnet::api {
namespace {

class WorkersTest : public ::testing::Test {
 protected:
  WorkerView view(std::string_view name) const {
    for (const auto& view : workers_.list()) {
      if (view.name == name) return view;
    }
    return {};
  }
  FakeClock clock_;
  Workers workers_{{"ingester", "collector"}, clock_};
};

TEST_F(WorkersTest, AreUnknownUntilTheyAreHeard) {
  EXPECT_EQ(workers_.list().size(), 2U);
  EXPECT_EQ(view("ingester").state, WorkerState::unknown);
  EXPECT_EQ(view("ingester").reason, "never sent a heartbeat");
}

TEST_F(WorkersTest, AreStaleAfterThreeBeats) {
  workers_.note("ingester", "{}");
  clock_.advance(bus::kHeartbeatStaleAfter - Duration{1});
  EXPECT_EQ(view("ingester").state, WorkerState::ok);
  clock_.advance(Duration{1});
  EXPECT_EQ(view("ingester").state, WorkerState::stale);
  EXPECT_EQ(view("ingester").reason, "no heartbeat for 90 s");
  workers_.note("ingester", "{}");
  EXPECT_EQ(view("ingester").state, WorkerState::ok);
}

TEST_F(WorkersTest, SayWhatTheyCount) {
  workers_.note("prober", R"({"worker":"prober","ts":1.5,"version":"0.1","pid":7,"process":"core",
      "uptime_s":12,"restarts":2,"last_error":"boom","queue":3,
      "counters":{"stored":5,"ok":true,"word":"x"}})");
  const auto beat = view("prober").beat.value();
  EXPECT_EQ(beat.version, "0.1");
  EXPECT_EQ(beat.pid, 7);
  EXPECT_EQ(beat.process, "core");
  EXPECT_EQ(beat.uptime_s, 12);
  EXPECT_EQ(beat.restarts, 2);
  EXPECT_EQ(beat.counters,
            (std::map<std::string, double, std::less<>>{{"ok", 1}, {"queue", 3}, {"stored", 5}}));
  EXPECT_EQ(view("prober").reason, "heard 0 s ago; failed before: boom");
  EXPECT_EQ(workers_.counter("prober", "stored"), 5);
  EXPECT_EQ(workers_.counter("prober", "none"), std::nullopt);
  EXPECT_EQ(workers_.counter("ingester", "stored"), std::nullopt);
}

TEST_F(WorkersTest, AreStaleWhereTheyWereStopped) {
  workers_.note("ingester", R"({"stopped":true})");
  EXPECT_EQ(view("ingester").state, WorkerState::stale);
  EXPECT_EQ(view("ingester").reason, "stopped on request");
}

TEST_F(WorkersTest, IgnoreWhatIsNoHeartbeat) {
  workers_.note("ingester", "[1]");
  workers_.note("ingester", R"({"pid":"x","counters":7,"version":1})");
  EXPECT_EQ(view("ingester").state, WorkerState::ok);
  for (const char* name : {"", "A", "a b", "a\"b"}) workers_.note(name, "{}");
  EXPECT_EQ(workers_.list().size(), 2U);
}

TEST_F(WorkersTest, AreBounded) {
  for (std::size_t n = 0; n < 2 * kWorkersMax; ++n) workers_.note("w" + std::to_string(n), "{}");
  EXPECT_EQ(workers_.list().size(), kWorkersMax);
  std::string counters = "{\"counters\":{\"c\":1";
  for (std::size_t n = 0; n < 2 * kWorkerCountersMax; ++n) {
    counters += ",\"c" + std::to_string(n) + "\":1";
  }
  workers_.note("ingester", counters + "}}");
  EXPECT_EQ(view("ingester").beat->counters.size(), kWorkerCountersMax);
}

}  // namespace
}  // namespace decnet::api
