// Bridge: the bus beyond one host, over NATS servers. Runs inside the broker's process, on threads
// of its own: the broker knows it as a client that no publisher ever waits for.
//
//   auto bridge = Bridge::create(bridge_options(config).value(), broker.attach().value());
//   broker.show_in_health("bridge", [&] { return bridge->health(); });
//
// Names and why there is no loop: names.h. What waits for a server: queue.h. Two brokers of one
// name: claim.h. A server that is down, slow or hostile costs the events from and for other hosts,
// counted, with one warning a second, and nothing else.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/fd.h"
#include "bus/bridge/names.h"
#include "bus/bridge/nats_link.h"
#include "bus/bridge/queue.h"

namespace decnet::bus::bridge {

struct BridgeOptions {
  std::vector<Server> servers;
  LinkOptions link;
  Names names;
  Queue::Limits queue;
};

// From the keys bus.bridge*, of which bus.bridge is not empty. Reads the password's file. Errors:
// invalid_argument and limit (the detail names the key), not_found and denied (a file).
Result<BridgeOptions> bridge_options(const Config& config);

class Bridge {
 public:
  // `local` is a connection to the broker. Begins at once and never fails: a server that is down is
  // tried again, kBackoffFirst after a failure, doubling to kBackoffMax, with jitter. One at a time
  // in a process.
  static std::unique_ptr<Bridge> create(BridgeOptions options, UniqueFd local);
  ~Bridge();  // Waits for its threads: for kServerWaitMax and a name lookup at most.

  // A JSON object for system.bus.health: state ("connecting", "up", "down", "name_taken",
  // "detached"), host, exported, imported, dropped (either way), refused (what came in and is no
  // event), reconnects, queued. Any thread; never waits.
  std::string health() const;

 private:
  struct State;
  explicit Bridge(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace decnet::bus::bridge
