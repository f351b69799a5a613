// The contract of MaintenanceTable, of opening a store, and of two handles on one.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "store/contract.h"

namespace decnet::store {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MaintenanceContract : public StoreContract {
 protected:
  MaintenanceTable& maintenance() { return store_->maintenance(); }
  // `count` events, one an hour, of eight attackers with sessions of several events, logins, files
  // and fingerprints.
  void fill(int count) {
    std::vector<event::Event> events;
    for (int n = 0; n < count; ++n) {
      const std::string ip = "192.0.2." + std::to_string(n % 8);
      const std::string session = "s" + std::to_string(n / 40) + ip;
      event::Event event = n % 5 == 0 ? maker_.login(ip, session, "u" + std::to_string(n % 11), "p")
                           : n % 5 == 1 ? maker_.peer(event::kFileCaptured, ip, session)
                           : n % 5 == 2 ? maker_.peer(event::kFingerprint, ip, session)
                                        : maker_.peer(event::kCommand, ip, session);
      if (n % 5 == 2) event.add("kind", "ja4").add("value", std::to_string(n % 3));
      event.time = kStart + std::chrono::hours{n};
      events.push_back(event);
    }
    commit(events);
  }
  void prune_to_the_end(const Retention& retention, TimePoint now) {
    for (int step = 0; step < 1'000; ++step) {
      const auto more = maintenance().prune(retention, now);
      ASSERT_TRUE(more) << more.error().detail;
      if (!*more) return;
    }
    FAIL() << "retention does not come to an end";
  }
};

TEST_P(MaintenanceContract, Stats) {
  fill(100);
  commit_batch(
      {.events = {}, .rejected = {{.at = kStart, .source = "x", .reason = "y", .line = "z"}}});
  const auto stats = maintenance().stats();
  ASSERT_TRUE(stats) << stats.error().detail;
  EXPECT_EQ(stats->events, 100U);
  EXPECT_EQ(stats->attackers, 8U);
  EXPECT_EQ(stats->rejected, 1U);
  EXPECT_EQ(stats->sessions, 24U);
  EXPECT_GT(stats->credentials, 0U);
  EXPECT_GT(stats->bytes, 4'096U);
  EXPECT_GT(stats->schema_version, 0);
}

TEST_P(MaintenanceContract, Settings) {
  EXPECT_EQ(maintenance().setting("demo.seed").error().code, Errc::not_found);
  ASSERT_TRUE(maintenance().put_setting("demo.seed", "1"));
  ASSERT_TRUE(maintenance().put_setting("demo.seed", std::string("\0\xff", 2)));
  EXPECT_EQ(maintenance().setting("demo.seed").value(), std::string("\0\xff", 2));
}

TEST_P(MaintenanceContract, RetentionByAgeTakesWhatIsOlderAndEveryCountStillHolds) {
  fill(500);
  ASSERT_TRUE(store_->changes().append(kStart, "old", "{}"));
  const AttackerRow before = *store_->attackers().find_ip("192.0.2.3");
  const TimePoint now = kStart + std::chrono::hours{499};
  prune_to_the_end({.age_max = std::chrono::hours{99}, .bytes_max = {}}, now);
  EXPECT_EQ(maintenance().stats()->events, 100U);
  EXPECT_EQ(store_->events().count({}).value(), 100U);
  EXPECT_THAT(store_->attackers().files({}, {.limit = 1'000})->rows, SizeIs(20));
  EXPECT_EQ(store_->attackers().totals({})->events, 100U);
  const auto first = store_->changes().first_sequence();
  EXPECT_EQ(store_->events().after(0, 1)->at(0).seq, first.value());
  const auto left = store_->changes().after(0, 100).value();
  for (const Change& change : left) EXPECT_GE(change.seq, first.value());
  // Counters say what was ever seen.
  const AttackerRow after = *store_->attackers().find_ip("192.0.2.3");
  EXPECT_EQ(after.events, before.events);
  EXPECT_EQ(after.sessions, before.sessions);
  EXPECT_EQ(after.files, before.files);
  EXPECT_EQ(after.credentials, before.credentials);
  expect_sound();
  commit({maker_.login("192.0.2.3", "s0192.0.2.3", "again", "p")});
  expect_sound();
}

TEST_P(MaintenanceContract, ARetentionThatIsWiderTakesNothing) {
  fill(50);
  EXPECT_FALSE(
      maintenance()
          .prune({.age_max = std::chrono::hours{1'000}, .bytes_max = 1ULL << 40}, maker_.now())
          .value());
  EXPECT_FALSE(maintenance().prune({}, maker_.now()).value());
  EXPECT_EQ(maintenance().stats()->events, 50U);
  EXPECT_EQ(store_->changes().first_sequence().value(), 1);
}

TEST_P(MaintenanceContract, RetentionByAgeIsNotHeldUpByAWrongClock) {
  event::Event ahead = maker_.peer("scan", "192.0.2.1");
  ahead.time = kStart + std::chrono::hours{24 * 365 * 50};
  commit({ahead});
  fill(10);
  prune_to_the_end({.age_max = std::chrono::hours{5}, .bytes_max = {}},
                   kStart + std::chrono::hours{100});
  EXPECT_EQ(maintenance().stats()->events, 0U);
  expect_sound();
}

TEST_P(MaintenanceContract, RetentionBySizeTakesEverythingThereIsToTake) {
  for (int round = 0; round < 4; ++round) fill(4'000);
  const std::uint64_t events = maintenance().stats()->events;
  prune_to_the_end({.age_max = {}, .bytes_max = 900'000}, maker_.now());
  const auto some = maintenance().stats();
  EXPECT_LT(some->events, events);
  EXPECT_GT(some->events, 0U);
  expect_sound();
  prune_to_the_end({.age_max = {}, .bytes_max = 1}, maker_.now());
  const auto none = maintenance().stats();
  EXPECT_EQ(none->events, 0U);
  EXPECT_EQ(none->sessions, 0U);
  EXPECT_EQ(none->credentials, 0U);
  EXPECT_EQ(none->attackers, 0U);
  EXPECT_THAT(store_->attackers().all_fingerprints({}, {}, {})->rows, IsEmpty());
  EXPECT_EQ(store_->changes().first_sequence().value(),
            store_->changes().last_sequence().value() + 1);
  expect_sound();
  // And the store goes on as if nothing had been.
  fill(100);
  EXPECT_EQ(maintenance().stats()->attackers, 8U);
  expect_sound();
}

TEST_P(MaintenanceContract, ABackupIsAWholeStore) {
  fill(100);
  const std::string path = folder_.path() + "/copy.sqlite";
  ASSERT_TRUE(maintenance().backup(path));
  EXPECT_EQ(maintenance().backup(path).error().code, Errc::conflict);
  EXPECT_FALSE(maintenance().backup(folder_.path() + "/no/such/folder"));
  fill(1);
  const auto copy = open_store({.url = "sqlite:" + path, .migrate = false, .backup_folder = {}});
  ASSERT_TRUE(copy) << copy.error().detail;
  EXPECT_EQ((*copy)->maintenance().stats()->events, 100U);
  EXPECT_TRUE((*copy)->maintenance().check()->ok);
}

TEST_P(MaintenanceContract, WhatWasCheckpointedIsThereAgain) {
  fill(100);
  commit_batch({.events = {}, .rejected = {}, .log_position = 77});
  ASSERT_TRUE(maintenance().checkpoint());
  reopen();
  EXPECT_EQ(maintenance().stats()->events, 100U);
  EXPECT_EQ(store_->ingest().log_position().value(), 77U);
  EXPECT_EQ(store_->ingest().last_seq(7).value(), maker_.seq());
}

TEST_P(MaintenanceContract, TwoHandlesWriteAndSeeEachOther) {
  const auto other = open_another();
  constexpr int kRounds = 40;
  const auto write = [](Store& store, std::uint64_t origin) {
    Maker maker(origin);
    for (int round = 0; round < kRounds; ++round) {
      IngestBatch batch;
      for (int n = 0; n < 20; ++n)  // The same attackers, sessions and words in both.
        batch.events.push_back(maker.login("192.0.2." + std::to_string(n % 7),
                                           "s" + std::to_string(n), "u", std::to_string(round)));
      const auto outcome = store.ingest().commit(batch);
      ASSERT_TRUE(outcome) << outcome.error().detail;
      EXPECT_EQ(outcome->inserted, 20U);
      ASSERT_TRUE(store.changes().append(kStart, "topic", "{}"));
      ASSERT_TRUE(store.accounts().audit({.at = kStart, .actor = "x"}));
    }
  };
  std::thread second([&] { write(*other, 2); });
  write(*store_, 1);
  second.join();
  EXPECT_EQ(maintenance().stats()->events, 2U * kRounds * 20U);
  EXPECT_EQ(maintenance().stats()->attackers, 7U);
  EXPECT_EQ(maintenance().stats()->sessions, 20U);
  EXPECT_THAT(store_->accounts().audit_log({}, {}, {}, {.limit = 1'000})->rows,
              SizeIs(2 * kRounds));
  EXPECT_EQ(store_->changes().last_sequence().value(), other->changes().last_sequence().value());
  expect_sound();
}

TEST_P(MaintenanceContract, ReadsGoOnBesideWrites) {
  fill(1'000);
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int n = 0; n < 6; ++n) {  // More than there are connections.
    readers.emplace_back([&] {
      while (!done) {
        const auto page = store_->attackers().list({}, {});
        ASSERT_TRUE(page) << page.error().detail;
        EXPECT_THAT(page->rows, SizeIs(8));
        std::uint64_t events = 0;
        const auto hits = store_->attackers().deckies_hit({});
        ASSERT_TRUE(hits) << hits.error().detail;
        for (const DeckyHits& hit : *hits) events += hit.events;
        EXPECT_EQ(events % 10, 0U);  // A batch is seen whole or not at all.
      }
    });
  }
  for (int round = 0; round < 50; ++round) fill(10);
  done = true;
  for (std::thread& reader : readers) reader.join();
  expect_sound();
}

TEST_P(MaintenanceContract, AStoreThatIsNotToBeMadeMustExist) {
  TestFolder fresh;
  const StoreOptions options{
      .url = GetParam().url(fresh.path()), .migrate = false, .backup_folder = {}};
  EXPECT_EQ(open_store(options).error().code, Errc::not_found);
  EXPECT_EQ(open_store(options).error().code, Errc::not_found);  // It was not made by asking.
  EXPECT_TRUE(
      open_store({.url = GetParam().url(folder_.path()), .migrate = false, .backup_folder = {}}));
}

DECNET_STORE_CONTRACT(MaintenanceContract);

TEST(OpenStore, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(open_store({.url = "", .backup_folder = {}}).error().code, Errc::invalid_argument);
  EXPECT_EQ(open_store({.url = "sqlite:", .backup_folder = {}}).error().code,
            Errc::invalid_argument);
  EXPECT_EQ(open_store({.url = "/a/path", .backup_folder = {}}).error().code,
            Errc::invalid_argument);
  const auto postgres = open_store({.url = "postgresql://db/decnet", .backup_folder = {}});
  EXPECT_EQ(postgres.error().code, Errc::unsupported);
  EXPECT_THAT(postgres.error().detail, HasSubstr("sqlite:PATH"));
}

}  // namespace
}  // namespace decnet::store
