// The contract of IngestTable: exactly once, and what one batch makes of its lines.
#include <gmock/gmock.h>

#include "base/hash.h"
#include "store/contract.h"

namespace decnet::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class IngestContract : public StoreContract {
 protected:
  std::vector<EventRow> stored() {
    auto rows = store_->events().after(0, 10'000);
    EXPECT_TRUE(rows) << rows.error().detail;
    return rows ? std::move(*rows) : std::vector<EventRow>{};
  }
  AttackerRow attacker(std::string_view ip) {
    auto row = store_->attackers().find_ip(ip);
    EXPECT_TRUE(row) << ip;
    return row ? *row : AttackerRow{};
  }
  SessionRow session(std::string_view name) {
    auto row = store_->attackers().session(Maker::session_uuid(name));
    EXPECT_TRUE(row) << name;
    return row ? *row : SessionRow{};
  }
};

TEST_P(IngestContract, ANewStoreIsEmpty) {
  EXPECT_EQ(store_->ingest().log_position().value(), 0U);
  EXPECT_EQ(store_->ingest().last_seq(7).value(), 0U);
  EXPECT_EQ(store_->changes().last_sequence().value(), 0);
  EXPECT_EQ(store_->changes().first_sequence().value(), 1);
  EXPECT_THAT(stored(), IsEmpty());
  expect_sound();
}

TEST_P(IngestContract, StoresAnEventWhole) {
  event::Event event = maker_.peer(event::kRequest, "192.0.2.1", "a");
  event.severity = event::Severity::notice;
  event.add("method", "GET")
      .add("target", "/\"\\\n")
      .add("body", std::string("\xff\x00z", 3))
      .add("dst_port", "x");
  event.message = "said aloud";
  const auto outcome = commit({event});
  EXPECT_EQ(outcome.inserted, 1U);
  const auto rows = stored();
  ASSERT_THAT(rows, SizeIs(1));
  const EventRow& row = rows[0];
  EXPECT_EQ(row.at, event.time);
  EXPECT_EQ(row.severity, event::Severity::notice);
  EXPECT_EQ(row.type, "request");
  EXPECT_EQ(row.decky, "web-01");
  EXPECT_EQ(row.service, "http");
  EXPECT_EQ(row.session_uuid, Maker::session_uuid("a"));
  EXPECT_EQ(row.attacker_uuid, attacker("192.0.2.1").uuid);
  EXPECT_EQ(row.src_ip, "192.0.2.1");
  EXPECT_EQ(row.dst_ip, "10.0.0.5");
  EXPECT_EQ(row.proto, "tcp");
  EXPECT_EQ(row.src_port, 40'000);
  EXPECT_EQ(row.dst_port, 80);
  EXPECT_EQ(row.origin, 7U);
  EXPECT_EQ(row.origin_seq, 1U);
  EXPECT_EQ(
      row.fields_json,
      R"({"method":"GET","target":"/\"\\\n","body_b64":"/wB6","dst_port":"x","message":"said aloud"})");
  EXPECT_EQ(store_->events().get(row.seq)->fields_json, row.fields_json);
  EXPECT_EQ(store_->events().get(row.seq + 10).error().code, Errc::not_found);
}

TEST_P(IngestContract, KeepsWhatIsNotWellFormed) {
  event::Event event = maker_.bare("sshd");
  event.session = "4711";  // Another program's PROCID.
  event.add("src_ip", "not an address")
      .add("dst_ip", "::FFFF:10.0.0.9")
      .add("src_port", "70000")
      .add("proto", "");
  commit({event});
  const EventRow row = stored().at(0);
  EXPECT_FALSE(row.session_uuid);
  EXPECT_FALSE(row.attacker_uuid);
  EXPECT_EQ(row.dst_ip, "10.0.0.9");
  EXPECT_EQ(row.fields_json,
            R"({"src_ip":"not an address","src_port":"70000","proto":"","procid":"4711"})");
}

TEST_P(IngestContract, OneAddressIsOneAttackerHoweverItIsSpelled) {
  commit({maker_.peer("scan", "192.0.2.7"), maker_.peer("scan", "::ffff:192.0.2.7"),
          maker_.peer("scan", "2001:db8::1"), maker_.peer("scan", "2001:0DB8:0::1")});
  EXPECT_EQ(store_->attackers().count(AttackerFilter{}).value(), 2U);
  EXPECT_EQ(attacker("192.0.2.7").events, 2U);
  EXPECT_EQ(attacker("2001:db8::1").events, 2U);
  EXPECT_EQ(attacker("::ffff:192.0.2.7").uuid, attacker("192.0.2.7").uuid);
  expect_sound();
}

TEST_P(IngestContract, AnEventIsStoredOnce) {
  const event::Event first = maker_.peer(event::kRequest, "192.0.2.1", "a");
  const event::Event second = maker_.peer(event::kRequest, "192.0.2.1", "a");
  EXPECT_EQ(commit({first, second, first}).repeated, 1U);
  const auto again = commit({first, second, maker_.peer(event::kRequest, "192.0.2.1", "a")});
  EXPECT_EQ(again.inserted, 1U);
  EXPECT_EQ(again.repeated, 2U);
  EXPECT_EQ(store_->ingest().last_seq(7).value(), 3U);
  EXPECT_THAT(stored(), SizeIs(3));
  Maker other(8);  // The same numbers, another origin.
  EXPECT_EQ(commit({other.peer(event::kRequest, "192.0.2.1", "a")}).inserted, 1U);
  EXPECT_EQ(attacker("192.0.2.1").events, 4U);
  expect_sound();
}

TEST_P(IngestContract, RejectedLinesAreStoredOnceByTheirPlaceOrName) {
  IngestBatch batch;
  batch.events = {maker_.peer("scan", "192.0.2.1"), maker_.peer("scan", "192.0.2.1"),
                  maker_.peer("scan", "192.0.2.1")};
  batch.rejected = {
      {.at = kStart, .source = "engine.0", .reason = "no header", .line = "x", .log_position = 50},
      {.at = kStart, .source = "import", .reason = "no time", .line = "y", .origin = 7, .seq = 2},
      {.at = kStart, .source = "import", .reason = "no time", .line = "z", .origin = 9, .seq = 1}};
  batch.events.erase(batch.events.begin() + 1);  // Number 2 is the rejected one.
  batch.log_position = 100;
  commit_batch(batch);
  EXPECT_EQ(store_->ingest().last_seq(9).value(), 1U);
  // Again, in a batch that goes on.
  batch.log_position = 200;
  batch.rejected.push_back({.at = kStart,
                            .source = "engine.0",
                            .reason = "no header",
                            .line = "w",
                            .log_position = 150});
  commit_batch(batch);
  const auto rejected = store_->maintenance().rejected(10);
  ASSERT_TRUE(rejected);
  ASSERT_THAT(*rejected, SizeIs(4));
  EXPECT_EQ(rejected->front().line, "w");  // Newest first.
  EXPECT_EQ(rejected->back().line, "x");
  EXPECT_EQ(rejected->back().reason, "no header");
  EXPECT_EQ(rejected->back().source, "engine.0");
  EXPECT_EQ(store_->ingest().log_position().value(), 200U);
  EXPECT_THAT(stored(), SizeIs(2));
}

TEST_P(IngestContract, ThePositionNeverGoesBack) {
  commit_batch({.events = {}, .rejected = {}, .log_position = 500});
  commit_batch({.events = {}, .rejected = {}, .log_position = 300});
  EXPECT_EQ(store_->ingest().log_position().value(), 500U);
}

TEST_P(IngestContract, AnEventWithoutANumberIsRejectedAndNothingElse) {
  event::Event event = maker_.peer("scan", "192.0.2.1");
  event.seq = 0;
  EXPECT_EQ(commit({event}).inserted, 0U);
  const auto rejected = store_->maintenance().rejected(10);
  ASSERT_THAT(*rejected, SizeIs(1));
  EXPECT_EQ(rejected->front().reason, "no sequence number");
  EXPECT_EQ(store_->attackers().count(AttackerFilter{}).value(), 0U);
}

TEST_P(IngestContract, ABatchHasALimit) {
  IngestBatch batch;
  for (std::size_t n = 0; n <= kBatchLinesMax; ++n) batch.events.push_back(maker_.bare("scan"));
  EXPECT_EQ(store_->ingest().commit(batch).error().code, Errc::invalid_argument);
  EXPECT_THAT(stored(), IsEmpty());
  batch.events.pop_back();
  EXPECT_EQ(commit_batch(batch).inserted, kBatchLinesMax);
}

TEST_P(IngestContract, ASessionIsFoldedFromItsEvents) {
  event::Event ended = maker_.peer(event::kSessionEnded, "192.0.2.1", "a");
  ended.add("duration_ms", 61'500)
      .add("bytes_in", 12)
      .add("bytes_out", 3'400)
      .add("reason", "quit");
  ended.time = after_start(std::chrono::seconds{62});
  ended.seq = 5;
  commit({[&] {
    Maker maker;
    return maker.peer(event::kSessionStarted, "192.0.2.1", "a");
  }()});
  Maker maker;
  (void)maker.bare("");
  const auto outcome = commit({maker.login("192.0.2.1", "a", "root", "toor"),
                               maker.peer(event::kCommand, "192.0.2.1", "a"),
                               maker.peer(event::kFileCaptured, "192.0.2.1", "a"), ended});
  const SessionRow row = session("a");
  EXPECT_EQ(row.attacker_ip, "192.0.2.1");
  EXPECT_EQ(row.attacker_uuid, attacker("192.0.2.1").uuid);
  EXPECT_EQ(row.decky, "web-01");
  EXPECT_EQ(row.service, "http");
  EXPECT_EQ(row.proto, "tcp");
  EXPECT_EQ(row.src_port, 40'000);
  EXPECT_EQ(row.dst_port, 80);
  EXPECT_EQ(row.started_at, kStart);
  EXPECT_EQ(row.ended_at, ended.time);
  EXPECT_EQ(row.duration_ms, 61'500U);
  EXPECT_EQ(row.bytes_in, 12U);
  EXPECT_EQ(row.bytes_out, 3'400U);
  EXPECT_EQ(row.events, 5U);
  EXPECT_EQ(row.logins, 1U);
  EXPECT_EQ(row.commands, 1U);
  EXPECT_EQ(row.files, 1U);
  EXPECT_EQ(row.end_reason, "quit");
  EXPECT_THAT(outcome.started, IsEmpty());
  ASSERT_THAT(outcome.ended, SizeIs(1));
  EXPECT_EQ(outcome.ended[0].started_at, kStart);
  EXPECT_EQ(outcome.ended[0].ended_at, ended.time);
  EXPECT_EQ(outcome.ended[0].events, 5U);
  EXPECT_EQ(attacker("192.0.2.1").sessions, 1U);
  expect_sound();
}

TEST_P(IngestContract, ASessionWhoseStartWasLostStillAppears) {
  event::Event ended = maker_.peer(event::kSessionEnded, "192.0.2.1", "a");
  ended.add("duration_ms", 5'000);
  EXPECT_THAT(commit({ended}).started, SizeIs(1));
  EXPECT_EQ(session("a").started_at, ended.time - std::chrono::seconds{5});
  EXPECT_EQ(session("a").duration_ms, 5'000U);
  // Its start comes late, and says when it really was.
  event::Event started = maker_.peer(event::kSessionStarted, "192.0.2.1", "a");
  started.time = ended.time - std::chrono::seconds{6};
  commit({started});
  EXPECT_EQ(session("a").started_at, started.time);
  EXPECT_EQ(session("a").ended_at, ended.time);
  // Only the first end counts.
  event::Event second = maker_.peer(event::kSessionEnded, "192.0.2.1", "a");
  commit({second.add("duration_ms", 9)});
  EXPECT_EQ(session("a").ended_at, ended.time);
  EXPECT_EQ(session("a").events, 3U);
  expect_sound();
}

TEST_P(IngestContract, ACredentialIsCountedUnderItsKey) {
  commit({maker_.login("192.0.2.1", "a", "root", "toor"),
          maker_.login("192.0.2.1", "a", "root", "toor", "accepted")});
  const event::Event repeated = maker_.login("192.0.2.1", "a", "root", "toor");
  event::Event elsewhere = maker_.login("192.0.2.1", "b", "root", "toor");
  elsewhere.decky = "web-02";
  const auto outcome = commit({repeated, elsewhere, maker_.login("192.0.2.2", "c", "root", "toor"),
                               maker_.login("192.0.2.1", "a", "admin", "toor")});
  EXPECT_THAT(outcome.credentials, SizeIs(4));  // Repeats included: once an upsert.
  auto page = store_->attackers().credentials({}, {.sort = "attempts"});
  ASSERT_TRUE(page) << page.error().detail;
  ASSERT_THAT(page->rows, SizeIs(4));
  const CredentialRow& row = page->rows[0];
  EXPECT_EQ(row.attempts, 3U);
  EXPECT_EQ(row.accepted_count, 1U);
  EXPECT_TRUE(row.accepted);
  EXPECT_EQ(row.attacker_ip, "192.0.2.1");
  EXPECT_EQ(row.attacker_uuid, attacker("192.0.2.1").uuid);
  EXPECT_EQ(row.principal, "root");
  EXPECT_EQ(row.secret, "toor");
  EXPECT_EQ(row.secret_kind, "plaintext");
  EXPECT_EQ(row.secret_sha256, sha256_hex("toor"));
  EXPECT_EQ(row.first_seen, kStart);
  EXPECT_EQ(row.last_seen, after_start(std::chrono::seconds{2}));
  EXPECT_EQ(attacker("192.0.2.1").credentials, 3U);
  EXPECT_EQ(attacker("192.0.2.2").credentials, 1U);
  expect_sound();
}

TEST_P(IngestContract, ASecretIsAnyBytesAndMayBeCrackable) {
  const std::string secret("\x00\xff'%", 4);
  event::Event hash = maker_.login("192.0.2.1", "a", std::string("r\x00t", 3), secret);
  commit({hash});
  event::Event again = maker_.login("192.0.2.1", "a", std::string("r\x00t", 3), secret);
  commit({again.add("crack_format", "hashcat 5600").add("crack_line", "user::host:1122:33")});
  const auto page = store_->attackers().credentials({}, {});
  ASSERT_THAT(page->rows, SizeIs(1));
  EXPECT_EQ(page->rows[0].secret, secret);
  EXPECT_EQ(page->rows[0].principal, std::string("r\x00t", 3));
  EXPECT_EQ(page->rows[0].crack_format, "hashcat 5600");
  EXPECT_EQ(page->rows[0].crack_line, "user::host:1122:33");
}

TEST_P(IngestContract, FingerprintsAreCountedForEachAttacker) {
  const auto seen = [&](std::string_view ip, std::string_view value) {
    event::Event event = maker_.peer(event::kFingerprint, ip, "a");
    return std::move(event.add("kind", "ja4").add("value", value).add("raw", "771,4865"));
  };
  commit({seen("192.0.2.1", "t13d"), seen("192.0.2.1", "t13d"), seen("192.0.2.2", "t13d")});
  commit({seen("192.0.2.1", "t13d"), seen("192.0.2.2", "other")});
  const auto page = store_->attackers().all_fingerprints("ja4", "t13d", {});
  ASSERT_THAT(page->rows, SizeIs(1));
  EXPECT_EQ(page->rows[0].count, 4U);
  EXPECT_EQ(page->rows[0].attackers, 2U);
  EXPECT_EQ(page->rows[0].raw, "771,4865");
  EXPECT_EQ(page->rows[0].first_seen, kStart);
  EXPECT_EQ(page->rows[0].last_seen, after_start(std::chrono::seconds{3}));
  const auto of_one = store_->attackers().fingerprints(attacker("192.0.2.2").uuid);
  ASSERT_THAT(*of_one, SizeIs(2));
  EXPECT_EQ(of_one->front().value, "other");
  EXPECT_EQ(of_one->front().count, 1U);
  expect_sound();
}

TEST_P(IngestContract, TheFirstSightOfAnAddressIsAChangeNextToItsEvent) {
  const auto outcome = commit({maker_.bare("system.log"), maker_.peer("scan", "192.0.2.1"),
                               maker_.peer("scan", "192.0.2.1"), maker_.peer("scan", "192.0.2.2")});
  ASSERT_THAT(outcome.first_sights, SizeIs(2));
  EXPECT_EQ(outcome.first_sights[0].attacker_ip, "192.0.2.1");
  EXPECT_EQ(outcome.first_sights[0].event_type, "scan");
  EXPECT_EQ(outcome.first_sights[0].decky, "web-01");
  EXPECT_EQ(outcome.last_sequence, 6);
  const auto changes = store_->changes().after(0, 100);
  ASSERT_THAT(*changes, SizeIs(2));
  EXPECT_EQ(changes->at(0).seq, 3);
  EXPECT_EQ(changes->at(0).topic, "attacker.observed");
  EXPECT_EQ(changes->at(0).payload_json,
            "{\"attacker_uuid\":\"" + attacker("192.0.2.1").uuid.text() +
                R"(","attacker_ip":"192.0.2.1","decky":"web-01","service":"http",)" +
                R"("event_type":"scan","first_seen":"2026-09-21T14:14:01.000Z"})");
  EXPECT_EQ(changes->at(1).seq, 6);
  EXPECT_THAT(commit({maker_.peer("scan", "192.0.2.1")}).first_sights, IsEmpty());
  EXPECT_THAT(*store_->changes().after(6, 100), IsEmpty());
}

TEST_P(IngestContract, TheOutcomeOfABigBatchIsBounded) {
  std::vector<event::Event> events;
  for (std::size_t n = 0; n < kOutcomeRowsMax + 10; ++n) {
    const std::string ip = "10." + std::to_string(n / 250) + ".0." + std::to_string(n % 250);
    events.push_back(maker_.login(ip, "s" + std::to_string(n), "u", std::to_string(n)));
  }
  const auto outcome = commit(events);
  EXPECT_EQ(outcome.inserted, kOutcomeRowsMax + 10);
  EXPECT_THAT(outcome.first_sights, SizeIs(kOutcomeRowsMax));
  EXPECT_THAT(outcome.started, SizeIs(kOutcomeRowsMax));
  EXPECT_THAT(outcome.credentials, SizeIs(kOutcomeRowsMax));
  EXPECT_EQ(store_->attackers().count(AttackerFilter{}).value(), kOutcomeRowsMax + 10);
  expect_sound();
}

DECNET_STORE_CONTRACT(IngestContract);

}  // namespace
}  // namespace decnet::store
