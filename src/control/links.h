// The child's side of the supervisor: lines to other processes arrive here.
#pragma once

#include <functional>
#include <string_view>

#include "base/fd.h"
#include "control/channel.h"

namespace decnet::control {

inline constexpr int kSupervisorFd = 3;  // Where a child finds its line to the supervisor.

struct LinkHandlers {
  // A line of that kind to that peer. One to the same peer replaces the one before, whose peer has
  // died.
  std::function<void(std::string_view kind, std::string_view peer, UniqueFd socket)> link;
  // Anything else that the supervisor says (Kept, KeptAll).
  std::function<void(Received message)> other;
};

// Reads from the supervisor until it is gone (then a child has nothing left to live for) or the
// task is cancelled.
net::Task<void> follow_supervisor(Channel& supervisor, LinkHandlers handlers);

}  // namespace decnet::control
