// Listing, stopping and starting workers through the API.
#include <filesystem>

#include "api/api_fixture.h"
#include "base/crash_report.h"
#include "bus/heartbeat.h"

namespace decnet::api {
namespace {

namespace json = boost::json;
using testing::ElementsAre;

class WorkerControlTest : public ApiTest {
 protected:
  void beat(const std::string& name, std::string_view payload) {
    bus_.publish(*bus::topic::system_health(name), payload);
  }
  json::object row(const std::string& name) {
    return json::parse(std::string(get("/workers/" + name).content())).as_object();
  }
  // Turns of the loop until the API has seen the bus come or go.
  void until_bus(bool is_there) {
    for (int n = 0; n < 1'000; ++n) {
      if (json(get("/workers")).at("bus_connected").as_bool() == is_there) return;
      loop_.run_for(std::chrono::milliseconds{10});
    }
    FAIL() << "the API does not see the bus";
  }
  std::vector<std::string> audit(std::string_view action) {
    std::vector<std::string> out;
    const auto page = json(get("/audit"));
    for (const auto& entry : page.at("data").as_array()) {
      if (entry.at("action").as_string() != action) continue;
      out.push_back(std::string(entry.at("actor").as_string()) + " " +
                    std::string(entry.at("target").as_string()) + " " +
                    std::string(entry.at("detail").as_string()));
    }
    return out;
  }
};

TEST_F(WorkerControlTest, ARowSaysWhatAHeartbeatSaid) {
  be("admin");
  until_bus(true);
  beat(
      "ingester",
      R"({"version":"1","pid":7,"process":"core","every_s":2,"counters":{"stored_total":5},"log":["a","b"]})");
  clock_.advance(std::chrono::seconds{2});
  beat(
      "ingester",
      R"({"version":"1","pid":7,"process":"core","every_s":2,"counters":{"stored_total":9},"log":["a","b"]})");
  const auto ingester = row("ingester");
  EXPECT_EQ(ingester.at("state"), "ok");
  EXPECT_EQ(ingester.at("rates").at("stored_total"), 2);
  EXPECT_EQ(ingester.at("supervised"), true);
  EXPECT_EQ(ingester.at("installed"), false);
  EXPECT_EQ(ingester.at("log"), json::parse(R"(["a","b"])"));
  clock_.advance(std::chrono::seconds{6});
  EXPECT_EQ(row("ingester").at("state"), "stale");
  EXPECT_EQ(row("ingester").at("reason"), "no heartbeat for 6 s");
  EXPECT_EQ(get("/workers/nobody").status, 404);
}

TEST_F(WorkerControlTest, AStopIsAnIntentOnTheBusWithActorAndReason) {
  be("admin");
  until_bus(true);
  EXPECT_EQ(post("/workers/nobody/stop", "").status, 404);
  EXPECT_EQ(post("/workers/ingester/stop", R"({"reason":"too loud"})").status, 202);
  const auto told = bus_.published("system.ingester.control");
  ASSERT_EQ(told.size(), 1U);
  const auto payload = json::parse(std::string(told[0].payload()));
  EXPECT_EQ(payload.at("action"), "stop");
  EXPECT_EQ(payload.at("requested_by"), "admin-user");
  EXPECT_EQ(payload.at("reason"), "too loud");
  EXPECT_THAT(audit("stopWorker"), testing::Contains("admin-user ingester too loud"));
  EXPECT_EQ(code(post("/workers/api/stop", "")), "not_stoppable");
  EXPECT_EQ(post("/workers/ingester/stop", R"({"reasons":"x"})").status, 422);
}

TEST_F(WorkerControlTest, ABusThatIsDownIs503) {
  be("admin");
  until_bus(true);
  bus_.set_connected(false);
  until_bus(false);
  EXPECT_EQ(code(post("/workers/ingester/stop", "")), "bus_offline");
  EXPECT_EQ(code(post("/workers/ingester/start", "")), "bus_offline");
  EXPECT_EQ(post("/workers/nobody/start", "").status, 404);
  bus_.set_connected(true);
  until_bus(true);
  EXPECT_EQ(post("/workers/ingester/stop", "").status, 202);
}

TEST_F(WorkerControlTest, AStartGoesToWhoeverStartsWorkers) {
  be("admin");
  until_bus(true);
  beat("collector", "{}");
  const auto started = post("/workers/ingester/start", R"({"reason":"back to work"})");
  EXPECT_EQ(started.status, 202);
  EXPECT_EQ(json(started).at("already_running"), false);
  EXPECT_THAT(host_->asked, ElementsAre("ingester"));
  EXPECT_THAT(audit("startWorker"), testing::Contains("admin-user ingester back to work"));
  EXPECT_EQ(code(post("/workers/collector/start", "")), "not_started");
  EXPECT_EQ(code(post("/workers/api/start", "")), "not_startable");
}

TEST_F(WorkerControlTest, StartAllBeginsWithTheBusAndGoesOnPastAFailure) {
  be("admin");
  until_bus(true);
  beat("collector", "{}");
  const auto answer = post("/workers/start-all", "");
  EXPECT_EQ(answer.status, 202);
  EXPECT_THAT(host_->asked, ElementsAre("bus", "api", "collector", "ingester"));
  const auto body = json(answer);
  EXPECT_EQ(body.at("started"), json::parse(R"(["ingester"])"));
  EXPECT_EQ(body.at("already_running"), json::parse(R"(["bus"])"));
  EXPECT_EQ(body.at("failed").as_array().size(), 2U);
  EXPECT_EQ(body.at("failed").at(1).at("reason"), "it does not start");
  EXPECT_EQ(audit("startAllWorkers").size(), 1U);
}

TEST_F(WorkerControlTest, ListingNeedsViewerTheRestAdmin) {
  EXPECT_EQ(get("/workers").status, 401);
  be("viewer");
  EXPECT_EQ(get("/workers").status, 200);
  for (const char* target :
       {"/workers/ingester/stop", "/workers/ingester/start", "/workers/start-all"}) {
    EXPECT_EQ(post(target, "").status, 403) << target;
  }
  EXPECT_EQ(get("/crashes").status, 403);
}

TEST_F(WorkerControlTest, LastWordsAreShownAlsoByAnApiThatNeverHeardTheWorker) {
  ASSERT_TRUE(store_->maintenance().put_setting(
      store::last_words_setting("ingester"),
      R"({"at":"2026-01-01T00:00:00.000Z","actor":"ana","reason":"update","log":["bye"]})"));
  be("admin");
  const auto ingester = row("ingester");
  EXPECT_EQ(ingester.at("state"), "unknown");
  EXPECT_EQ(ingester.at("reason"), "stopped on request of ana; not heard since");
  EXPECT_EQ(ingester.at("last_words").at("reason"), "update");
  EXPECT_EQ(ingester.at("log"), json::parse(R"(["bye"])"));
}

TEST_F(WorkerControlTest, CrashesAreListed) {
  be("analyst");
  EXPECT_TRUE(json(get("/crashes")).at("data").as_array().empty());
  ASSERT_TRUE(keep_crash(folder_ + "/crashes",
                         "signal: SIGSEGV\nprocess: engine.0\nversion: 1\npid: 7\n"
                         "time: 1790000000\n\n/x(+0x1)[0x2] in f()\n"));
  const auto all = json(get("/crashes"));
  EXPECT_EQ(all.at("data").at(0).at("signal"), "SIGSEGV");
  EXPECT_EQ(all.at("data").at(0).at("trace").at(0), "/x(+0x1)[0x2] in f()");
}

}  // namespace
}  // namespace decnet::api
