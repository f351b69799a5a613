// What a unit tells systemd: sd_notify(3) as a plain datagram to NOTIFY_SOCKET. Without that
// variable all of this does nothing.
#pragma once

#include <string_view>

#include "net/task.h"

namespace decnet::net {

// "READY=1", "STOPPING=1", "WATCHDOG=1". True where it was sent.
bool notify_service_manager(std::string_view state) noexcept;

// Says READY=1, then WATCHDOG=1 twice in every WATCHDOG_USEC, from the event loop: a loop that
// hangs says nothing and is ended. Until it is cancelled.
Task<void> keep_service_manager_informed();

}  // namespace decnet::net
