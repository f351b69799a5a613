#include "api/artifacts.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace decnet::api {

bool is_sha256(std::string_view text) noexcept {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string artifact_path(std::string_view data_folder, std::string_view sha256) {
  std::string path(data_folder);
  path.append("/artifacts/").append(sha256.substr(0, 2)).append("/").append(sha256);
  return path;
}

bool artifact_is_stored(std::string_view data_folder, std::string_view sha256) noexcept {
  if (!is_sha256(sha256)) return false;
  struct stat found {};
  return ::stat(artifact_path(data_folder, sha256).c_str(), &found) == 0 && S_ISREG(found.st_mode);
}

Result<std::unique_ptr<ArtifactReader>> ArtifactReader::open(std::string_view data_folder,
                                                             std::string_view sha256) {
  if (!is_sha256(sha256)) return fail(Errc::not_found, "there is no such file");
  UniqueFd file(
      ::open(artifact_path(data_folder, sha256).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno == ENOENT) return fail(Errc::not_found, "this file was not kept");
  if (!file) return fail_errno(errno, "open an artifact");
  struct stat found {};
  if (::fstat(file.get(), &found) != 0) return fail_errno(errno, "stat an artifact");
  const auto size = static_cast<std::uint64_t>(found.st_size);
  return std::unique_ptr<ArtifactReader>(new ArtifactReader(std::move(file), size));
}

Result<std::string> ArtifactReader::next() {
  std::string bytes(kArtifactReadBytes, '\0');
  const auto got = ::read(file_.get(), bytes.data(), bytes.size());
  if (got < 0) return fail_errno(errno, "read an artifact");
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace decnet::api
