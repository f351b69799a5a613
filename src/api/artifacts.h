// Artifacts: the bytes that attackers left, by their SHA-256: <data>/artifacts/ab/<sha256>.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "base/try.h"

namespace decnet::api {

inline constexpr std::size_t kArtifactReadBytes = 64 * 1024;

bool is_sha256(std::string_view text) noexcept;  // 64 hexadecimal digits, lower case

// `sha256` is one.
std::string artifact_path(std::string_view data_folder, std::string_view sha256);
bool artifact_is_stored(std::string_view data_folder, std::string_view sha256) noexcept;

// Reads one from front to back. Each call blocks.
class ArtifactReader {
 public:
  // Errors: not_found, denied, io.
  static Result<std::unique_ptr<ArtifactReader>> open(std::string_view data_folder,
                                                      std::string_view sha256);
  // The next bytes, at most kArtifactReadBytes; empty at the end. Errors: io.
  Result<std::string> next();
  std::uint64_t size() const noexcept { return size_; }

 private:
  ArtifactReader(UniqueFd file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  UniqueFd file_;
  std::uint64_t size_;
};

}  // namespace decnet::api
