// Whether the task that asks has been cancelled. A loop that waits for nothing of net's own asks at
// each turn: Asio cancels only the operation under way, not those that follow.
#pragma once

#include "net/task.h"

namespace decnet::net {

Task<bool> is_cancelled();

}  // namespace decnet::net
