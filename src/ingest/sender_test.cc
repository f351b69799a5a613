#include "ingest/sender.h"

#include <gtest/gtest.h>

#include "event/codec.h"
#include "ingest/protocol.h"
#include "net/loop.h"
#include "net/memory_stream.h"

namespace decnet::ingest {
namespace {

event::Event of_type(std::string_view type) {
  return {.decky = "web-01", .service = "http", .type = std::string(type)};
}

struct Sent {
  std::vector<std::uint64_t> seqs;
  std::vector<std::string> types;
  std::size_t blobs = 0;
  std::string first_kind;
};

// Plays a collector that answers with `replies`, and reads what the sender wrote.
Sent run_once(Sender& sender, std::string replies) {
  class Tap final : public net::Stream {
   public:
    Tap(std::string replies, std::string& out) : inner_({std::move(replies)}), out_(out) {}
    // The collector answers once the sender has nothing more to write.
    net::Task<Result<std::size_t>> read_some(std::span<char> buffer) override {
      for (std::size_t seen = 0; out_.empty() || seen != out_.size();) {
        seen = out_.size();
        const auto yielded = co_await net::sleep_for(Duration{0});
        if (!yielded) break;
      }
      co_return co_await inner_.read_some(buffer);
    }
    net::Task<Result<void>> write(std::string_view bytes) override {
      out_ += bytes;
      co_return Result<void>{};
    }
    void set_deadline(TimePoint) override {}
    net::Task<void> shutdown_send() override { co_return; }
    void close() override {}
    void reset() override {}
    net::Endpoint local() const override { return {}; }
    net::Endpoint peer() const override { return {}; }

   private:
    net::MemoryStream inner_;
    std::string& out_;
  };
  std::string written;
  net::run_task(sender.run(std::make_unique<Tap>(std::move(replies), written)));
  Sent out;
  std::string_view rest = written;
  Frame frame;
  for (;;) {
    const auto size = parse_frame(rest, frame);
    if (!size || *size == 0) break;
    if (frame.kind == FrameKind::blob) ++out.blobs;
    if (frame.kind == FrameKind::line) {
      event::Event event;
      EXPECT_TRUE(event::parse_line(frame.bytes, {}, event).has_value());
      EXPECT_EQ(event.origin, sender.origin());
      EXPECT_EQ(event.seq, frame.number);
      out.seqs.push_back(event.seq);
      out.types.push_back(event.type);
    }
    rest.remove_prefix(*size);
  }
  return out;
}

std::string ack(std::uint64_t seq) {
  std::string out;
  append_ack(out, seq);
  return out;
}

TEST(Sender, repeats_what_was_not_acknowledged_under_the_same_names) {
  FakeClock clock;
  Sender sender(clock, {.role = "engine.0"});
  for (int n = 0; n < 3; ++n) sender.submit(of_type(event::kRequest));
  EXPECT_EQ(run_once(sender, "").seqs, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(sender.pending(), 3U);
  run_once(sender, ack(2));
  EXPECT_EQ(sender.acknowledged(), 2U);
  EXPECT_EQ(run_once(sender, "").seqs, std::vector<std::uint64_t>{3});
}

TEST(Sender, sends_a_file_before_its_line) {
  FakeClock clock;
  Sender sender(clock, {.role = "engine.0"});
  sender.submit_with_blob(of_type(event::kFileCaptured), std::string(32, 's'), "content");
  const Sent sent = run_once(sender, "");
  EXPECT_EQ(sent.blobs, 1U);
  EXPECT_EQ(sent.types, std::vector<std::string>{"file.captured"});
}

TEST(Sender, sheds_scans_first_and_logins_last_and_tells_the_exact_counts) {
  FakeClock clock;
  Sender sender(clock, {.role = "engine.0", .bytes_max = 40'000});
  for (int n = 0; n < 50; ++n) {
    sender.submit(of_type(event::kScan));
    sender.submit(of_type(event::kLoginAttempt));
  }
  std::uint64_t logins = 50;
  for (; sender.pending_bytes() < 35'000 || sender.dropped() < 50; ++logins)
    sender.submit(of_type(event::kLoginAttempt));
  const Sent sent = run_once(sender, "");
  EXPECT_EQ(std::count(sent.types.begin(), sent.types.end(), "scan"), 0);
  EXPECT_EQ(
      static_cast<std::uint64_t>(std::count(sent.types.begin(), sent.types.end(), "login.attempt")),
      logins);
  EXPECT_EQ(sender.dropped(), 50U);
  EXPECT_LE(sender.pending_bytes(), 40'000U);

  run_once(sender, ack(sent.seqs.back()));
  const Sent told = run_once(sender, "");
  EXPECT_EQ(told.types, std::vector<std::string>{"system.log"});
}

TEST(Sender, stays_within_its_room_even_when_all_is_precious) {
  FakeClock clock;
  Sender sender(clock, {.role = "engine.0", .bytes_max = 20'000});
  for (int n = 0; n < 1000; ++n) sender.submit(of_type(event::kLoginAttempt));
  EXPECT_LE(sender.pending_bytes(), 20'000U);
  EXPECT_EQ(sender.dropped() + sender.pending(), 1000U);
}

TEST(Sender, ends_at_a_frame_that_no_collector_sends) {
  FakeClock clock;
  Sender sender(clock, {.role = "engine.0"});
  sender.submit(of_type(event::kScan));
  run_once(sender, "HTTP/1.1 400");
  EXPECT_EQ(sender.pending(), 1U);
}

}  // namespace
}  // namespace decnet::ingest
