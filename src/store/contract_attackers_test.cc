// The contract of AttackerTable's reading side.
#include <algorithm>

#include <gmock/gmock.h>

#include "base/hash.h"
#include "store/contract.h"

namespace decnet::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AttackersContract : public StoreContract {
 protected:
  // Attacker 192.0.2.n has n events, each in a session of its own and each a login; the later ones
  // came first.
  void fill(int attackers) {
    std::vector<event::Event> events;
    for (int n = attackers; n >= 1; --n) {
      const std::string ip = "192.0.2." + std::to_string(n);
      for (int m = 0; m < n; ++m)
        events.push_back(
            maker_.login(ip, ip + "/" + std::to_string(m), "user" + std::to_string(m), "pw"));
    }
    commit(events);
  }
  std::vector<std::string> ips(const AttackerFilter& filter, const PageRequest& request) {
    const auto page = store_->attackers().list(filter, request);
    EXPECT_TRUE(page) << page.error().detail;
    std::vector<std::string> out;
    if (page) {
      for (const AttackerRow& row : page->rows) out.push_back(row.ip);
    }
    return out;
  }
};

TEST_P(AttackersContract, ListsByEverySortAndDirection) {
  fill(4);
  EXPECT_THAT(ips({}, {}), ElementsAre("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"));
  EXPECT_THAT(ips({}, {.order = Order::ascending, .limit = 2}),
              ElementsAre("192.0.2.4", "192.0.2.3"));
  for (const char* sort : {"events", "sessions", "credentials"})
    EXPECT_THAT(ips({}, {.sort = sort, .limit = 2}), ElementsAre("192.0.2.4", "192.0.2.3")) << sort;
  EXPECT_THAT(ips({}, {.sort = "first_seen", .limit = 2}), ElementsAre("192.0.2.1", "192.0.2.2"));
  EXPECT_EQ(store_->attackers().list({}, {.sort = "ip; DROP TABLE"}).error().code,
            Errc::invalid_argument);
}

TEST_P(AttackersContract, PagesThroughEverySortWithoutLossOrRepeat) {
  fill(60);
  for (const char* sort : {"last_seen", "first_seen", "events", "sessions", "credentials"}) {
    for (const Order order : {Order::ascending, Order::descending}) {
      PageRequest request{.sort = sort, .order = order, .limit = 7};
      std::vector<std::string> forth, back;
      for (;;) {
        const auto page = store_->attackers().list({}, request);
        ASSERT_TRUE(page);
        for (const AttackerRow& row : page->rows) forth.push_back(row.ip);
        if (!page->more_after) {
          request.before = page->keys.front();
          back.assign(forth.end() - static_cast<std::ptrdiff_t>(page->rows.size()), forth.end());
          break;
        }
        request.after = page->keys.back();
      }
      request.after.reset();
      for (;;) {
        const auto page = store_->attackers().list({}, request);
        ASSERT_TRUE(page);
        std::vector<std::string> front;
        for (const AttackerRow& row : page->rows) front.push_back(row.ip);
        back.insert(back.begin(), front.begin(), front.end());
        if (!page->more_before) break;
        request.before = page->keys.front();
      }
      EXPECT_EQ(forth, back) << sort;
      EXPECT_THAT(forth, SizeIs(60));
      std::sort(forth.begin(), forth.end());
      EXPECT_EQ(std::unique(forth.begin(), forth.end()), forth.end());
    }
  }
}

TEST_P(AttackersContract, FiltersByAddressAndTime) {
  fill(12);
  EXPECT_THAT(ips({.ip = "192.0.2.3", .text = {}}, {}), ElementsAre("192.0.2.3"));
  EXPECT_THAT(ips({.ip = "nonsense", .text = {}}, {}), IsEmpty());
  EXPECT_THAT(ips({.ip = {}, .text = "192.0.2.1"}, {}),
              ElementsAre("192.0.2.1", "192.0.2.10", "192.0.2.11", "192.0.2.12"));
  EXPECT_THAT(ips({.ip = {}, .text = "%"}, {}), IsEmpty());
  EXPECT_EQ(store_->attackers().count({.ip = {}, .text = "192.0.2."}).value(), 12U);
  const auto last = store_->attackers().find_ip("192.0.2.1")->last_seen;
  EXPECT_THAT(ips({.range = {.since = last, .until = {}}, .ip = {}, .text = {}}, {}),
              ElementsAre("192.0.2.1"));
  EXPECT_EQ(store_->attackers()
                .count({.range = {.since = {}, .until = last}, .ip = {}, .text = {}})
                .value(),
            11U);
  EXPECT_EQ(store_->attackers().find_ip("203.0.113.1").error().code, Errc::not_found);
  EXPECT_EQ(store_->attackers().find_ip("nonsense").error().code, Errc::not_found);
}

TEST_P(AttackersContract, ADetailSaysWhereWhatAndWhen) {
  std::vector<event::Event> events;
  for (int n = 0; n < 5; ++n) {
    event::Event event = maker_.peer(n < 3 ? "request" : "scan", "192.0.2.1");
    event.time = kStart + std::chrono::hours{n};
    event.decky = n % 2 == 0 ? "web-01" : "db-01";
    event.service = n == 4 ? "redis" : "http";
    if (n == 3) event.severity = event::Severity::error;
    events.push_back(event);
    event::Event other = maker_.peer("scan", "192.0.2.2");
    other.time = event.time;
    events.push_back(other);
  }
  commit(events);
  const Uuid uuid = store_->attackers().find_ip("192.0.2.1")->uuid;
  const TimePoint now = kStart + std::chrono::hours{5};
  const auto detail = store_->attackers().get(uuid, now);
  ASSERT_TRUE(detail) << detail.error().detail;
  EXPECT_EQ(detail->attacker.events, 5U);
  EXPECT_EQ(detail->attacker.deckies, 2U);
  EXPECT_EQ(detail->attacker.severity_max, event::Severity::error);
  EXPECT_EQ(detail->attacker.first_seen, kStart);
  EXPECT_EQ(detail->attacker.last_seen, kStart + std::chrono::hours{4});
  EXPECT_THAT(detail->services, ElementsAre("http", "redis"));
  EXPECT_THAT(detail->decky_names, ElementsAre("db-01", "web-01"));
  ASSERT_THAT(detail->event_types, SizeIs(2));
  EXPECT_EQ(detail->event_types[0].value, "request");
  EXPECT_EQ(detail->event_types[0].count, 3U);
  ASSERT_THAT(detail->by_hour, SizeIs(7 * 24));
  EXPECT_LE(detail->by_hour.back().at, now);
  std::vector<std::uint64_t> lately;
  for (auto point = detail->by_hour.end() - 6; point != detail->by_hour.end(); ++point)
    lately.push_back(point->total);
  EXPECT_THAT(lately, ElementsAre(1, 1, 1, 1, 1, 0));
  EXPECT_EQ((detail->by_hour.end() - 3)->critical, 1U);
  EXPECT_EQ(store_->attackers().get(Uuid::v8("x"), now).error().code, Errc::not_found);
  EXPECT_EQ(store_->attackers().get(uuid, now + std::chrono::hours{24 * 30})->by_hour.back().total,
            0U);
}

TEST_P(AttackersContract, SessionsByAttackerPlaceAndTime) {
  fill(5);
  const Uuid uuid = store_->attackers().find_ip("192.0.2.3")->uuid;
  const auto of_one = store_->attackers().sessions({.attacker_uuid = uuid}, {.limit = 2});
  ASSERT_TRUE(of_one) << of_one.error().detail;
  ASSERT_THAT(of_one->rows, SizeIs(2));
  EXPECT_TRUE(of_one->more_after);
  EXPECT_EQ(of_one->rows[0].uuid, Maker::session_uuid("192.0.2.3/2"));
  const auto rest =
      store_->attackers().sessions({.attacker_uuid = uuid}, {.after = of_one->keys.back()});
  ASSERT_THAT(rest->rows, SizeIs(1));
  EXPECT_FALSE(rest->rows[0].ended_at);
  EXPECT_THAT(store_->attackers().sessions({.deckies = {"web-01"}, .services = {"http"}}, {})->rows,
              SizeIs(15));
  EXPECT_THAT(store_->attackers().sessions({.deckies = {"web-02"}}, {})->rows, IsEmpty());
  EXPECT_THAT(
      store_->attackers()
          .sessions({.range = {.since = after_start(std::chrono::seconds{10}), .until = {}}}, {})
          ->rows,
      SizeIs(5));
  EXPECT_EQ(store_->attackers().session(Uuid::v8("x")).error().code, Errc::not_found);
  EXPECT_EQ(store_->attackers().sessions({}, {.sort = "events"}).error().code,
            Errc::invalid_argument);
}

TEST_P(AttackersContract, CredentialsByEveryFilter) {
  fill(4);
  commit({maker_.login("192.0.2.9", "x", "Admin_1", "100%", "accepted")});
  const auto count = [&](const CredentialFilter& filter) {
    const auto page = store_->attackers().credentials(filter, {});
    EXPECT_TRUE(page) << page.error().detail;
    return page ? page->rows.size() : 0;
  };
  EXPECT_EQ(count({}), 11U);
  EXPECT_EQ(count({.attacker_uuid = store_->attackers().find_ip("192.0.2.3")->uuid}), 3U);
  EXPECT_EQ(count({.deckies = {"web-01"}, .services = {"http"}}), 11U);
  EXPECT_EQ(count({.principal = "user3"}), 1U);
  EXPECT_EQ(count({.secret_kinds = {"plaintext"}}), 11U);
  EXPECT_EQ(count({.secret_kinds = {"ntlm_v2"}}), 0U);
  EXPECT_EQ(count({.text = "admin_"}), 1U);
  EXPECT_EQ(count({.text = "dmin%"}), 0U);
  EXPECT_EQ(count({.text = sha256_hex("100%").substr(0, 12)}), 1U);
  EXPECT_EQ(count({.text = "192.0.2.3"}), 3U);
  EXPECT_EQ(count({.text = "100%"}),
            0U);  // A secret is not searched: whoever may not see it must not guess it.
  EXPECT_EQ(count({.accepted = true}), 1U);
  EXPECT_EQ(count({.accepted = false}), 10U);
  const auto sorted = store_->attackers().credentials(
      {}, {.sort = "principal", .order = Order::ascending, .limit = 3});
  ASSERT_THAT(sorted->rows, SizeIs(3));
  EXPECT_EQ(sorted->rows[0].principal, "Admin_1");
  EXPECT_EQ(sorted->rows[2].principal, "user0");
  const auto next = store_->attackers().credentials(
      {},
      {.sort = "principal", .order = Order::ascending, .limit = 100, .after = sorted->keys.back()});
  EXPECT_THAT(next->rows, SizeIs(8));
  const CredentialRow& row = sorted->rows[0];
  EXPECT_EQ(store_->attackers().credential(row.uuid)->secret, "100%");
  EXPECT_EQ(store_->attackers().credential(Uuid::v8("x")).error().code, Errc::not_found);
}

TEST_P(AttackersContract, TopsSumOverAllRows) {
  fill(4);
  commit({maker_.login("192.0.2.4", "y", "user0", "other", "accepted"),
          maker_.login("192.0.2.4", "y", "user0", "pw")});
  const auto tops = store_->attackers().credential_tops(2);
  ASSERT_TRUE(tops) << tops.error().detail;
  ASSERT_THAT(tops->principals, SizeIs(2));
  EXPECT_EQ(tops->principals[0].value, "user0");
  EXPECT_EQ(tops->principals[0].count, 6U);
  ASSERT_THAT(tops->secrets, SizeIs(2));
  EXPECT_EQ(tops->secrets[0].secret, "pw");
  EXPECT_EQ(tops->secrets[0].attempts, 11U);
  EXPECT_EQ(tops->secrets[1].accepted_count, 1U);
  ASSERT_THAT(tops->pairs, SizeIs(2));
  EXPECT_EQ(tops->pairs[0].principal, "user0");
  EXPECT_EQ(tops->pairs[0].secret, "pw");
  EXPECT_EQ(tops->pairs[0].attempts, 5U);
}

TEST_P(AttackersContract, Files) {
  const auto file = [&](std::string_view ip, std::string_view hash) {
    event::Event event = maker_.peer(event::kFileCaptured, ip, "f");
    return std::move(event.add("sha256", hash)
                         .add("size", 12)
                         .add("name", "x.sh")
                         .add("path", "/tmp/x.sh")
                         .add("truncated", "true"));
  };
  commit({file("192.0.2.1", sha256_hex("a")), file("192.0.2.2", sha256_hex("b")),
          file("192.0.2.1", sha256_hex("a"))});
  const auto all = store_->attackers().files({}, {});
  ASSERT_TRUE(all) << all.error().detail;
  ASSERT_THAT(all->rows, SizeIs(3));
  const FileRow& row = all->rows[0];
  EXPECT_EQ(row.sha256, sha256_hex("a"));
  EXPECT_EQ(row.size, 12U);
  EXPECT_EQ(row.name, "x.sh");
  EXPECT_EQ(row.path, "/tmp/x.sh");
  EXPECT_TRUE(row.truncated);
  EXPECT_EQ(row.attacker_ip, "192.0.2.1");
  EXPECT_EQ(row.session_uuid, Maker::session_uuid("f"));
  EXPECT_EQ(row.at, after_start(std::chrono::seconds{2}));
  EXPECT_THAT(store_->attackers().files(row.attacker_uuid, {})->rows, SizeIs(2));
  EXPECT_THAT(store_->attackers().files(Uuid::v8("x"), {})->rows, IsEmpty());
  EXPECT_EQ(store_->attackers().find_ip("192.0.2.1")->files, 2U);
  EXPECT_EQ(store_->attackers().fingerprints(Uuid::v8("x")).error().code, Errc::not_found);
}

TEST_P(AttackersContract, TheOverviewCountsWhatCameInTheRange) {
  std::vector<event::Event> events;
  for (int n = 0; n < 3'000; ++n) {
    event::Event event = maker_.login("192.0.2." + std::to_string(n % 10), "s" + std::to_string(n),
                                      "u", std::to_string(n % 50));
    event.decky = "d" + std::to_string(n % 3);
    events.push_back(event);
  }
  events.push_back(maker_.bare("system.log"));
  commit(events);
  const TimeRange range{.since = after_start(std::chrono::seconds{300}),
                        .until = after_start(std::chrono::seconds{2'401})};
  const auto totals = store_->attackers().totals(range);
  ASSERT_TRUE(totals) << totals.error().detail;
  EXPECT_EQ(totals->events, 2'101U);
  EXPECT_EQ(totals->attackers, 10U);
  EXPECT_EQ(totals->sessions, 2'101U);
  EXPECT_EQ(totals->credentials, 0U);  // All were captured in the first 150 seconds.
  const auto always = store_->attackers().totals({});
  EXPECT_EQ(always->events, 3'001U);
  EXPECT_EQ(always->sessions, 3'000U);
  EXPECT_EQ(always->credentials, 150U);
  const auto moment =
      store_->attackers().totals({.since = kStart, .until = after_start(std::chrono::seconds{3})});
  EXPECT_EQ(moment->events, 3U);
  EXPECT_EQ(moment->attackers, 3U);
  const auto top =
      store_->attackers().top({.since = kStart, .until = after_start(std::chrono::seconds{11})}, 3);
  ASSERT_THAT(*top, SizeIs(3));
  EXPECT_EQ(top->at(0).ip, "192.0.2.0");
  EXPECT_EQ(top->at(0).events, 2U);
  EXPECT_EQ(top->at(1).events, 1U);
  const auto hits = store_->attackers().deckies_hit(range);
  ASSERT_THAT(*hits, SizeIs(3));
  EXPECT_EQ(hits->at(0).events + hits->at(1).events + hits->at(2).events, 2'101U);
  EXPECT_EQ(hits->at(0).attackers, 10U);
  expect_sound();
}

DECNET_STORE_CONTRACT(AttackersContract);

}  // namespace
}  // namespace decnet::store
