// The folders that the redis user of a Debian 12 host meets, seen from inside Debian's unit file
// (ProtectSystem=strict, ProtectHome, PrivateTmp). Nothing here touches a disk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace decnet::service::redis {

enum class FolderState : std::uint8_t { fine, absent, not_a_folder, denied };
std::string_view to_string(FolderState state) noexcept;  // "Permission denied"

FolderState folder_state(std::string_view path);
// Where chdir() ends up: absolute, without dots, links followed.
std::string real_path(std::string_view path);
bool folder_is_writable(std::string_view path);

}  // namespace decnet::service::redis
