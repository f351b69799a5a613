// What a file does when it is executed. Private to the kernel.
#pragma once

#include <string_view>

#include "shell/process.h"

namespace decnet::shell {

// Null: none of these is a shell. Looked at before the table of programs.
Main find_shell(std::string_view name) noexcept;

// The processor that an ELF head names; nothing if it is none or cut.
enum class Elf : std::uint8_t { none, ours, other };
Elf elf_kind(std::string_view head, bool arm) noexcept;

}  // namespace decnet::shell
