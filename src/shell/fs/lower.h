// The two layers that no attacker changes, seen as one tree: seeds over image.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "shell/fs/seed_layer.h"
#include "shell/image.h"

namespace decnet::shell::fs {

inline constexpr std::uint32_t kBlockBytes = 4096;
inline constexpr std::uint64_t kFlexGroupInodes = 131'072;  // ext4: 16 groups of 8192.
inline constexpr std::uint64_t kFlexGroups = 12;            // Those that the image's files lie in.

// One file there. A directory may be in both. Neither: it is not there.
struct Lower {
  const SeedNode* seed = nullptr;
  const Image::Node* image = nullptr;
  explicit operator bool() const noexcept { return seed != nullptr || image != nullptr; }
};

// Whether sizes and link counts are needed, which cost a look at the children or the content.
enum class Measure : std::uint8_t { yes, no };

class LowerTree {
 public:
  explicit LowerTree(std::shared_ptr<const SeedLayer> layer);

  const SeedLayer& layer() const { return *layer_; }
  Lower root() const;
  Lower child(const Lower& directory, std::string_view name) const noexcept;
  Lower find(std::string_view path) const;  // Follows no links.
  void each_child(const Lower& directory,
                  const std::function<void(std::string_view, const Lower&)>& take) const;

  Kind kind(const Lower& file) const noexcept;
  Stat stat(const Lower& file, TimePoint now, Measure measure = Measure::yes) const;
  std::string content(const Lower& file) const;  // All of stat's size.
  std::string read(const Lower& file, std::uint64_t offset, std::size_t count) const;
  std::string target(const Lower& link) const;

 private:
  const SeedNode* own_facts(const Lower& file) const noexcept;
  std::uint64_t inode(const Image::Node& node) const;
  Stat image_stat(const Image::Node& node, TimePoint now) const;
  void measure_directory(const Lower& directory, Stat& stat) const;

  std::shared_ptr<const SeedLayer> layer_;
};

// The inode number that ext4 might give to the `number`th file below the `top`th directory of /.
std::uint64_t spread_inode(std::uint64_t seed, std::uint64_t top, std::uint64_t number) noexcept;

// What stands in for the bytes [offset, offset + count) of a file that nobody kept, behind its kept
// `head`: the same for the same name.
std::string filler(std::string_view name, std::string_view head, std::uint64_t offset,
                   std::size_t count);

// Of a directory whose entries need `bytes` in ext4's linear format.
std::uint64_t directory_size(std::uint64_t bytes) noexcept;
inline std::uint64_t entry_bytes(std::string_view name) noexcept {
  return (8 + name.size() + 3) & ~std::uint64_t{3};
}

}  // namespace decnet::shell::fs
