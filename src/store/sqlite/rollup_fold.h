// Counts by block, by minute, by slot and by hour, while a batch is written or retention takes
// events away.
#pragma once

#include <memory>

#include "store/page.h"
#include "store/sqlite/query.h"

namespace decnet::store::sqlite {

// 1,024 numbers of the sequence are a block.
inline constexpr int kBlockBits = 10;
constexpr std::int64_t block_of(Sequence seq) noexcept {
  return seq >> kBlockBits;
}
constexpr Sequence first_of_block(std::int64_t block) noexcept {
  return block << kBlockBits;
}

inline constexpr Duration kMinute = std::chrono::minutes{1};
inline constexpr Duration kSlot = std::chrono::minutes{10};
inline constexpr Duration kHour = std::chrono::hours{1};
// Which bucket of that width a time lies in. Times before 1970 have negative buckets.
constexpr std::int64_t bucket_of(TimePoint at, Duration width) noexcept {
  const std::int64_t micros = to_micros(at);
  return micros >= 0 ? micros / width.count() : -((-micros + width.count() - 1) / width.count());
}
constexpr TimePoint start_of_bucket(std::int64_t bucket, Duration width) noexcept {
  return from_micros(bucket * width.count());
}

struct RollupRow {
  Sequence seq = 0;
  TimePoint at{};
  int severity = 0;
  std::int64_t type = 0, decky = 0, service = 0, attacker = 0;
};

class RollupFold {
 public:
  explicit RollupFold(Connection& connection);
  ~RollupFold();

  void add(const RollupRow& row);     // An event was stored.
  void remove(const RollupRow& row);  // An event goes.
  void count_credential(TimePoint first_seen, int by);
  Result<void> flush();  // Rows that have come to nothing are deleted.
  void forget();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace decnet::store::sqlite
