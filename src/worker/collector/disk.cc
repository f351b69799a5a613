#include "worker/collector/disk.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/statvfs.h>

#include "base/fd.h"
#include "base/log.h"

namespace decnet::worker::collector {

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

void Reserve::hold() {
  if (held_ || bytes_ == 0) return;
  const UniqueFd fd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  held_ = fd && ::posix_fallocate(fd.get(), 0, static_cast<off_t>(bytes_)) == 0;
  if (!held_) ::unlink(path_.c_str());
}

void Reserve::let_go() {
  if (!held_) return;
  ::unlink(path_.c_str());
  held_ = false;
  log::warn(
      "the disk is full: the reserve has been given up, so that what was acknowledged can be "
      "stored");
}

}  // namespace decnet::worker::collector
