// gzip's format, both ways, over whole files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace decnet::shell::cmd {

inline constexpr std::size_t kUnpackedBytesMax =
    32U << 20;  // Of one file or archive; beyond: an error.

std::string gzip(std::string_view bytes, int level, std::string_view name, std::uint32_t time);
// Empty where it went well, else what gzip says. `out` has what came before the error.
std::string gunzip(std::string_view bytes, std::string& out);

}  // namespace decnet::shell::cmd
