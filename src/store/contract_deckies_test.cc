// The contract of DeckyTable.
#include <gmock/gmock.h>

#include "store/contract.h"

namespace decnet::store {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class DeckiesContract : public StoreContract {
 protected:
  static fleet::DeckySpec spec(std::string_view name) {
    return {.uuid = Uuid::v8(name),
            .name = std::string(name),
            .archetype = "linux-server",
            .seed = 0xfedcba9876543210ULL,
            .ip = "127.66.0.1",
            .services = {{.name = "ftp", .port = 21, .options = {}},
                         {.name = "http",
                          .port = 80,
                          .options = {{"server", "nginx"}, {"title", "It's \"ours\""}}}},
            .deployed_at = kStart};
  }
};

TEST_P(DeckiesContract, TheDesiredFleetIsKeptAsItWasGiven) {
  ASSERT_TRUE(store_->deckies().set_desired({spec("web-01"), spec("db-01")}, kStart));
  const auto all = store_->deckies().list(kStart);
  ASSERT_TRUE(all) << all.error().detail;
  ASSERT_THAT(*all, SizeIs(2));
  EXPECT_EQ(all->at(0).spec, spec("db-01"));  // By name.
  EXPECT_EQ(all->at(1).spec, spec("web-01"));
  EXPECT_EQ(all->at(0).version, 1U);
  EXPECT_EQ(all->at(0).state, "pending");
  EXPECT_FALSE(all->at(0).last_seen);
  EXPECT_EQ(store_->deckies().get("web-01", kStart)->spec, spec("web-01"));
  EXPECT_EQ(store_->deckies().get("web-02", kStart).error().code, Errc::not_found);
}

TEST_P(DeckiesContract, OnlyWhatDiffersGetsANewVersion) {
  ASSERT_TRUE(store_->deckies().set_desired({spec("a"), spec("b"), spec("c")}, kStart));
  ASSERT_TRUE(store_->deckies().put_secret(spec("c").uuid, "tls", "key"));
  ASSERT_TRUE(store_->deckies().put_service_state("c", "ftp", 21, "files"));
  fleet::DeckySpec changed = spec("b");
  changed.services[1].options["title"] = "other";
  changed.services.erase(changed.services.begin());
  ASSERT_TRUE(store_->deckies().set_desired({spec("a"), changed, spec("d")}, kStart));
  EXPECT_EQ(store_->deckies().get("a", kStart)->version, 1U);
  EXPECT_EQ(store_->deckies().get("b", kStart)->version, 2U);
  EXPECT_EQ(store_->deckies().get("b", kStart)->spec, changed);
  EXPECT_EQ(store_->deckies().get("d", kStart)->version, 1U);
  EXPECT_EQ(store_->deckies().get("c", kStart).error().code, Errc::not_found);
  EXPECT_EQ(store_->deckies().secret(spec("c").uuid, "tls").error().code, Errc::not_found);
  EXPECT_EQ(store_->deckies().service_state("c", "ftp", 21).error().code, Errc::not_found);
  EXPECT_EQ(store_->deckies().set_desired({spec("a"), spec("a")}, kStart).error().code,
            Errc::conflict);
  EXPECT_THAT(*store_->deckies().list(kStart), SizeIs(3));  // As before.
}

TEST_P(DeckiesContract, AChangeOfTheActualStateIsJournalledOnce) {
  ASSERT_TRUE(store_->deckies().set_desired({spec("web-01")}, kStart));
  const std::vector<ServiceState> services = {
      {.service = "ftp", .port = 21, .actual_port = 10'021, .state = "up", .reason = "21 is taken"},
      {.service = "http", .port = 80, .actual_port = 80, .state = "down", .reason = ""}};
  EXPECT_TRUE(
      store_->deckies().set_actual("web-01", "degraded", "one is down", services, kStart).value());
  EXPECT_FALSE(
      store_->deckies().set_actual("web-01", "degraded", "one is down", services, kStart).value());
  const auto row = store_->deckies().get("web-01", kStart);
  EXPECT_EQ(row->state, "degraded");
  EXPECT_EQ(row->reason, "one is down");
  EXPECT_EQ(row->services, services);
  EXPECT_EQ(row->version, 1U);
  EXPECT_TRUE(store_->deckies().set_actual("web-01", "up", "", {}, kStart).value());
  const auto changes = store_->changes().after(0, 10);
  ASSERT_THAT(*changes, SizeIs(2));
  EXPECT_EQ(changes->at(0).topic, "decky.web-01.state");
  EXPECT_EQ(changes->at(0).payload_json,
            R"({"name":"web-01","state":"degraded","reason":"one is down","services":[)"
            R"({"name":"ftp","port":21,"actual_port":10021,"state":"up","reason":"21 is taken"},)"
            R"({"name":"http","port":80,"actual_port":80,"state":"down","reason":""}]})");
  EXPECT_EQ(store_->deckies().set_actual("web-02", "up", "", {}, kStart).error().code,
            Errc::not_found);
}

TEST_P(DeckiesContract, HitsComeFromTheEvents) {
  ASSERT_TRUE(store_->deckies().set_desired({spec("web-01"), spec("web-02")}, kStart));
  for (int n = 0; n < 30; ++n) {
    event::Event event = maker_.peer("scan", "192.0.2.1");
    event.time = kStart + std::chrono::hours{n};
    commit({event});
  }
  const TimePoint now = kStart + std::chrono::hours{29};
  const auto all = store_->deckies().list(now);
  EXPECT_EQ(all->at(0).hits_24h, 24U);
  EXPECT_EQ(all->at(0).last_seen, now);
  EXPECT_EQ(all->at(1).hits_24h, 0U);
  EXPECT_FALSE(all->at(1).last_seen);
  EXPECT_EQ(store_->deckies().get("web-01", now)->hits_24h, 24U);
}

TEST_P(DeckiesContract, WhatADeckyTellsOfItselfIsNoHit) {
  ASSERT_TRUE(store_->deckies().set_desired({spec("web-01")}, kStart));
  event::Event own = maker_.peer(event::kDeckyMutated, "");
  commit({own});
  const auto row = store_->deckies().get("web-01", kStart + std::chrono::hours{1});
  EXPECT_EQ(row->hits_24h, 0U);
  EXPECT_FALSE(row->last_seen);
  expect_sound();
}

TEST_P(DeckiesContract, SecretsAndServiceStates) {
  const std::string bytes("\x00\xff sealed", 9);
  const Uuid uuid = Uuid::v8("web-01");
  EXPECT_EQ(store_->deckies().secret(uuid, "tls").error().code, Errc::not_found);
  ASSERT_TRUE(store_->deckies().put_secret(uuid, "tls", "first"));
  ASSERT_TRUE(store_->deckies().put_secret(uuid, "tls", bytes));
  EXPECT_EQ(store_->deckies().secret(uuid, "tls").value(), bytes);
  EXPECT_EQ(store_->deckies().secret(uuid, "ssh").error().code, Errc::not_found);
  EXPECT_EQ(store_->deckies().service_state("web-01", "redis", 6379).error().code, Errc::not_found);
  ASSERT_TRUE(store_->deckies().put_service_state("web-01", "redis", 6379, bytes));
  EXPECT_EQ(store_->deckies().service_state("web-01", "redis", 6379).value(), bytes);
  EXPECT_EQ(store_->deckies().service_state("web-01", "redis", 6380).error().code, Errc::not_found);
  const std::string big(kServiceStateBytesMax + 1, 'x');
  EXPECT_EQ(store_->deckies().put_service_state("web-01", "redis", 6379, big).error().code,
            Errc::limit);
  EXPECT_EQ(store_->deckies().service_state("web-01", "redis", 6379).value(), bytes);
}

TEST_P(DeckiesContract, MemoriesOfPeers) {
  ASSERT_TRUE(store_->deckies().set_desired({spec("web-01"), spec("web-02")}, kStart));
  const std::string bytes("\x00\xff memory", 9);
  const MemoryKey key{"web-01", "shell", "192.0.2.1"};
  EXPECT_EQ(store_->deckies().memory(key).error().code, Errc::not_found);
  ASSERT_TRUE(store_->deckies().put_memory(key, "first", kStart));
  ASSERT_TRUE(store_->deckies().put_memory(key, bytes, kStart));
  EXPECT_EQ(store_->deckies().memory(key).value(), bytes);
  for (const MemoryKey& other :
       {MemoryKey{"web-02", "shell", "192.0.2.1"}, MemoryKey{"web-01", "mail", "192.0.2.1"},
        MemoryKey{"web-01", "shell", "192.0.2.2"}}) {
    EXPECT_EQ(store_->deckies().memory(other).error().code, Errc::not_found);
  }
  const std::string big(kMemoryBytesMax + 1, 'x');
  EXPECT_EQ(store_->deckies().put_memory(key, big, kStart).error().code, Errc::limit);
  EXPECT_EQ(store_->deckies().memory(key).value(), bytes);
  ASSERT_TRUE(store_->deckies().set_desired({spec("web-02")}, kStart));
  EXPECT_EQ(store_->deckies().memory(key).error().code, Errc::not_found);
}

TEST_P(DeckiesContract, TheOldestMemoriesGo) {
  for (std::size_t n = 0; n < kMemoriesMax + 2; ++n) {
    const std::string peer = "peer " + std::to_string(n);
    ASSERT_TRUE(store_->deckies().put_memory({"web-01", "shell", peer}, "x",
                                             kStart + std::chrono::seconds{n}));
  }
  for (const char* gone : {"peer 0", "peer 1"})
    EXPECT_EQ(store_->deckies().memory({"web-01", "shell", gone}).error().code, Errc::not_found);
  EXPECT_TRUE(store_->deckies().memory({"web-01", "shell", "peer 2"}));
}

DECNET_STORE_CONTRACT(DeckiesContract);

}  // namespace
}  // namespace decnet::store
