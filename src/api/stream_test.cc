// The stream, from the store to the frames.
#include "api/api_fixture.h"
#include "api/stream_hub.h"
#include "net/wakeup.h"

namespace decnet::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Keeps what is written. A closed one is a client that has left; one that is held does not read.
class KeepingSink final : public BodySink {
 public:
  explicit KeepingSink(const net::Executor& executor) : closed_(executor), released_(executor) {}

  net::Task<Result<void>> write(std::string_view bytes) override {
    text += bytes;
    while (is_held) (void)co_await released_.wait(std::chrono::seconds{1});
    co_return Result<void>{};
  }
  net::Task<void> until_closed() override {
    for (;;) {
      const auto waited = co_await closed_.wait(std::chrono::seconds{5});
      if (waited || waited.error().code == Errc::cancelled) co_return;
    }
  }
  void close() { closed_.wake(); }
  void release() {
    is_held = false;
    released_.wake();
  }

  std::string text;
  bool is_held = false;

 private:
  net::Wakeup closed_, released_;
};

class StreamTest : public ApiTest {
 protected:
  void SetUp() override { be("analyst"); }
  ~StreamTest() override {
    for (auto& sink : sinks_) sink->close();
    while (open_ > 0) loop_.run_for(std::chrono::milliseconds{5});
  }

  void store_events(int count, std::string_view type = "command") {
    store::IngestBatch batch;
    for (int n = 0; n < count; ++n) {
      event::Event event;
      event.origin = 1;
      event.seq = ++seq_;
      event.time = clock_.now();
      event.decky = "web-01";
      event.service = "ssh";
      event.type = type;
      event.add("src_ip", "198.51.100.7").add("src_port", 1).add("dst_ip", "192.0.2.1");
      event.add("dst_port", 22).add("proto", "tcp").add("command", "n" + std::to_string(seq_));
      if (type == "login.attempt") {
        event.add("principal", "root").add("secret_kind", "plaintext").add("secret_b64", "aGk=");
        event.add("secret_printable", "hi").add("outcome", "refused").add("method", "password");
      }
      batch.events.push_back(std::move(event));
    }
    batch.log_position = seq_;
    ASSERT_TRUE(store_->ingest().commit(batch));
    bus_.publish(bus::topic::system_log(), "{}");
  }
  // Opens a stream; its frames gather in the sink that is returned.
  KeepingSink& open(std::string_view query, std::vector<Header> headers = {}) {
    const auto response = ask(Method::get, "/stream" + std::string(query), {}, std::move(headers));
    EXPECT_EQ(response.status, 200) << response.content();
    return run(response);
  }
  KeepingSink& run(const Response& response) {
    sinks_.push_back(std::make_unique<KeepingSink>(loop_.executor()));
    auto serve = [](BodyWriter writer, KeepingSink& sink, int& open) -> net::Task<void> {
      (void)co_await writer(sink);
      --open;
    };
    ++open_;
    loop_.spawn(serve(response.writer, *sinks_.back(), open_));
    return *sinks_.back();
  }
  // Lets the loop turn until the sink has the text; false where it does not come.
  bool comes(const KeepingSink& sink, std::string_view text) {
    for (int turn = 0; turn < 500 && sink.text.find(text) == std::string::npos; ++turn) {
      loop_.run_for(std::chrono::milliseconds{10});
    }
    return sink.text.find(text) != std::string::npos;
  }
  bool ends(int open) {
    for (int turn = 0; turn < 1000 && open_ > open; ++turn) {
      loop_.run_for(std::chrono::milliseconds{10});
    }
    return open_ == open;
  }
  static std::size_t count(const std::string& text, std::string_view what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++n;
    return n;
  }

  std::uint64_t seq_ = 0;
  int open_ = 0;
  std::vector<std::unique_ptr<KeepingSink>> sinks_;
};

TEST_F(StreamTest, TellsWhatIsStoredFromNowOn) {
  store_events(2);
  auto& sink = open("");
  ASSERT_TRUE(comes(sink, "retry: "));
  store_events(1);
  ASSERT_TRUE(comes(sink, "\"command\":\"n3\""));
  EXPECT_THAT(sink.text, Not(HasSubstr("\"command\":\"n2\"")));
  EXPECT_THAT(sink.text, HasSubstr("event: event\ndata: {\"seq\":"));
  EXPECT_TRUE(comes(sink, "event: health\ndata: {"));
  EXPECT_TRUE(comes(sink, "\"topic\":\"attacker.touched\""));
}

TEST_F(StreamTest, GoesOnWhereAClientWas) {
  store_events(1200);
  const auto last = store_->changes().last_sequence().value();
  auto& sink = open("", {{"last-event-id", std::to_string(last - 1100)}});
  ASSERT_TRUE(comes(sink, "\"command\":\"n1200\""));
  EXPECT_EQ(count(sink.text, "event: event\n"), 1100U);
  EXPECT_THAT(sink.text, HasSubstr("\nid: " + std::to_string(last - 1099) + "\n"));
  store_events(1);
  EXPECT_TRUE(comes(sink, "\"command\":\"n1201\""));
  EXPECT_EQ(count(sink.text, "event: event\n"), 1101U);
  auto& by_query = open("?last_event_id=" + std::to_string(last));
  EXPECT_TRUE(comes(by_query, "\"command\":\"n1201\""));
}

TEST_F(StreamTest, StartsAnewWhereItCannotGoOn) {
  store_events(10);
  for (const char* id : {"999999", "nonsense", "-5"}) {
    auto& sink = open("", {{"last-event-id", id}});
    EXPECT_TRUE(comes(sink, "event: reset\ndata: {}\n\n")) << id;
    EXPECT_EQ(count(sink.text, "event: event\n"), 0U) << id;
  }
}

TEST_F(StreamTest, SendsOnlyWhatWasAskedFor) {
  auto& logins = open("?topics=event.login.attempt");
  auto& changes = open("?topics=attacker");
  ASSERT_TRUE(comes(logins, "retry: "));
  ASSERT_TRUE(comes(changes, "retry: "));
  store_events(1, "command");
  store_events(1, "login.attempt");
  ASSERT_TRUE(comes(logins, "login refused"));
  EXPECT_EQ(count(logins.text, "event: event\n"), 1U);
  ASSERT_TRUE(comes(changes, "\"topic\":\"attacker.observed\""));
  EXPECT_EQ(count(changes.text, "event: event\n"), 0U);
  EXPECT_EQ(get("/stream?topics=a..b").status, 400);
}

TEST_F(StreamTest, ShowsSecretsOnlyToWhoAsksAndMay) {
  auto& masked = open("");
  auto& shown = open("?reveal=true");
  ASSERT_TRUE(comes(masked, "retry: "));
  ASSERT_TRUE(comes(shown, "retry: "));
  store_events(1, "login.attempt");
  ASSERT_TRUE(comes(masked, "login refused: root / •••••"));
  EXPECT_THAT(masked.text, Not(HasSubstr("aGk=")));
  ASSERT_TRUE(comes(shown, "login refused: root / hi"));
  be("viewer");
  EXPECT_EQ(get("/stream?reveal=true").status, 403);
}

TEST_F(StreamTest, ASlowClientHasAGapAndIsClosed) {
  auto& slow = open("");
  ASSERT_TRUE(comes(slow, "retry: "));
  slow.is_held = true;
  store_events(1);
  ASSERT_TRUE(comes(slow, "\"command\":\"n1\""));
  auto& quick = open("");
  for (int n = 0; n < 8; ++n) store_events(2'500);
  ASSERT_TRUE(comes(quick, "\"command\":\"n20001\""));
  slow.release();
  ASSERT_TRUE(comes(slow, "event: gap\ndata: {\"dropped\":"));
  EXPECT_TRUE(ends(1));
}

TEST_F(StreamTest, EndsWithItsSession) {
  auto& sink = open("");
  ASSERT_TRUE(comes(sink, "retry: "));
  ASSERT_EQ(post("/auth/logout", "").status, 204);
  store_events(1);
  EXPECT_TRUE(ends(0));
}

TEST_F(StreamTest, EndsWhenTheClientLeaves) {
  auto& sink = open("");
  ASSERT_TRUE(comes(sink, "retry: "));
  sink.close();
  EXPECT_TRUE(ends(0));
}

TEST_F(StreamTest, ATicketOpensOneStream) {
  const auto made = post("/stream/tickets", R"({"topics":"event.command"})");
  ASSERT_EQ(made.status, 201) << made.content();
  const auto ticket = text(json(made).at("ticket"));
  headers_.clear();
  EXPECT_EQ(get("/stream").status, 401);
  auto& sink = open("?ticket=" + ticket);
  ASSERT_TRUE(comes(sink, "retry: "));
  store_events(1, "command");
  EXPECT_TRUE(comes(sink, "\"command\":\"n1\""));
  EXPECT_EQ(code(get("/stream?ticket=" + ticket)), "ticket_invalid");
  be("viewer");
  const auto late = text(json(post("/stream/tickets", "")).at("ticket"));
  clock_.advance(std::chrono::seconds{61});
  EXPECT_EQ(get("/stream?token=" + late).status, 401);
}

}  // namespace
}  // namespace decnet::api
