// The shells: bash, sh (dash) and ash, as programs.
#pragma once

#include "shell/process.h"

namespace decnet::shell::sh {

Task<int> shell_main(Process& process);

}  // namespace decnet::shell::sh
