// The fleet: what it shall be (desired, versioned) and what it is (actual), and the keys that
// deckies keep for life.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "fleet/decky.h"
#include "store/page.h"

namespace decnet::store {

inline constexpr std::size_t kServiceStateBytesMax = 1U << 20;

inline constexpr std::size_t kMemoryBytesMax = 64 * 1024;
inline constexpr std::size_t kMemoriesMax = 5'000;  // Of all deckies together.

struct MemoryKey {
  std::string_view decky;
  std::string_view topic;  // "shell"
  std::string_view peer;   // An address.
};

struct ServiceState {
  std::string service;
  std::uint16_t port = 0;         // As desired.
  std::uint16_t actual_port = 0;  // As opened; differs where the host's own server holds the port.
  std::string state;              // up, down, pending
  std::string reason;
  bool operator==(const ServiceState&) const = default;
};

struct DeckyRow {
  fleet::DeckySpec spec;      // Desired.
  std::uint64_t version = 0;  // Of the desired state; counts up at every change.
  std::string state;          // Actual: up, degraded, pending, down
  std::string reason;
  std::vector<ServiceState> services;
  std::optional<TimePoint> last_seen;  // Last event on it.
  std::uint64_t hits_24h = 0;  // Events of the last 24 clock hours, the running one included.
};

class DeckyTable {
 public:
  virtual ~DeckyTable() = default;
  virtual Result<std::vector<DeckyRow>> list(TimePoint now) const = 0;           // Sorted by name.
  virtual Result<DeckyRow> get(std::string_view name, TimePoint now) const = 0;  // not_found
  // Makes `wanted` the desired fleet; those not in it are retired. Rows that are equal keep their
  // version. What a retired decky kept (secrets, service states) goes with it. Errors: conflict
  // (two of one name).
  virtual Result<void> set_desired(const std::vector<fleet::DeckySpec>& wanted, TimePoint now) = 0;
  // Stores the actual state and, if it differs from the one before, a change `decky.<name>.state`,
  // in one transaction. True if it differed. Errors: not_found.
  virtual Result<bool> set_actual(std::string_view name, std::string_view state,
                                  std::string_view reason,
                                  const std::vector<ServiceState>& services, TimePoint now) = 0;

  // Keys and certificates, sealed by the caller. `purpose` is "tls", later "ssh-ed25519"… Errors:
  // not_found.
  virtual Result<std::string> secret(Uuid decky, std::string_view purpose) const = 0;
  virtual Result<void> put_secret(Uuid decky, std::string_view purpose,
                                  std::string_view sealed) = 0;

  // What a service must remember over a restart of its engine. Errors: not_found, limit
  // (kServiceStateBytesMax).
  virtual Result<std::string> service_state(std::string_view decky, std::string_view service,
                                            std::uint16_t port) const = 0;
  virtual Result<void> put_service_state(std::string_view decky, std::string_view service,
                                         std::uint16_t port, std::string_view state) = 0;

  // What a decky remembers of one peer. The oldest go beyond kMemoriesMax; a retired decky's go
  // with it. Errors: not_found, limit (kMemoryBytesMax).
  virtual Result<std::string> memory(const MemoryKey& key) const = 0;
  virtual Result<void> put_memory(const MemoryKey& key, std::string_view memory, TimePoint now) = 0;
};

}  // namespace decnet::store
