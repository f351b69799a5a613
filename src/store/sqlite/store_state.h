// The one row that every writing transaction reads and writes.
#pragma once

#include "store/page.h"
#include "store/sqlite/connection.h"

namespace decnet::store::sqlite {

struct StoreState {
  Sequence next_seq = 1;
  Sequence horizon_seq = 1;
  std::uint64_t log_position = 0;
  std::int64_t generation = 0;
};

inline Result<StoreState> read_state(Connection& connection) {
  Rows rows = DECNET_TRY(
      connection.select("SELECT next_seq, horizon_seq, log_position, generation FROM state"));
  if (!DECNET_TRY(rows.next())) return fail(Errc::corrupt, "store: its state is missing");
  return StoreState{.next_seq = rows.number(0),
                    .horizon_seq = rows.number(1),
                    .log_position = rows.count(2),
                    .generation = rows.number(3)};
}

inline Result<void> write_state(Connection& connection, const StoreState& state) {
  return connection.run(
      "UPDATE state SET next_seq = ?, horizon_seq = ?, log_position = ?, generation = ?",
      state.next_seq, state.horizon_seq, state.log_position, state.generation);
}

}  // namespace decnet::store::sqlite
