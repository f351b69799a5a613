// What every worker does on the bus: beat, and listen to whether it shall stop. The worker runtime
// calls these, not the worker.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "bus/bus.h"

namespace decnet::bus {

inline constexpr Duration kHeartbeatEvery = std::chrono::seconds{30};
inline constexpr Duration kHeartbeatStaleAfter = 3 * kHeartbeatEvery;
inline constexpr Duration kReconnectLookEvery = std::chrono::milliseconds{500};

// More for the heartbeat: the text of a JSON object ({"queue":3}). One that fails, throws or is not
// an object is left out (a debug line); the heartbeat goes out without it.
using HealthExtra = std::function<Result<std::string>()>;

// Publishes system.<worker>.health at once, then every `every`, and soon after the bus is connected
// again (it is looked at every kReconnectLookEvery): {worker, ts, …extra}, ts in epoch seconds.
// Ends when it is cancelled, at once. A bad worker name ends it with a warning. `bus` and `clock`
// outlive it.
net::Task<void> run_health_heartbeat(Bus& bus, std::string worker, HealthExtra extra = {},
                                     Duration every = kHeartbeatEvery,
                                     const Clock& clock = Clock::system());

struct StopRequest {
  std::string requested_by;  // Empty where the request does not say, as `reason`.
  std::string reason;
};

// Follows system.<worker>.control and returns at {action:"stop", requested_by, reason, ts};
// anything else is ignored with a debug line. Errors: cancelled, invalid_argument (the worker's
// name).
net::Task<Result<StopRequest>> run_control_listener(Bus& bus, std::string worker);

// The payload of such a request.
std::string stop_payload(std::string_view requested_by, TimePoint now,
                         std::string_view reason = {});

}  // namespace decnet::bus
