// Image: the files of a freshly installed host, as set-up read them from Debian's packages.
//
// It is the asset "debian12/image" (tools/make_image.py writes it and tells its layout): a table of
// nodes with name, kind, mode, owner, size, time and link target; the contents of those that people
// read (scripts, configuration, documentation of moderate size), and the first bytes of programs,
// compressed beside it. Mapped, shared by all Machines, never changed. The engine's one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "shell/fs/node.h"

namespace decnet::shell {

inline constexpr std::size_t kImageNodesMax = 200'000;
inline constexpr std::size_t kImageBlockBytesMax = 1U << 20;  // Of one block of contents, unpacked.
inline constexpr std::size_t kImageBlocksMax = 4'096;
inline constexpr std::size_t kImageDepthMax = 32;
inline constexpr std::size_t kImageBlocksCached = 2;

class Image {
 public:
  // Over bytes that outlive it. Everything but the packed contents is checked. Errors: corrupt,
  // limit.
  static Result<std::shared_ptr<const Image>> read(std::string_view bytes);
  ~Image();
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  struct Node {
    std::uint32_t name_offset = 0;
    std::uint8_t name_bytes = 0;
    Kind kind = Kind::regular;
    std::uint16_t mode = 0;
    std::uint16_t uid = 0;
    std::uint16_t gid = 0;
    std::uint32_t size = 0;      // Of a directory: its number of children.
    std::uint32_t modified = 0;  // Seconds since 1970, as in the package.
    std::uint32_t at = 0;        // First child | target in the names | place in the contents.
    std::uint32_t kept = 0;      // Bytes of the content that are kept: its first ones.
    std::uint32_t parent = 0;
  };
  const Node& root() const { return nodes_.front(); }
  std::size_t index(const Node& node) const {
    return static_cast<std::size_t>(&node - nodes_.data());
  }
  const Node& parent(const Node& node) const { return nodes_[node.parent]; }
  std::string_view name(const Node& node) const;
  std::string_view target(const Node& link) const;  // Empty where it is no symbolic link.
  std::span<const Node> children(const Node& directory) const;  // Sorted by name.
  const Node* find(const Node& directory, std::string_view name) const noexcept;
  const Node* find(std::string_view path) const noexcept;  // "/etc/passwd"; follows no links.
  std::string content(const Node& file) const;  // Its first `kept` bytes; empty if that is broken.
  const std::vector<Node>& nodes() const { return nodes_; }

 private:
  Image() = default;
  struct Blocks;
  Result<void> parse(std::string_view bytes);
  Result<void> check() const;

  std::vector<Node> nodes_;
  std::string_view names_;
  std::unique_ptr<Blocks> blocks_;
};

}  // namespace decnet::shell
