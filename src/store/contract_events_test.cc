// The contract of EventTable and ChangeTable.
#include <gmock/gmock.h>

#include "store/contract.h"

namespace decnet::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class EventsContract : public StoreContract {
 protected:
  // 3,000 events over 50 minutes: 30 attackers, 3 deckies, 2 services, 4 types, some severe.
  void fill() {
    std::vector<event::Event> events;
    for (int n = 0; n < 3'000; ++n) {
      const std::string ip = "192.0.2." + std::to_string(n % 30);
      event::Event event = maker_.peer(n % 4 == 0   ? event::kRequest
                                       : n % 4 == 1 ? event::kCommand
                                       : n % 4 == 2 ? event::kSessionStarted
                                                    : event::kScan,
                                       ip, n % 4 == 3 ? "" : "s" + std::to_string(n / 100) + ip);
      event.decky = "web-0" + std::to_string(n % 3);
      event.service = n % 2 == 0 ? "http" : "ftp";
      event.severity = n % 500 == 0   ? event::Severity::error
                       : n % 100 == 0 ? event::Severity::warning
                                      : event::Severity::info;
      event.add("n", n);
      if (n == 1'234) event.add("text", "a \"needle\" 100% _here_");
      events.push_back(event);
    }
    commit(events);
  }
  std::vector<Sequence> seqs(const EventFilter& filter, const PageRequest& request) {
    const auto page = store_->events().list(filter, request);
    EXPECT_TRUE(page) << page.error().detail;
    std::vector<Sequence> out;
    if (page) {
      for (const EventRow& row : page->rows) out.push_back(row.seq);
    }
    return out;
  }
  std::uint64_t walk(const EventFilter& filter, Order order) {
    PageRequest request{.order = order, .limit = 97};
    std::uint64_t count = 0;
    Sequence last = order == Order::descending ? std::numeric_limits<Sequence>::max() : 0;
    for (;;) {
      const auto page = store_->events().list(filter, request);
      EXPECT_TRUE(page) << page.error().detail;
      for (const EventRow& row : page->rows) {
        EXPECT_TRUE(order == Order::descending ? row.seq < last : row.seq > last);
        last = row.seq;
        ++count;
      }
      if (!page->more_after) return count;
      request.after = page->keys.back();
    }
  }
  // The list, the count and the facets agree, in both directions.
  std::uint64_t agreed_count(const EventFilter& filter) {
    const std::uint64_t counted = store_->events().count(filter).value();
    EXPECT_EQ(walk(filter, Order::descending), counted);
    EXPECT_EQ(walk(filter, Order::ascending), counted);
    const auto facets = store_->events().facets(filter);
    EXPECT_TRUE(facets);
    for (const auto* facet :
         {&facets->types, &facets->services, &facets->deckies, &facets->severities}) {
      std::uint64_t sum = 0;
      for (const ValueCount& value : *facet) sum += value.count;
      EXPECT_EQ(sum, counted);
    }
    return counted;
  }
};

TEST_P(EventsContract, EveryFilterAgreesWithItsCountAndFacets) {
  fill();
  EXPECT_EQ(agreed_count({}), 3'000U);
  EXPECT_EQ(agreed_count({.types = {"request"}}), 750U);
  EXPECT_EQ(agreed_count({.types = {"request", "scan"}, .deckies = {"web-00"}}), 500U);
  EXPECT_EQ(agreed_count({.services = {"ftp"}}), 1'500U);
  EXPECT_EQ(agreed_count({.severities = {event::Severity::error, event::Severity::warning}}), 30U);
  EXPECT_EQ(agreed_count({.severities = {event::Severity::error}}), 6U);
  EXPECT_EQ(agreed_count({.severities = {event::Severity::error, event::Severity::warning,
                                         event::Severity::notice, event::Severity::info}}),
            3'000U);
  EXPECT_EQ(agreed_count({.ip = "192.0.2.4"}), 100U);
  EXPECT_EQ(agreed_count({.attacker_uuid = store_->attackers().find_ip("192.0.2.4")->uuid}), 100U);
  EXPECT_EQ(agreed_count({.severities = {event::Severity::error, event::Severity::warning},
                          .ip = "192.0.2.0"}),
            10U);
  EXPECT_EQ(agreed_count({.session_uuid = Maker::session_uuid("s0192.0.2.4")}), 4U);
  EXPECT_EQ(agreed_count({.text = "\"needle\" 100% _"}), 1U);
  EXPECT_EQ(agreed_count({.text = "NEEDLE"}), 1U);
  EXPECT_EQ(agreed_count({.text = "n_edle"}), 0U);
}

TEST_P(EventsContract, ATimeRangeIsExactAtItsEnds) {
  fill();
  const auto in = [&](int since, int until) {
    return EventFilter{.range = {.since = after_start(std::chrono::seconds{since}),
                                 .until = after_start(std::chrono::seconds{until})}};
  };
  EXPECT_EQ(agreed_count(in(0, 3'000)), 3'000U);
  EXPECT_EQ(agreed_count(in(17, 18)), 1U);        // within a minute
  EXPECT_EQ(agreed_count(in(7, 1'999)), 1'992U);  // over slots and blocks
  EXPECT_EQ(agreed_count(in(600, 1'200)), 600U);
  EXPECT_EQ(agreed_count(in(5'000, 6'000)), 0U);
  EXPECT_EQ(agreed_count(in(20, 10)), 0U);
  EventFilter filter = in(100, 2'900);
  filter.ip = "192.0.2.4";
  EXPECT_EQ(agreed_count(filter), 93U);
  filter.severities = {event::Severity::error, event::Severity::warning};
  EXPECT_EQ(agreed_count(filter), 0U);
  EXPECT_EQ(
      agreed_count({.range = {.since = after_start(std::chrono::seconds{2'990}), .until = {}}}),
      10U);
  EXPECT_EQ(agreed_count({.range = {.since = {}, .until = after_start(std::chrono::seconds{10})}}),
            10U);
}

TEST_P(EventsContract, WhatTheStoreNeverSawMatchesNothing) {
  fill();
  EXPECT_EQ(agreed_count({.types = {"no.such.type"}}), 0U);
  EXPECT_EQ(agreed_count({.types = {"no.such.type", "request"}}), 750U);
  EXPECT_EQ(agreed_count({.ip = "203.0.113.9"}), 0U);
  EXPECT_EQ(agreed_count({.attacker_uuid = Uuid::v8("x")}), 0U);
  EXPECT_EQ(agreed_count({.session_uuid = Uuid::v8("x")}), 0U);
  EXPECT_EQ(agreed_count({.attacker_uuid = store_->attackers().find_ip("192.0.2.4")->uuid,
                          .ip = "192.0.2.5"}),
            0U);
}

TEST_P(EventsContract, RefusesWhatItCannotDo) {
  const std::vector<std::string> many(65, "x");
  EXPECT_EQ(store_->events().list({.types = many}, {}).error().code, Errc::invalid_argument);
  EXPECT_EQ(store_->events().count({.text = std::string(257, 'x')}).error().code,
            Errc::invalid_argument);
  EXPECT_EQ(store_->events().list({}, {.sort = "at"}).error().code, Errc::invalid_argument);
  EXPECT_EQ(store_->events().list({}, {.after = Key{.id = 1}, .before = Key{.id = 2}}).error().code,
            Errc::invalid_argument);
}

TEST_P(EventsContract, APageBeginsBehindItsKeyInBothDirectionsWhileOthersArrive) {
  for (int n = 0; n < 10; ++n) commit({maker_.bare("x")});
  const auto newest = store_->events().list({}, {.limit = 4});
  EXPECT_FALSE(newest->more_before);
  EXPECT_TRUE(newest->more_after);
  EXPECT_THAT(seqs({}, {.limit = 4}), ElementsAre(10, 9, 8, 7));
  for (int n = 0; n < 3; ++n) commit({maker_.bare("x")});  // 11, 12, 13
  const auto next = store_->events().list({}, {.limit = 4, .after = newest->keys.back()});
  ASSERT_THAT(next->rows, SizeIs(4));
  EXPECT_EQ(next->rows.front().seq, 6);
  EXPECT_EQ(next->rows.back().seq, 3);
  EXPECT_TRUE(next->more_before);
  EXPECT_TRUE(next->more_after);
  // Back: the rows in front of it, the nearest ones, still newest first.
  const auto back = store_->events().list({}, {.limit = 4, .before = next->keys.front()});
  ASSERT_THAT(back->rows, SizeIs(4));
  EXPECT_EQ(back->rows.front().seq, 10);
  EXPECT_EQ(back->rows.back().seq, 7);
  EXPECT_TRUE(back->more_before);  // What has arrived since.
  EXPECT_TRUE(back->more_after);
  EXPECT_THAT(seqs({}, {.limit = 4, .before = back->keys.front()}), ElementsAre(13, 12, 11));
  EXPECT_THAT(seqs({}, {.order = Order::ascending, .limit = 3, .after = Key{.id = 5}}),
              ElementsAre(6, 7, 8));
  EXPECT_THAT(seqs({}, {.order = Order::ascending, .limit = 3, .before = Key{.id = 5}}),
              ElementsAre(2, 3, 4));
  const auto last = store_->events().list({}, {.limit = 4, .after = Key{.id = 3}});
  EXPECT_FALSE(last->more_after);
  EXPECT_THAT(last->rows, SizeIs(2));
  EXPECT_THAT(seqs({}, {.limit = 0}), SizeIs(1));  // Clamped.
}

TEST_P(EventsContract, FollowersReadEventsAndChangesByOneSequence) {
  commit({maker_.bare("a"), maker_.bare("b")});
  const auto seq = store_->changes().append(kStart, "decky.web-01.state", R"({"state":"up"})");
  EXPECT_EQ(seq.value(), 3);
  commit({maker_.bare("c")});
  const auto events = store_->events().after(1, 10);
  ASSERT_THAT(*events, SizeIs(2));
  EXPECT_EQ(events->at(0).seq, 2);
  EXPECT_EQ(events->at(1).seq, 4);
  const auto changes = store_->changes().after(0, 10);
  ASSERT_THAT(*changes, SizeIs(1));
  EXPECT_EQ(changes->at(0).at, kStart);
  EXPECT_EQ(changes->at(0).topic, "decky.web-01.state");
  EXPECT_EQ(changes->at(0).payload_json, R"({"state":"up"})");
  EXPECT_THAT(*store_->changes().after(3, 10), IsEmpty());
  EXPECT_EQ(store_->changes().last_sequence().value(), 4);
  EXPECT_EQ(store_->changes().first_sequence().value(), 1);
  expect_sound();
}

TEST_P(EventsContract, RateHasABucketForEveryStepOfTheRange) {
  fill();
  const auto sum = [](const std::vector<RatePoint>& points) {
    std::uint64_t total = 0;
    for (const RatePoint& point : points) total += point.total;
    return total;
  };
  const TimeRange range{.since = after_start(std::chrono::seconds{90}),
                        .until = after_start(std::chrono::seconds{690})};
  const auto minutes = store_->events().rate(range, std::chrono::minutes{1});
  ASSERT_TRUE(minutes);
  ASSERT_THAT(*minutes, SizeIs(11));  // It begins and ends within a minute.
  EXPECT_EQ(minutes->front().at, after_start(std::chrono::seconds{60}));
  EXPECT_EQ(minutes->front().total, 30U);
  EXPECT_EQ(minutes->at(1).total, 60U);
  EXPECT_EQ(minutes->at(0).critical + minutes->at(1).critical, 1U);
  EXPECT_EQ(minutes->back().total, 30U);
  EXPECT_EQ(sum(*minutes), 600U);
  EXPECT_EQ(sum(*store_->events().rate(range, std::chrono::seconds{7})), 600U);
  EXPECT_EQ(sum(*store_->events().rate(range, std::chrono::minutes{5})), 600U);
  EXPECT_EQ(sum(*store_->events().rate({}, std::chrono::minutes{1})), 3'000U);
  const TimeRange quiet{.since = after_start(std::chrono::hours{2}),
                        .until = after_start(std::chrono::hours{3})};
  EXPECT_THAT(*store_->events().rate(quiet, std::chrono::minutes{5}), SizeIs(13));
  EXPECT_EQ(store_->events().rate(quiet, Duration{0}).error().code, Errc::invalid_argument);
  const TimeRange years{.since = kStart - std::chrono::hours{24 * 3'000}, .until = kStart};
  EXPECT_EQ(store_->events().rate(years, std::chrono::minutes{1}).error().code,
            Errc::invalid_argument);
}

DECNET_STORE_CONTRACT(EventsContract);

}  // namespace
}  // namespace decnet::store
