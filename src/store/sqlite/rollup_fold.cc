#include "store/sqlite/rollup_fold.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "event/event.h"
#include "store/sqlite/hashing.h"

namespace decnet::store::sqlite {
namespace {

template <std::size_t Numbers>
using NumberKey = std::array<std::int64_t, Numbers>;

struct NumberKeyHash {
  using is_avalanching = void;
  template <std::size_t Numbers>
  std::size_t operator()(const NumberKey<Numbers>& key) const noexcept {
    std::uint64_t hash = kHashSeed;
    for (const std::int64_t number : key) hash = mix(hash, static_cast<std::uint64_t>(number));
    return hash;
  }
};

struct Counts {
  std::int64_t events = 0, critical = 0;
};

// Counts under a key of numbers. The last key is remembered: neighbours often share it.
template <std::size_t Numbers>
class CountMap {
 public:
  Counts& at(const NumberKey<Numbers>& key) {
    if (last_ < entries_.size() && entries_[last_].first == key) return entries_[last_].second;
    const auto [place, added] = places_.try_emplace(key, entries_.size());
    if (added) entries_.emplace_back(key, Counts{});
    last_ = place->second;
    return entries_[last_].second;
  }
  auto& sorted() {
    std::sort(entries_.begin(), entries_.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    return entries_;
  }
  void clear() {
    places_.clear();
    entries_.clear();
    last_ = 0;
  }

 private:
  boost::unordered_flat_map<NumberKey<Numbers>, std::size_t, NumberKeyHash> places_;
  std::vector<std::pair<NumberKey<Numbers>, Counts>> entries_;
  std::size_t last_ = 0;
};

struct BlockSum {
  TimePoint first_at = TimePoint::max(), last_at = TimePoint::min();
  std::int64_t events = 0;
};
struct MinuteSum {
  std::int64_t events = 0, critical = 0, credentials = 0;
};

}  // namespace

struct RollupFold::State {
  explicit State(Connection& connection)
      : block(connection,
              "INSERT INTO blocks VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET first_at = "
              "min(first_at,"
              " excluded.first_at), last_at = max(last_at, excluded.last_at), events = events + "
              "excluded.events"),
        visit(connection,
              "INSERT INTO visits VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events "
              "+ excluded.events,"
              " critical = critical + excluded.critical"),
        minute(connection,
               "INSERT INTO minutes VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events "
               "+ excluded.events,"
               " critical = critical + excluded.critical, credentials = credentials + "
               "excluded.credentials"),
        tally(connection,
              "INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = "
              "events + excluded.events"),
        hits(connection,
             "INSERT INTO hits VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET events = events + "
             "excluded.events"),
        last_hit(connection,
                 "INSERT INTO last_hits VALUES (?, ?) ON CONFLICT DO UPDATE SET at = max(at, "
                 "excluded.at)"),
        empty_block(connection, "DELETE FROM blocks WHERE block = ? AND events = 0"),
        empty_visit(
            connection,
            "DELETE FROM visits WHERE block = ? AND attacker = ? AND decky = ? AND events = 0"),
        empty_minute(connection,
                     "DELETE FROM minutes WHERE minute = ? AND events = 0 AND credentials = 0"),
        empty_tally(connection,
                    "DELETE FROM tally WHERE slot = ? AND decky = ? AND service = ? AND type = ? "
                    "AND severity = ?"
                    " AND events = 0"),
        empty_hits(connection, "DELETE FROM hits WHERE hour = ? AND decky = ? AND events = 0") {}

  void count(const RollupRow& row, std::int64_t by);
  Result<void> flush_by_sequence();
  Result<void> flush_by_time();

  Query block, visit, minute, tally, hits, last_hit, empty_block, empty_visit, empty_minute,
      empty_tally, empty_hits;
  std::map<std::int64_t, BlockSum> blocks;
  std::map<std::int64_t, MinuteSum> minutes;
  std::map<std::int64_t, TimePoint> last_hits;
  CountMap<3> visits;   // block, attacker, decky
  CountMap<5> tallies;  // slot, decky, service, type, severity
  CountMap<2> hours;    // hour, decky
};

RollupFold::RollupFold(Connection& connection) : state_(std::make_unique<State>(connection)) {}
RollupFold::~RollupFold() = default;

void RollupFold::forget() {
  state_->blocks.clear();
  state_->minutes.clear();
  state_->last_hits.clear();
  state_->visits.clear();
  state_->tallies.clear();
  state_->hours.clear();
}

void RollupFold::State::count(const RollupRow& row, std::int64_t by) {
  const std::int64_t critical = row.severity <= static_cast<int>(event::Severity::warning) ? by : 0;
  blocks[block_of(row.seq)].events += by;
  MinuteSum& in_minute = minutes[bucket_of(row.at, kMinute)];
  in_minute.events += by;
  in_minute.critical += critical;
  if (row.attacker != 0) {
    Counts& visited = visits.at({block_of(row.seq), row.attacker, row.decky});
    visited.events += by;
    visited.critical += critical;
    hours.at({bucket_of(row.at, kHour), row.decky}).events += by;
  }
  tallies.at({bucket_of(row.at, kSlot), row.decky, row.service, row.type, row.severity}).events +=
      by;
}

void RollupFold::add(const RollupRow& row) {
  state_->count(row, +1);
  BlockSum& block = state_->blocks[block_of(row.seq)];
  block.first_at = std::min(block.first_at, row.at);
  block.last_at = std::max(block.last_at, row.at);
  if (row.attacker == 0) return;
  TimePoint& last = state_->last_hits.try_emplace(row.decky, row.at).first->second;
  last = std::max(last, row.at);
}

void RollupFold::remove(const RollupRow& row) {
  state_->count(row, -1);
}

void RollupFold::count_credential(TimePoint first_seen, int by) {
  state_->minutes[bucket_of(first_seen, kMinute)].credentials += by;
}

Result<void> RollupFold::flush() {
  DECNET_TRY(state_->flush_by_sequence());
  DECNET_TRY(state_->flush_by_time());
  forget();
  return {};
}

Result<void> RollupFold::State::flush_by_sequence() {
  for (const auto& [number, sum] : blocks) {
    DECNET_TRY(block.run(number, sum.first_at, sum.last_at, sum.events));
    if (sum.events < 0) DECNET_TRY(empty_block.run(number));
  }
  for (const auto& [key, counts] : visits.sorted()) {
    DECNET_TRY(visit.run(key[0], key[1], key[2], counts.events, counts.critical));
    if (counts.events < 0) DECNET_TRY(empty_visit.run(key[0], key[1], key[2]));
  }
  return {};
}

Result<void> RollupFold::State::flush_by_time() {
  for (const auto& [number, sum] : minutes) {
    DECNET_TRY(minute.run(number, sum.events, sum.critical, sum.credentials));
    if (sum.events < 0 || sum.credentials < 0) DECNET_TRY(empty_minute.run(number));
  }
  for (const auto& [key, counts] : tallies.sorted()) {
    DECNET_TRY(tally.run(key[0], key[1], key[2], key[3], key[4], counts.events));
    if (counts.events < 0) DECNET_TRY(empty_tally.run(key[0], key[1], key[2], key[3], key[4]));
  }
  for (const auto& [key, counts] : hours.sorted()) {
    DECNET_TRY(hits.run(key[0], key[1], counts.events));
    if (counts.events < 0) DECNET_TRY(empty_hits.run(key[0], key[1]));
  }
  for (const auto& [decky, at] : last_hits) DECNET_TRY(last_hit.run(decky, at));
  return {};
}

}  // namespace decnet::store::sqlite
