// What the store needs from time to time: retention, and a checkpoint behind which the ingest log
// may go.
#pragma once

#include "worker/runtime/worker.h"

namespace decnet::worker::ingester {

inline constexpr int kPruneStepsMax = 20;  // Of one round; the rest waits for the next.

// Blocking. Leaves the position in <ingest folder>/checkpoint, where the collector reads it.
Result<void> checkpoint_and_prune(store::Store& store, const Config& config, TimePoint now);

// The position of the store, 0 where it cannot be told.
net::Task<std::uint64_t> stored_position(Context& context);

}  // namespace decnet::worker::ingester
