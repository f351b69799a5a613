#include "base/disk.h"

#include <algorithm>
#include <cerrno>

#include <sys/statvfs.h>

namespace decnet {

std::string_view to_string(DiskLevel level) noexcept {
  return level == DiskLevel::ok ? "ok" : level == DiskLevel::low ? "low" : "critical";
}

Result<DiskSpace> disk_space(const std::string& folder) {
  struct statvfs found {};
  if (::statvfs(folder.c_str(), &found) != 0)
    return fail_errno(errno, "look at the disk of " + folder);
  return DiskSpace{found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize};
}

DiskLevel disk_level(const DiskSpace& space, const DiskLimits& limits) noexcept {
  if (space.free < limits.critical_bytes) return DiskLevel::critical;
  const std::uint64_t five_percent = limits.low_bytes == 0 ? 0 : space.total / 20;
  if (space.free < std::max(limits.low_bytes, std::min(five_percent, limits.low_bytes * 4)))
    return DiskLevel::low;
  return DiskLevel::ok;
}

}  // namespace decnet
