// The table of programs that do something. A program is found as a shell finds it, as a file on the
// PATH; its resolved path or last name is looked up here.
//
// src/shell/cmd/<group>.cc defines one group: `const Command kFileCommands[] = {{"ls", &ls}, …};`,
// and cmd/groups.h names it.
#pragma once

#include <span>
#include <string_view>

#include "shell/process.h"

namespace decnet::shell {

struct Command {
  std::string_view name;  // "ls"
  Main main;
};

// Null where nothing is known by this name.
const Command* find_command(std::string_view name) noexcept;
std::vector<std::string_view> command_names();  // Sorted.

}  // namespace decnet::shell
