// The services of this build. The list is generated from the folders under src/service/.
#pragma once

#include <string_view>
#include <vector>

#include "session/service.h"

namespace decnet::service {

using session::Descriptor;

const std::vector<const Descriptor*>& all();
const Descriptor* find(std::string_view name);  // Null if this build has no such service.

}  // namespace decnet::service
