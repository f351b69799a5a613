// AssetPack: files in one file, read where they lie. tools/make-assets writes it from Debian's
// packages.
//
//   const auto pack = DECNET_TRY(AssetPack::open("build/assets.pack"));
//   std::string_view page = pack->find("nginx/index.html");
//
// Layout, all numbers little endian: "DNPACK1\n", u32 count, u32 CRC-32C of the index; then the
// index, an entry a file, sorted by path: u16 length of the path, the path, u64 time of the last
// change (seconds since 1970), u64 offset from the beginning of the pack, u64 size, u32 CRC-32C of
// the content; then the contents. Everything is checked when it is opened.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace decnet {

inline constexpr std::size_t kAssetPackBytesMax = 256 * 1024 * 1024;
inline constexpr std::size_t kAssetsMax = 100'000;

class AssetPack {
 public:
  // Maps the file into memory. Errors: not_found, denied, io, limit (larger than
  // kAssetPackBytesMax), corrupt.
  static Result<std::shared_ptr<const AssetPack>> open(const std::string& path);
  // The same over bytes that outlive the pack. Errors: limit, corrupt.
  static Result<std::shared_ptr<const AssetPack>> read(std::string_view bytes);

  ~AssetPack();
  AssetPack(const AssetPack&) = delete;
  AssetPack& operator=(const AssetPack&) = delete;

  struct Asset {
    std::string_view path;
    std::string_view content;
    TimePoint modified{};
  };
  // Null if there is none. It lives as long as the pack; any thread.
  const Asset* asset(std::string_view path) const noexcept;
  std::string_view find(std::string_view path) const noexcept;
  const std::vector<Asset>& assets() const noexcept { return assets_; }  // Sorted by path.

 private:
  AssetPack() = default;
  Result<void> parse(std::string_view bytes);

  std::vector<Asset> assets_;
  void* mapped_ = nullptr;
  std::size_t mapped_bytes_ = 0;
};

}  // namespace decnet
