// How full a disk is, by the limits that collector and API share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet {

enum class DiskLevel : std::uint8_t {
  ok,
  low,      // Captured files are not kept any more.
  critical  // Nothing is acknowledged any more.
};
std::string_view to_string(DiskLevel level) noexcept;

struct DiskLimits {
  std::uint64_t low_bytes =
      1ULL << 30;  // or 5 % of the disk if that is more, up to four times this
  std::uint64_t critical_bytes = 256ULL << 20;
};

struct DiskSpace {
  std::uint64_t free = 0, total = 0;  // Bytes; free: for a user without privileges.
};

// Errors: io, not_found, denied.
Result<DiskSpace> disk_space(const std::string& folder);
DiskLevel disk_level(const DiskSpace& space, const DiskLimits& limits) noexcept;

}  // namespace decnet
