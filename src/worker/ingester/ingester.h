// Ingester: tails the ingest log and stores what it finds, whole batches at a time; only then tells
// the bus.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ingest/log.h"
#include "worker/runtime/worker.h"

namespace decnet::worker::ingester {

inline constexpr Duration kBatchTime =
    std::chrono::milliseconds{10};  // From a batch's first line to its end.
inline constexpr Duration kPollEvery = std::chrono::seconds{1};
inline constexpr Duration kUpkeepEvery = std::chrono::seconds{60};

// Reads up to kBatchLinesMax records. `malformed` counts lines that became rejected ones. Blocking.
struct ReadOutcome {
  store::IngestBatch batch;
  std::uint64_t malformed = 0;
  bool at_end = false;  // Nothing more is there for the moment.
};
Result<ReadOutcome> read_batch(ingest::LogReader& reader, std::size_t lines_max);

class Ingester final : public Worker {
 public:
  net::Task<Result<void>> run(Context& context) override;
  std::string health() const override;

 private:
  net::Task<Result<bool>> step(Context& context);
  net::Task<void> upkeep(Context& context);

  std::optional<ingest::LogReader> reader_;
  std::chrono::nanoseconds kept_at_{0};
  std::uint64_t stored_ = 0, repeated_ = 0, rejected_ = 0, batches_ = 0, damaged_ = 0;
};

}  // namespace decnet::worker::ingester
