// File modes as chmod, mkdir -m and find -perm read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace decnet::shell::cmd {

// "755", "u+x,go-w", "a=rX": the mode that `mode` becomes. Nothing: invalid.
std::optional<std::uint32_t> changed_mode(std::string_view text, std::uint32_t mode, bool directory,
                                          std::uint32_t umask);

}  // namespace decnet::shell::cmd
