#include "worker/collector/artifacts.h"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/try.h"

namespace decnet::worker::collector {
namespace {

Result<void> sync_folder(const std::string& folder) {
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return fail_errno(errno, "sync " + folder);
  return {};
}

Result<void> write_file(const std::string& path, std::string_view content) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640));
  if (!fd) return fail_errno(errno, "create " + path);
  while (!content.empty()) {
    const auto sent = ::write(fd.get(), content.data(), content.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return fail_errno(errno, "write " + path);
    content.remove_prefix(static_cast<std::size_t>(sent));
  }
  if (::fsync(fd.get()) != 0) return fail_errno(errno, "sync " + path);
  return {};
}

}  // namespace

Result<void> keep_artifact(const std::string& folder, std::string_view sha,
                           std::string_view content) {
  if (sha256(content) != sha)
    return fail(Errc::invalid_argument, "an artifact is not what its hash says");
  const std::string name = to_hex(sha);
  const std::string inner = folder + "/" + name.substr(0, 2);
  const std::string path = inner + "/" + name;
  std::error_code error;
  if (std::filesystem::exists(path, error)) return {};
  std::filesystem::create_directories(inner, error);
  if (error) return fail_errno(error.value(), "create " + inner);
  const std::string unfinished = path + ".part";
  auto written = write_file(unfinished, content);
  if (!written) {
    ::unlink(unfinished.c_str());
    return written;
  }
  if (::rename(unfinished.c_str(), path.c_str()) != 0)
    return fail_errno(errno, "rename " + unfinished);
  return sync_folder(inner);
}

}  // namespace decnet::worker::collector
