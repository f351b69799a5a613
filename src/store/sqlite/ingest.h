// The ingester's side of the store: a batch is folded in memory and written in one transaction.
#pragma once

#include <memory>

#include "store/ingest.h"
#include "store/sqlite/database.h"

namespace decnet::store::sqlite {

inline constexpr std::size_t kRejectedRowsMax = 100'000;  // Then the oldest go.
inline constexpr std::size_t kRejectedLineBytesMax = 4'096;

class SqliteIngest final : public IngestTable {
 public:
  explicit SqliteIngest(Database& database);
  ~SqliteIngest() override;

  Result<IngestOutcome> commit(const IngestBatch& batch) override;
  Result<std::uint64_t> log_position() const override;
  Result<std::uint64_t> last_seq(std::uint64_t origin) const override;

 private:
  struct State;
  Database& database_;
  std::unique_ptr<State> state_;
};

}  // namespace decnet::store::sqlite
