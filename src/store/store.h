// Store: the truth of a decnet. Behind one interface SQLite (embedded, the default) and, later,
// PostgreSQL; one contract suite (contract_test.cc) runs on every backend.
//
//   auto store = open_store({.url = "sqlite:/var/lib/decnet/decnet.sqlite"});
//   auto page = (*store)->attackers().list({}, {.limit = 50});
//
// Every call blocks: run it on a BlockingPool (net/blocking.h). Any thread may call; reads run side
// by side with a write. A write waits at most kWriteWaitMax for another process's write, then fails
// with unavailable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/accounts.h"
#include "store/attackers.h"
#include "store/deckies.h"
#include "store/events.h"
#include "store/ingest.h"

namespace decnet::store {

inline constexpr Duration kWriteWaitMax = std::chrono::seconds{10};
inline constexpr Duration kReadTimeMax =
    std::chrono::seconds{5};  // Then the query is interrupted: Errc::timeout.

// Events go from the front of the sequence, so that a line imported late stays as long as its
// neighbours; sessions and files go with their last event, changes beside them.
struct Retention {
  std::optional<Duration> age_max;  // Events, changes and rejected lines older than this go.
  // The oldest go until the rows take less: events, then credentials not seen since, then attackers
  // of whom nothing is left.
  std::optional<std::uint64_t> bytes_max;
};

struct StoreStats {
  std::uint64_t bytes = 0;  // On disk, with the write-ahead log.
  std::uint64_t events = 0, attackers = 0, sessions = 0, credentials = 0, rejected = 0;
  int schema_version = 0;
};

// Whether each counter equals a recount: what chaos tests and `decnet db check` ask.
struct Recount {
  bool ok = true;
  std::vector<std::string>
      differences;  // "attackers.events of 192.0.2.1: 5, counted 6"; at most 100
};

class MaintenanceTable {
 public:
  virtual ~MaintenanceTable() = default;
  virtual Result<StoreStats> stats() const = 0;
  virtual Result<std::vector<RejectedLine>> rejected(std::size_t limit) const = 0;  // Newest first.
  // One bounded step of retention; true while more is left to do. Counters say what was ever seen,
  // so that a recount knows what retention took (it keeps per-attacker sums of what went).
  virtual Result<bool> prune(const Retention& retention, TimePoint now) = 0;
  virtual Result<void> backup(const std::string& to_path) = 0;  // conflict: the file exists
  virtual Result<Recount> check() const = 0;                    // Integrity, then a recount.
  // Folds the write-ahead log in and makes it durable. After it the ingest log up to
  // `ingest().log_position()` may go.
  virtual Result<void> checkpoint() = 0;
  // Small settings by name ("demo.seed"). Errors: not_found.
  virtual Result<std::string> setting(std::string_view name) const = 0;
  virtual Result<void> put_setting(std::string_view name, std::string_view value) = 0;
};

// Under which setting the last words of a worker are kept: written by the worker's runtime, read by
// the API.
inline std::string last_words_setting(std::string_view worker) {
  return "worker.last_words." + std::string(worker);
}

class Store {
 public:
  virtual ~Store() = default;
  virtual IngestTable& ingest() = 0;
  virtual EventTable& events() = 0;
  virtual ChangeTable& changes() = 0;
  virtual AttackerTable& attackers() = 0;
  virtual DeckyTable& deckies() = 0;
  virtual AccountTable& accounts() = 0;
  virtual MaintenanceTable& maintenance() = 0;
};

struct StoreOptions {
  std::string url;            // "sqlite:PATH"
  bool migrate = true;        // false: a store of another version is refused (conflict)
  std::string backup_folder;  // A backup is laid here before a migration; empty: none
};

// Errors: invalid_argument (url), unsupported (a backend that this build lacks; a store newer than
// the program), denied, io, corrupt (no database, or another program's); where `migrate` is false:
// not_found (there is none), conflict (it needs a migration).
Result<std::unique_ptr<Store>> open_store(const StoreOptions& options);

}  // namespace decnet::store
