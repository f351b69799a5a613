// What was stored, as the API shows it: whole requests over a store with a little traffic.
#include "api/api_fixture.h"
#include "api/artifacts.h"
#include "base/bytes.h"
#include "base/hash.h"

namespace decnet::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kFileBytes = "#!/bin/sh\n";

class DataTest : public ApiTest {
 protected:
  void SetUp() override {
    for (int n = 1; n <= 5; ++n) visit("198.51.100." + std::to_string(n));
    fill({});
    be("analyst");
  }

  event::Event make(std::string_view type, const std::string& ip, const std::string& session) {
    event::Event event;
    event.origin = 1;
    event.seq = ++seq_;
    event.time = clock_.now() - std::chrono::minutes{10} + std::chrono::seconds{seq_};
    event.decky = "web-01";
    event.service = "ftp";
    event.session = session;
    event.type = type;
    return event.add("src_ip", ip)
        .add("src_port", 40007)
        .add("dst_ip", "192.0.2.1")
        .add("dst_port", 21)
        .add("proto", "tcp");
  }
  // A session with one login and one file.
  void visit(const std::string& ip) {
    const std::string session = Uuid::v7(clock_.now()).text();
    batch_.events.push_back(make("session.started", ip, session));
    auto login = make("login.attempt", ip, session);
    login.severity = event::Severity::notice;
    login.add("principal", "root")
        .add("secret_kind", "plaintext")
        .add("secret_b64", to_base64("hunter2"))
        .add("secret_printable", "hunter2")
        .add("outcome", "refused")
        .add("method", "password");
    batch_.events.push_back(login);
    auto file = make("file.captured", ip, session);
    file.severity = event::Severity::warning;
    file.add("sha256", sha256_hex(kFileBytes))
        .add("size", kFileBytes.size())
        .add("name", "x.sh")
        .add("path", "/x.sh")
        .add("artifact", sha256_hex(kFileBytes));
    batch_.events.push_back(file);
    auto end = make("session.ended", ip, session);
    end.add("duration_ms", 1200).add("bytes_in", 10).add("bytes_out", 20).add("reason", "quit");
    batch_.events.push_back(end);
  }
  void fill(std::vector<store::RejectedLine> rejected) {
    batch_.rejected = std::move(rejected);
    batch_.log_position += 1000;
    ASSERT_TRUE(store_->ingest().commit(batch_));
    batch_.events.clear();
  }
  // One member of every row of a list.
  std::vector<std::string> column(const Response& response, const char* name) {
    std::vector<std::string> out;
    const auto list = json(response);
    for (const auto& row : list.at("data").as_array()) {
      out.push_back(boost::json::serialize(row.at(name)));
    }
    return out;
  }

  std::uint64_t seq_ = 0;
  store::IngestBatch batch_;
};

TEST_F(DataTest, EventsComeInPagesInBothDirections) {
  const auto first = get("/events?limit=8");
  ASSERT_EQ(first.status, 200) << first.content();
  EXPECT_EQ(json(first).at("data").as_array().size(), 8U);
  EXPECT_TRUE(json(first).at("prev_cursor").is_null());
  EXPECT_THAT(header(first, "Link"), HasSubstr("</api/v1/events?limit=8&cursor="));
  EXPECT_THAT(header(first, "Link"), HasSubstr(">; rel=\"next\""));
  const auto cursor = text(json(first).at("next_cursor"));
  const auto second = get("/events?limit=8&cursor=" + cursor);
  EXPECT_NE(column(first, "seq").back(), column(second, "seq").front());
  const auto back = get("/events?limit=8&cursor=" + text(json(second).at("prev_cursor")));
  EXPECT_EQ(column(back, "seq"), column(first, "seq"));
  const auto last = get("/events?limit=8&cursor=" + text(json(second).at("next_cursor")));
  EXPECT_EQ(column(last, "seq").size(), 4U);
  EXPECT_TRUE(json(last).at("next_cursor").is_null());
}

TEST_F(DataTest, ACursorIsOfOneListOnly) {
  const auto cursor = text(json(get("/events?limit=2")).at("next_cursor"));
  EXPECT_EQ(get("/events?limit=5&cursor=" + cursor).status, 200);
  EXPECT_EQ(code(get("/events?limit=2&type=scan&cursor=" + cursor)), "invalid_cursor");
  EXPECT_EQ(code(get("/events?limit=2&sort=seq&cursor=" + cursor)), "invalid_cursor");
  EXPECT_EQ(code(get("/sessions?limit=2&cursor=" + cursor)), "invalid_cursor");
}

TEST_F(DataTest, EventsAreFilteredAndCounted) {
  const auto logins = get("/events?type=login.attempt&type=scan&count=exact");
  EXPECT_EQ(json(logins).at("total").as_int64(), 5);
  EXPECT_EQ(column(get("/events?severity=notice&limit=1"), "type"),
            std::vector<std::string>{"\"login.attempt\""});
  EXPECT_EQ(json(get("/events?ip=198.51.100.1&count=exact")).at("total").as_int64(), 4);
  EXPECT_EQ(json(get("/events?decky=other")).at("data").as_array().size(), 0U);
  const auto facets = json(get("/events/facets?type=login.attempt"));
  EXPECT_EQ(facets.at("service").at(0).at("count").as_int64(), 5);
}

TEST_F(DataTest, SecretsAreShownOnlyToWhoAsksAndMay) {
  const auto list = get("/events?type=login.attempt");
  EXPECT_THAT(list.body, Not(HasSubstr("hunter2")));
  EXPECT_THAT(list.body, HasSubstr("login refused: root / ••••• (plaintext)"));
  const auto seq = column(list, "seq").front();
  EXPECT_THAT(get("/events/" + seq).body, Not(HasSubstr("hunter2")));
  const auto shown = get("/events/" + seq + "?reveal=true");
  EXPECT_THAT(text(json(shown).at("raw")), HasSubstr("secret_printable=\"hunter2\""));
  const auto audit = store_->accounts().audit_log({}, "revealEvent", {}, {.limit = 5}).value();
  ASSERT_EQ(audit.rows.size(), 1U);
  EXPECT_EQ(audit.rows[0].target, seq);
  be("viewer");
  EXPECT_EQ(get("/events/" + seq + "?reveal=true").status, 403);
}

TEST_F(DataTest, AttackersHaveTheirDetail) {
  const auto list = get("/attackers?sort=-last_seen&count=exact");
  EXPECT_EQ(json(list).at("total").as_int64(), 5);
  const auto row = json(list).at("data").at(0);
  EXPECT_EQ(text(row.at("ip")), "198.51.100.5");
  EXPECT_TRUE(row.at("country").is_null());
  EXPECT_EQ(text(row.at("severity_max")), "warning");
  const auto detail = json(get("/attackers/" + text(row.at("uuid"))));
  EXPECT_EQ(detail.at("event_types").at("login.attempt").as_int64(), 1);
  EXPECT_EQ(text(detail.at("decky_names").at(0)), "web-01");
  EXPECT_EQ(json(get("/attackers?q=198.51.100.5")).at("data").as_array().size(), 1U);
  EXPECT_EQ(get("/attackers/0192f0c1-2b3d-7abc-8def-0123456789ab").status, 404);
  EXPECT_EQ(get("/attackers/0192f0c1-2b3d-7abc-8def-0123456789ab/fingerprints").status, 404);
  EXPECT_EQ(get("/attackers/nonsense").status, 404);
  EXPECT_EQ(json(get("/attackers?country=NL")).at("data").as_array().size(), 0U);
}

TEST_F(DataTest, SessionsAndCredentials) {
  const auto sessions = get("/sessions?service=ftp&count=exact");
  EXPECT_EQ(json(sessions).at("total").as_int64(), 5);
  const auto session = json(sessions).at("data").at(0);
  EXPECT_EQ(text(session.at("end_reason")), "quit");
  EXPECT_EQ(session.at("duration_ms").as_int64(), 1200);
  EXPECT_EQ(get("/sessions/" + text(session.at("uuid"))).status, 200);
  const auto credential = json(get("/credentials?principal=root&limit=1")).at("data").at(0);
  EXPECT_EQ(text(credential.at("secret_masked")), "•••••");
  const auto path = "/credentials/" + text(credential.at("uuid"));
  EXPECT_THAT(get(path).body, Not(HasSubstr("hunter2")));
  EXPECT_EQ(text(json(get(path + "/secret")).at("secret")), "hunter2");
  const auto top = json(get("/credentials/top"));
  EXPECT_EQ(text(top.at("principals").at(0).at("value")), "root");
  EXPECT_EQ(top.at("pairs").at(0).at("count").as_int64(), 5);
}

TEST_F(DataTest, AFileComesAsAnAttachmentThatNothingRuns) {
  const std::string sha256 = sha256_hex(kFileBytes);
  EXPECT_EQ(column(get("/files?limit=1"), "stored"), std::vector<std::string>{"false"});
  EXPECT_EQ(get("/files/" + sha256 + "/content").status, 404);
  const auto path = artifact_path(folder_, sha256);
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << kFileBytes;
  EXPECT_EQ(column(get("/files?limit=1"), "stored"), std::vector<std::string>{"true"});
  const auto file = get("/files/" + sha256 + "/content");
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.content_type, "application/octet-stream");
  EXPECT_THAT(header(file, "Content-Disposition"), HasSubstr("attachment"));
  EXPECT_THAT(header(file, "Content-Security-Policy"), HasSubstr("sandbox"));
  EXPECT_EQ(get("/files/..%2f..%2fetc%2fpasswd/content").status, 404);
}

TEST_F(DataTest, TheOverviewAddsUp) {
  const auto overview = json(get("/overview"));
  for (const auto& kpi : overview.at("kpis").as_array()) {
    const auto key = text(kpi.at("key"));
    EXPECT_EQ(kpi.at("value").as_int64(), key == "events" ? 20 : 5) << key;
    EXPECT_EQ(kpi.at("previous").as_int64(), 0) << key;
  }
  std::int64_t total = 0;
  for (const auto& point : overview.at("rate").as_array()) total += point.at("total").as_int64();
  EXPECT_EQ(total, 20);
  EXPECT_EQ(overview.at("attention").as_array().size(), 5U);
  EXPECT_EQ(overview.at("workers").at("unknown").as_int64(), 1);
  EXPECT_EQ(get("/overview?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z").status, 400);
}

TEST_F(DataTest, AnOverviewOfEverythingBeginsWithTheFirstEvent) {
  const auto overview = json(get("/overview?since=1970-01-01T00:00:00Z"));
  EXPECT_EQ(overview.at("kpis").as_array().front().at("value").as_int64(), 20);
  const auto& rate = overview.at("rate").as_array();
  const auto of_a_day = json(get("/overview"));
  EXPECT_LE(rate.size(), 150U);
  EXPECT_GT(text(rate.front().at("at")), text(of_a_day.at("rate").as_array().front().at("at")));
  std::int64_t total = 0;
  for (const auto& point : rate) total += point.at("total").as_int64();
  EXPECT_EQ(total, 20);
}

TEST_F(DataTest, SearchFindsAnything) {
  const auto kinds = [&](const std::string& q) {
    std::vector<std::string> out;
    const auto found = json(get("/search?q=" + q));
    for (const auto& one : found.at("results").as_array()) {
      out.push_back(text(one.at("kind")));
    }
    return out;
  };
  EXPECT_EQ(kinds("198.51.100.3").front(), "attacker");
  EXPECT_THAT(kinds("root"), ::testing::Contains("credential"));
  const auto session = text(json(get("/sessions?limit=1")).at("data").at(0).at("uuid"));
  EXPECT_THAT(kinds(session), ElementsAre("session"));
  EXPECT_EQ(get("/search").status, 400);
}

TEST_F(DataTest, WhatIsAskedWronglyIsRefusedByName) {
  EXPECT_EQ(code(get("/events?statuss=1")), "invalid_parameter");
  EXPECT_EQ(text(json(get("/events?since=soon")).at("errors").at(0).at("pointer")), "/query/since");
  for (const char* target : {"/events?limit=0", "/events?limit=201", "/events?limit=x",
                             "/events?sort=type", "/events?q=%zz", "/events?severity=loud",
                             "/events?since=2026-01-01T00:00:00Z&since=2026-01-01T00:00:00Z",
                             "/credentials?accepted=maybe", "/events?cursor=x"}) {
    EXPECT_EQ(get(target).status, 400) << target;
  }
  EXPECT_EQ(get("/nothing").status, 404);
  const auto not_allowed = post("/events", "{}");
  EXPECT_EQ(not_allowed.status, 405);
  EXPECT_EQ(header(not_allowed, "Allow"), "GET, HEAD");
  EXPECT_EQ(ask(Method::get, "/events", {}, {{"accept", "text/html"}}).status, 406);
  auto form = request(Method::post, "/api/v1/auth/login", "{}");
  form.headers = {{"content-type", "text/plain"}};
  EXPECT_EQ(send(form).status, 415);
  EXPECT_EQ(code(post("/auth/login", "{")), "malformed_json");
}

TEST_F(DataTest, RejectedLinesAndWorkersAndHealth) {
  EXPECT_EQ(get("/rejected").status, 403);
  fill({{.at = clock_.now(), .source = "engine.0", .reason = "no header", .line = "x"}});
  be("admin");
  EXPECT_EQ(column(get("/rejected"), "reason"), std::vector<std::string>{"\"no header\""});
  EXPECT_EQ(column(get("/workers"), "state"), (std::vector<std::string>{"\"ok\"", "\"unknown\""}));
  EXPECT_EQ(post("/workers/nobody/stop", "").status, 404);
  EXPECT_EQ(post("/workers/ingester/stop", "").status, 202);
  EXPECT_EQ(json(get("/health")).at("bus").at("connected").as_bool(), true);
  EXPECT_EQ(get("/openapi.json").status, 200);
  EXPECT_EQ(send(request(Method::get, "/livez")).content(), "ok\n");
  EXPECT_THAT(std::string(send(request(Method::get, "/readyz?verbose")).content()),
              HasSubstr("[+]store ok"));
  EXPECT_EQ(send(request(Method::get, "/metrics")).status, 200);
  auto far = request(Method::get, "/metrics");
  far.peer.address.ip = net::IpAddress::v4(0xc6336407);
  EXPECT_EQ(send(far).status, 401);
}

}  // namespace
}  // namespace decnet::api
