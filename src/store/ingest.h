// What the ingester writes: a batch of lines, whole or not at all.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "event/event.h"
#include "store/page.h"

namespace decnet::store {

inline constexpr std::size_t kBatchLinesMax = 5'000;

// A line that no event could be made of, or that its sender had no right to send. So that it is
// stored once, too, it is named: by (origin, seq), which it shares with the events of its origin,
// or by its place in the ingest log.
struct RejectedLine {
  TimePoint at{};
  std::string source;  // "engine.0", "import", an address
  std::string reason;
  std::string line;                   // cut to 4 KiB
  std::uint64_t log_position = 0;     // Behind this line; 0: it is not from the log.
  std::uint64_t origin = 0, seq = 0;  // seq 0: it has no name.
};

struct IngestBatch {
  std::vector<event::Event> events;  // In the order of the log.
  std::vector<RejectedLine> rejected;
  std::uint64_t log_position =
      0;  // Behind the last line of this batch: uncompressed bytes since the log began.
};

struct FirstSight {
  Uuid attacker_uuid;
  std::string attacker_ip, decky, service, event_type;
  TimePoint first_seen{};
};

struct SessionEdge {
  Uuid session_uuid;
  std::string attacker_ip, decky, service;
  TimePoint started_at{};
  TimePoint ended_at{};  // Of an edge in `ended` only.
  std::uint64_t events = 0;
};

struct CapturedCredential {
  std::string secret_sha256, secret_kind, attacker_ip, decky, service;
};

// What the batch changed, for the bus. Lists hold at most kOutcomeRowsMax rows: the bus is a hint.
inline constexpr std::size_t kOutcomeRowsMax = 1'000;
struct IngestOutcome {
  std::uint64_t inserted = 0;  // Events that were new.
  std::uint64_t repeated = 0;  // Events that were stored before (by origin and seq).
  Sequence last_sequence = 0;
  std::vector<FirstSight> first_sights;
  std::vector<SessionEdge> started, ended;
  std::vector<CapturedCredential> credentials;
};

class IngestTable {
 public:
  virtual ~IngestTable() = default;

  // Stores events, sessions, credentials, attackers, fingerprints, files, counters, rejected lines,
  // the last seq of each origin and `log_position`, in one transaction. An event whose (origin,
  // seq) is not above the origin's last one changes nothing, nor does a rejected line that was
  // stored before: any suffix of the log can be replayed, cut into other batches. Lines from
  // elsewhere are named (origin, seq) by the caller before; an event with seq 0 is rejected.
  // The first sight of an address is also a change, `attacker.observed`, next in sequence to its
  // event. Errors: invalid_argument (more than kBatchLinesMax lines), io, limit (disk full; nothing
  // was written), corrupt, unavailable.
  virtual Result<IngestOutcome> commit(const IngestBatch& batch) = 0;

  virtual Result<std::uint64_t> log_position() const = 0;  // 0 in a new store.
  virtual Result<std::uint64_t> last_seq(
      std::uint64_t origin) const = 0;  // 0 for an unknown origin.
};

}  // namespace decnet::store
