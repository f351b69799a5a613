#include "shell/fs/lower.h"

#include <algorithm>

#include "base/hash.h"
#include "shell/filesystem.h"

namespace decnet::shell::fs {
namespace {

constexpr std::uint64_t kRootInode = 2;
constexpr std::uint64_t kLostFoundInode = 11;
constexpr std::int64_t kUnpackSeconds = 260;  // How long an installer takes for the image's files.
constexpr std::size_t kMachineByte = 18;      // e_machine of an ELF head.

TimePoint at_second(std::uint32_t seconds) {
  return TimePoint{std::chrono::seconds{seconds}};
}

bool is_elf(std::string_view bytes) {
  return bytes.starts_with(
      "\x7f"
      "ELF");
}

}  // namespace

std::uint64_t spread_inode(std::uint64_t seed, std::uint64_t top, std::uint64_t number) noexcept {
  const std::uint64_t group = 1 + (top * 5 + seed % 97) % kFlexGroups;
  if (number == 0) return group * kFlexGroupInodes + 1 + top / kFlexGroups;
  return group * kFlexGroupInodes + 12 + number + number / (23 + seed % 17);
}

std::uint64_t directory_size(std::uint64_t bytes) noexcept {
  // Blocks of a hashed directory are filled to three quarters, and one more is its index.
  if (bytes <= kBlockBytes - 36) return kBlockBytes;
  return (bytes * 4 / 3 / kBlockBytes + 2) * kBlockBytes;
}

LowerTree::LowerTree(std::shared_ptr<const SeedLayer> layer) : layer_(std::move(layer)) {}

Lower LowerTree::root() const {
  const Image* image = layer_->image();
  return {&layer_->root(), image != nullptr ? &image->root() : nullptr};
}

Lower LowerTree::child(const Lower& directory, std::string_view name) const noexcept {
  const SeedNode* seed =
      directory.seed != nullptr ? SeedLayer::child(*directory.seed, name) : nullptr;
  if (seed != nullptr && seed->removed) return {};
  const Image::Node* image = nullptr;
  if (directory.image != nullptr) image = layer_->image()->find(*directory.image, name);
  if (seed == nullptr || image == nullptr) return {seed, image};
  if (seed->implied && image->kind != Kind::directory) return {nullptr, image};
  if (seed->kind != Kind::directory || image->kind != Kind::directory) return {seed, nullptr};
  return {seed, image};
}

Lower LowerTree::find(std::string_view path) const {
  Lower at = root();
  while (at) {
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    if (path.empty()) break;
    const std::size_t end = std::min(path.find('/'), path.size());
    at = kind(at) == Kind::directory ? child(at, path.substr(0, end)) : Lower{};
    path.remove_prefix(end);
  }
  return at;
}

void LowerTree::each_child(const Lower& directory,
                           const std::function<void(std::string_view, const Lower&)>& take) const {
  if (directory.seed != nullptr) {
    for (const auto& node : directory.seed->children) {
      if (const Lower found = child(directory, node->name)) take(node->name, found);
    }
  }
  if (directory.image == nullptr) return;
  for (const Image::Node& node : layer_->image()->children(*directory.image)) {
    const std::string_view name = layer_->image()->name(node);
    if (directory.seed != nullptr && SeedLayer::child(*directory.seed, name) != nullptr) continue;
    take(name, {nullptr, &node});
  }
}

Kind LowerTree::kind(const Lower& file) const noexcept {
  return file.seed != nullptr ? file.seed->kind : file.image->kind;
}

// Null where the image's facts count.
const SeedNode* LowerTree::own_facts(const Lower& file) const noexcept {
  return file.seed != nullptr && (!file.seed->implied || file.image == nullptr) ? file.seed
                                                                                : nullptr;
}

std::uint64_t LowerTree::inode(const Image::Node& node) const {
  const Image& image = *layer_->image();
  const std::size_t index = image.index(node);
  if (index == 0) return kRootInode;
  const Image::Node* top = &node;
  while (top->parent != 0) top = &image.parent(*top);
  const std::uint64_t number = image.index(*top) - image.root().at;
  if (top == &node && node.kind != Kind::directory) return kLostFoundInode + 1 + number;
  if (top == &node && image.name(node) == "lost+found") return kLostFoundInode;
  return spread_inode(layer_->facts().seed, number, top == &node ? 0 : index);
}

Stat LowerTree::image_stat(const Image::Node& node, TimePoint now) const {
  const SeedFacts& facts = layer_->facts();
  const std::size_t index = layer_->image()->index(node);
  Stat stat;
  stat.kind = node.kind;
  stat.mode = node.mode;
  stat.uid = node.uid;
  stat.gid = node.gid;
  stat.size = node.kind == Kind::directory ? 0 : node.size;
  stat.inode = inode(node);
  // Unpacked one after the other when the host was installed; what is younger came with an upgrade.
  const std::uint64_t chance = stable_hash(layer_->image()->name(node)) ^ facts.seed;
  const Duration unpack{static_cast<std::int64_t>(index) * kUnpackSeconds * 1'000'000 /
                            static_cast<std::int64_t>(layer_->image()->nodes().size()) +
                        static_cast<std::int64_t>(chance % 9'973)};
  stat.changed = facts.installed_at + unpack;
  stat.modified = at_second(node.modified);
  if (node.kind == Kind::directory || node.modified == 0) stat.modified = stat.changed;
  if (stat.changed < stat.modified) {
    const Duration delay{static_cast<std::int64_t>(chance % 1'000'003) + 93'600'000'000};
    stat.changed = std::min(stat.modified + delay, now);
  }
  stat.modified = std::min(stat.modified, now);
  stat.accessed = stat.changed;
  if (chance % 3 == 0 && facts.booted_at > stat.changed) {
    stat.accessed = facts.booted_at + Duration{static_cast<std::int64_t>(chance % 40'000'000)};
  }
  return stat;
}

void LowerTree::measure_directory(const Lower& directory, Stat& stat) const {
  std::uint64_t bytes = 24;
  stat.links = 2;
  each_child(directory, [&](std::string_view name, const Lower& found) {
    bytes += entry_bytes(name);
    if (kind(found) == Kind::directory) ++stat.links;
  });
  stat.size = directory_size(bytes);
}

Stat LowerTree::stat(const Lower& file, TimePoint now, Measure measure) const {
  Stat stat;
  if (const SeedNode* seed = own_facts(file)) {
    stat.kind = seed->kind;
    stat.mode = seed->mode;
    stat.uid = seed->uid;
    stat.gid = seed->gid;
    stat.special = seed->special;
    stat.inode = seed == &layer_->root() ? kRootInode : seed->number;
    stat.modified = seed->modified;
    stat.size = seed->content.size();
    if (seed->making != nullptr) {
      if (seed->making->modified) stat.modified = seed->making->modified();
      stat.size = seed->making->size;
      if (measure == Measure::yes && stat.size == 0 && seed->making->content) {
        stat.size = seed->making->content().size();
      }
    }
    stat.changed = stat.accessed = stat.modified;
  } else {
    stat = image_stat(*file.image, now);
  }
  if (stat.kind == Kind::directory && measure == Measure::yes) measure_directory(file, stat);
  stat.device = layer_->facts().device;
  const bool inside = stat.kind == Kind::symlink && stat.size < 60;  // In the inode itself.
  stat.blocks = inside ? 0 : (stat.size + kBlockBytes - 1) / kBlockBytes * (kBlockBytes / 512);
  return stat;
}

std::string LowerTree::content(const Lower& file) const {
  return read(file, 0, kFileBytesMax);
}

std::string LowerTree::read(const Lower& file, std::uint64_t offset, std::size_t count) const {
  if (file.seed != nullptr && file.seed->making != nullptr && !file.seed->making->content) {
    const std::uint64_t size = file.seed->making->size;
    if (offset >= size) return {};
    return filler(file.seed->name, {}, offset,
                  static_cast<std::size_t>(std::min<std::uint64_t>(count, size - offset)));
  }
  if (file.seed != nullptr) {
    std::string bytes =
        file.seed->making != nullptr ? file.seed->making->content() : file.seed->content;
    if (offset >= bytes.size()) return {};
    if (offset == 0 && count >= bytes.size()) return bytes;
    return bytes.substr(static_cast<std::size_t>(offset), count);
  }
  const Image& image = *layer_->image();
  const std::uint64_t size = file.image->size;
  if (offset >= size) return {};
  count = static_cast<std::size_t>(std::min<std::uint64_t>(count, size - offset));
  std::string head = image.content(*file.image);
  if (layer_->facts().arm && is_elf(head) && head.size() > kMachineByte) {
    head[kMachineByte] = '\xb7';
  }
  return filler(image.name(*file.image), head, offset, count);
}

std::string LowerTree::target(const Lower& link) const {
  if (link.seed != nullptr) return link.seed->content;
  return std::string(layer_->image()->target(*link.image));
}

}  // namespace decnet::shell::fs
