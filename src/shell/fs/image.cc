#include "shell/image.h"

#include <algorithm>
#include <array>

#include <zstd.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/try.h"
#include "shell/filesystem.h"

namespace decnet::shell {
namespace {

constexpr std::string_view kMagic("DNIMG1\n\0", 8);
constexpr std::size_t kNodeBytes = 32;
constexpr std::size_t kHeadBytes = 24;
constexpr std::size_t kNamesBytesMax = 16U << 20;

bool is_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

}  // namespace

struct Image::Blocks {
  struct Block {
    std::string_view packed;
    std::uint32_t begin = 0;  // Where it begins among all unpacked contents …
    std::uint32_t bytes = 0;  // … and how long it is.
  };
  struct Cached {
    std::size_t number = 0;
    std::uint64_t used = 0;
    std::string bytes;
  };
  std::vector<Block> blocks;
  std::array<Cached, kImageBlocksCached> cache;
  std::uint64_t uses = 0;

  // Null if nothing of a block holds all of it.
  const Block* find(std::uint32_t at, std::uint32_t bytes) const {
    auto next = std::upper_bound(blocks.begin(), blocks.end(), at,
                                 [](std::uint32_t key, const Block& b) { return key < b.begin; });
    if (next == blocks.begin()) return nullptr;
    const Block& block = *std::prev(next);
    const std::uint64_t end = std::uint64_t{at} - block.begin + bytes;
    return end <= block.bytes ? &block : nullptr;
  }

  std::string_view unpacked(const Block& block) {
    const auto number = static_cast<std::size_t>(&block - blocks.data());
    Cached* oldest = &cache.front();
    for (Cached& cached : cache) {
      if (cached.used != 0 && cached.number == number) {
        cached.used = ++uses;
        return cached.bytes;
      }
      if (cached.used < oldest->used) oldest = &cached;
    }
    oldest->number = number;
    oldest->used = ++uses;
    oldest->bytes.resize(block.bytes);
    const std::size_t got = ZSTD_decompress(oldest->bytes.data(), oldest->bytes.size(),
                                            block.packed.data(), block.packed.size());
    if (ZSTD_isError(got) != 0 || got != block.bytes) {
      oldest->bytes.clear();
      oldest->used = 0;
      return {};
    }
    return oldest->bytes;
  }
};

Image::~Image() = default;

Result<std::shared_ptr<const Image>> Image::read(std::string_view bytes) {
  std::shared_ptr<Image> image(new Image);
  image->blocks_ = std::make_unique<Blocks>();
  DECNET_TRY(image->parse(bytes));
  DECNET_TRY(image->check());
  return std::shared_ptr<const Image>(std::move(image));
}

Result<void> Image::parse(std::string_view bytes) {
  if (bytes.size() < kHeadBytes || !bytes.starts_with(kMagic)) {
    return fail(Errc::corrupt, "not an image of files");
  }
  ByteReader head(bytes.substr(kMagic.size(), kHeadBytes - kMagic.size()));
  const std::size_t count = head.u32_le();
  const std::size_t names = head.u32_le();
  const std::size_t blocks = head.u32_le();
  const std::uint32_t sum = head.u32_le();
  if (count == 0) return fail(Errc::corrupt, "an image without a root");
  if (count > kImageNodesMax || names > kNamesBytesMax || blocks > kImageBlocksMax) {
    return fail(Errc::limit, "an image that is too large");
  }
  const std::size_t table = count * kNodeBytes + names + blocks * 8;
  std::string_view rest = bytes.substr(kHeadBytes);
  if (rest.size() < table) return fail(Errc::corrupt, "a truncated image");
  if (crc32c(rest.substr(0, table)) != sum) return fail(Errc::corrupt, "a damaged image");
  ByteReader in(rest.substr(0, count * kNodeBytes));
  nodes_.resize(count);
  for (Node& node : nodes_) {
    node.name_offset = in.u32_le();
    node.name_bytes = in.u8();
    const std::uint8_t kind = in.u8();
    node.mode = in.u16_le() & 07777;
    node.uid = in.u16_le();
    node.gid = in.u16_le();
    node.size = in.u32_le();
    node.modified = in.u32_le();
    node.at = in.u32_le();
    node.kept = in.u32_le();
    node.parent = in.u32_le();
    if (kind > static_cast<std::uint8_t>(Kind::symlink)) {
      return fail(Errc::corrupt, "a node of an unknown kind");
    }
    node.kind = static_cast<Kind>(kind);
  }
  names_ = rest.substr(count * kNodeBytes, names);
  ByteReader sizes(rest.substr(count * kNodeBytes + names, blocks * 8));
  rest.remove_prefix(table);
  std::uint64_t begin = 0;
  for (std::size_t n = 0; n < blocks; ++n) {
    const std::uint32_t packed = sizes.u32_le();
    const std::uint32_t unpacked = sizes.u32_le();
    if (packed > rest.size()) return fail(Errc::corrupt, "a truncated image");
    if (unpacked > kImageBlockBytesMax) return fail(Errc::limit, "a block that is too large");
    blocks_->blocks.push_back(
        {rest.substr(0, packed), static_cast<std::uint32_t>(begin), unpacked});
    rest.remove_prefix(packed);
    begin += unpacked;  // At most 4 GiB by the two limits, so it fits.
  }
  return {};
}

Result<void> Image::check() const {
  std::vector<std::uint8_t> depth(nodes_.size(), 0);
  const Node& top = nodes_.front();
  if (top.kind != Kind::directory || top.parent != 0) return fail(Errc::corrupt, "no root");
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    const Node& node = nodes_[n];
    const std::uint64_t end = std::uint64_t{node.at} + node.size;
    if (std::uint64_t{node.name_offset} + node.name_bytes > names_.size()) {
      return fail(Errc::corrupt, "a name outside the names");
    }
    if (n > 0) {
      if (node.parent >= n || !is_name(name(node))) return fail(Errc::corrupt, "a bad node");
      const Node& directory = nodes_[node.parent];
      if (directory.kind != Kind::directory || n < directory.at ||
          n - directory.at >= directory.size) {
        return fail(Errc::corrupt, "a node outside its directory");
      }
      if (n > directory.at && name(nodes_[n - 1]) >= name(node)) {
        return fail(Errc::corrupt, "a directory that is not sorted");
      }
      depth[n] = static_cast<std::uint8_t>(depth[node.parent] + 1);
      if (depth[n] > kImageDepthMax) return fail(Errc::limit, "a tree that is too deep");
    }
    if (node.kind == Kind::directory) {
      if (node.size > 0 && (node.at <= n || end > nodes_.size() || nodes_[node.at].parent != n ||
                            nodes_[end - 1].parent != n)) {
        return fail(Errc::corrupt, "a directory with the children of another");
      }
    } else if (node.kind == Kind::symlink) {
      if (node.size == 0 || node.size >= kPathBytesMax || end > names_.size()) {
        return fail(Errc::corrupt, "a bad symbolic link");
      }
    } else if (node.kept > 0 &&
               (node.kept > node.size || blocks_->find(node.at, node.kept) == nullptr)) {
      return fail(Errc::corrupt, "a content outside the contents");
    }
  }
  return {};
}

std::string_view Image::name(const Node& node) const {
  return names_.substr(node.name_offset, node.name_bytes);
}

std::string_view Image::target(const Node& link) const {
  return link.kind == Kind::symlink ? names_.substr(link.at, link.size) : std::string_view{};
}

std::span<const Image::Node> Image::children(const Node& directory) const {
  if (directory.kind != Kind::directory || directory.size == 0) return {};
  return std::span(nodes_).subspan(directory.at, directory.size);
}

const Image::Node* Image::find(const Node& directory, std::string_view name_wanted) const noexcept {
  const auto all = children(directory);
  const auto found =
      std::lower_bound(all.begin(), all.end(), name_wanted,
                       [this](const Node& node, std::string_view key) { return name(node) < key; });
  return found != all.end() && name(*found) == name_wanted ? &*found : nullptr;
}

const Image::Node* Image::find(std::string_view path) const noexcept {
  const Node* at = &root();
  while (at != nullptr) {
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    if (path.empty()) break;
    const std::size_t end = std::min(path.find('/'), path.size());
    at = find(*at, path.substr(0, end));
    path.remove_prefix(end);
  }
  return at;
}

std::string Image::content(const Node& file) const {
  if (file.kind != Kind::regular || file.kept == 0) return {};
  const Blocks::Block* block = blocks_->find(file.at, file.kept);
  const std::string_view bytes = blocks_->unpacked(*block);
  if (bytes.empty()) return {};
  return std::string(bytes.substr(file.at - block->begin, file.kept));
}

}  // namespace decnet::shell
