#include "worker/collector/reserve.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"

namespace decnet::worker::collector {

void Reserve::hold() {
  if (held_ || bytes_ == 0) return;
  const UniqueFd fd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  held_ = fd && ::posix_fallocate(fd.get(), 0, static_cast<off_t>(bytes_)) == 0;
  if (!held_) ::unlink(path_.c_str());
}

void Reserve::let_go() {
  held_ = false;
  if (::unlink(path_.c_str()) != 0) return;
  log::warn(
      "the disk is full: the reserve has been given up, so that what was acknowledged can be "
      "stored");
}

}  // namespace decnet::worker::collector
