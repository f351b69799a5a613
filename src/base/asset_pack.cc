#include "base/asset_pack.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/try.h"

namespace decnet {

namespace {

constexpr std::string_view kMagic = "DNPACK1\n";
constexpr std::uint64_t kSecondsMax = 1ULL << 40;  // What fits a TimePoint with room to spare.

}  // namespace

Result<std::shared_ptr<const AssetPack>> AssetPack::open(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(errno, "open " + path);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return fail_errno(errno, "stat " + path);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > kAssetPackBytesMax) return fail(Errc::limit, path + " is too large");
  if (size == 0) return fail(Errc::corrupt, path + " is empty");
  std::shared_ptr<AssetPack> pack(new AssetPack);
  void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (mapped == MAP_FAILED) return fail_errno(errno, "map " + path);
  pack->mapped_ = mapped;
  pack->mapped_bytes_ = size;
  DECNET_TRY(pack->parse({static_cast<const char*>(mapped), size}));
  return pack;
}

Result<std::shared_ptr<const AssetPack>> AssetPack::read(std::string_view bytes) {
  std::shared_ptr<AssetPack> pack(new AssetPack);
  if (bytes.size() > kAssetPackBytesMax) return fail(Errc::limit, "the pack is too large");
  DECNET_TRY(pack->parse(bytes));
  return pack;
}

AssetPack::~AssetPack() {
  if (mapped_ != nullptr) ::munmap(mapped_, mapped_bytes_);
}

Result<void> AssetPack::parse(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.take(kMagic.size()) != kMagic) return fail(Errc::corrupt, "this is no asset pack");
  const std::uint32_t count = reader.u32_le();
  const std::uint32_t index_sum = reader.u32_le();
  if (count > kAssetsMax) return fail(Errc::limit, "the pack has too many files");
  const std::string_view behind_header = reader.rest();
  for (std::uint32_t at = 0; at < count && reader.ok(); ++at) {
    Asset asset;
    asset.path = reader.take(reader.u16_le());
    const std::uint64_t modified = reader.u64_le();
    const std::uint64_t offset = reader.u64_le();
    const std::uint64_t size = reader.u64_le();
    const std::uint32_t sum = reader.u32_le();
    if (!reader.ok() || modified > kSecondsMax || offset > bytes.size() ||
        size > bytes.size() - offset)
      break;
    asset.modified = TimePoint(std::chrono::seconds(modified));
    asset.content = bytes.substr(offset, size);
    if (crc32c(asset.content) != sum) return fail(Errc::corrupt, "a file of the pack is damaged");
    if (!assets_.empty() && asset.path <= assets_.back().path)
      return fail(Errc::corrupt, "the index is not sorted");
    assets_.push_back(asset);
  }
  if (!reader.ok() || assets_.size() != count) return fail(Errc::corrupt, "the pack is cut short");
  const std::string_view index =
      behind_header.substr(0, behind_header.size() - reader.rest().size());
  if (crc32c(index) != index_sum) return fail(Errc::corrupt, "the index is damaged");
  return {};
}

const AssetPack::Asset* AssetPack::asset(std::string_view path) const noexcept {
  const auto at = std::lower_bound(
      assets_.begin(), assets_.end(), path,
      [](const Asset& asset, std::string_view wanted) { return asset.path < wanted; });
  return at != assets_.end() && at->path == path ? &*at : nullptr;
}

std::string_view AssetPack::find(std::string_view path) const noexcept {
  const Asset* found = asset(path);
  return found != nullptr ? found->content : std::string_view{};
}

}  // namespace decnet
