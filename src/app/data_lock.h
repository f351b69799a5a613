// One decnet a data folder.
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace decnet::app {

// Makes the folder where it is absent and locks it for as long as the descriptor lives; the lock
// file says who holds it. Errors: conflict (the detail names the process), denied, io.
Result<UniqueFd> lock_data_folder(const std::string& folder);

// The process that holds the lock; 0 if nobody does.
int lock_holder(const std::string& folder);

}  // namespace decnet::app
