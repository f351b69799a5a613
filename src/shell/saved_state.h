// What a Machine remembers over a restart, as bytes. Garbage changes nothing.
#pragma once

#include <string>
#include <string_view>

#include "shell/machine.h"

namespace decnet::shell {

std::string save_state(Machine::State& state);
void restore_state(Machine::State& state, std::string_view saved);

}  // namespace decnet::shell
