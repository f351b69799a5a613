#include "app/data_lock.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace decnet::app {
namespace {

int pid_in(int fd) {
  std::array<char, 16> text{};
  const auto got = ::pread(fd, text.data(), text.size(), 0);
  int pid = 0;
  if (got > 0) std::from_chars(text.data(), text.data() + got, pid);
  return pid;
}

}  // namespace

Result<UniqueFd> lock_data_folder(const std::string& folder) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(folder, error);
  if (error) return fail_errno(error.value(), "create the data folder " + folder);
  if (made) std::filesystem::permissions(folder, std::filesystem::perms{0750}, error);
  UniqueFd fd(::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (!fd) return fail_errno(errno, "open " + folder + "/lock");
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::conflict,
                fmt::format("process {} runs decnet on {} already; end it with `decnet down`",
                            pid_in(fd.get()), folder));
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), pid.data(), pid.size(), 0) < 0)
    return fail_errno(errno, "write the lock");
  return fd;
}

int lock_holder(const std::string& folder) {
  const UniqueFd fd(::open((folder + "/lock").c_str(), O_RDWR | O_CLOEXEC));
  if (!fd) return 0;
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return 0;
  return pid_in(fd.get());
}

}  // namespace decnet::app
