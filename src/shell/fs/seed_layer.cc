#include "shell/fs/seed_layer.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "shell/fs/lower.h"
#include "shell/image.h"

namespace decnet::shell {
namespace {

constexpr std::uint32_t kFirstSeedNumber = 62'000;  // Behind the image's own in a group.
constexpr std::uint64_t kTopsOfOwn = 40;            // Beside those of the image.

auto lower_bound(const std::vector<std::unique_ptr<SeedNode>>& children, std::string_view name) {
  return std::lower_bound(
      children.begin(), children.end(), name,
      [](const std::unique_ptr<SeedNode>& node, std::string_view key) { return node->name < key; });
}

std::string_view take_part(std::string_view& path) {
  const std::size_t start = std::min(path.find_first_not_of('/'), path.size());
  path.remove_prefix(start);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view part = path.substr(0, end);
  path.remove_prefix(end);
  return part;
}

std::uint64_t top_number(const Image* image, std::string_view top) {
  if (image != nullptr) {
    if (const Image::Node* node = image->find(image->root(), top)) {
      return image->index(*node) - image->index(image->children(image->root()).front());
    }
  }
  return kTopsOfOwn + stable_hash(top) % fs::kFlexGroups;
}

}  // namespace

SeedLayer::SeedLayer(std::shared_ptr<const Image> image, SeedFacts facts)
    : image_(std::move(image)), facts_(facts), root_(std::make_unique<SeedNode>()) {
  root_->kind = Kind::directory;
  root_->mode = 0755;
  root_->implied = image_ != nullptr;
  root_->modified = facts.installed_at;
}

SeedLayer::~SeedLayer() = default;

const SeedNode* SeedLayer::child(const SeedNode& directory, std::string_view name) noexcept {
  const auto found = lower_bound(directory.children, name);
  return found != directory.children.end() && (*found)->name == name ? found->get() : nullptr;
}

SeedNode& SeedLayer::make(std::string_view path) {
  std::string_view rest = path;
  SeedNode* at = root_.get();
  std::uint64_t top = 0;
  for (std::string_view part = take_part(rest); !part.empty(); part = take_part(rest)) {
    if (at == root_.get()) top = top_number(image_.get(), part);
    const auto found = lower_bound(at->children, part);
    if (found != at->children.end() && (*found)->name == part) {
      at = found->get();
      continue;
    }
    auto node = std::make_unique<SeedNode>();
    node->name = part;
    node->kind = Kind::directory;
    node->implied = true;
    node->mode = 0755;
    node->modified = facts_.installed_at;
    node->number =
        static_cast<std::uint32_t>(fs::spread_inode(facts_.seed, top, kFirstSeedNumber + count_++));
    at = at->children.insert(found, std::move(node))->get();
  }
  return *at;
}

SeedNode& SeedLayer::fresh(std::string_view path, Kind kind, const SeedOptions& options) {
  SeedNode& node = make(path);
  node.kind = kind;
  node.removed = false;
  node.implied = false;
  node.mode = static_cast<std::uint16_t>(options.mode & 07777);
  node.uid = options.uid;
  node.gid = options.gid;
  node.modified = options.modified;
  node.content.clear();
  node.making.reset();
  return node;
}

void SeedLayer::directory(std::string_view path, SeedOptions options) {
  fresh(path, Kind::directory, options);
}

void SeedLayer::file(std::string_view path, std::string content, SeedOptions options) {
  fresh(path, Kind::regular, options).content = std::move(content);
}

void SeedLayer::file(std::string_view path, MakeContent content, SeedOptions options,
                     MakeTime modified, std::size_t size) {
  auto making = std::make_unique<SeedNode::Making>();
  making->content = std::move(content);
  making->modified = std::move(modified);
  making->size = size;
  fresh(path, Kind::regular, options).making = std::move(making);
}

void SeedLayer::log(std::string_view path, LogMaker log, SeedOptions options, MakeTime modified) {
  auto making = std::make_unique<SeedNode::Making>();
  making->content = [log] { return log.between(log.begins(), log.now()); };
  making->modified = std::move(modified);
  making->log = std::move(log);
  fresh(path, Kind::regular, options).making = std::move(making);
}

void SeedLayer::link(std::string_view path, std::string target, TimePoint modified) {
  fresh(path, Kind::symlink, {.mode = 0777, .modified = modified}).content = std::move(target);
}

void SeedLayer::node(std::string_view path, Kind kind, std::uint32_t special, SeedOptions options) {
  fresh(path, kind, options).special = special;
}

void SeedLayer::remove(std::string_view path) {
  fresh(path, Kind::regular, {}).removed = true;
}

}  // namespace decnet::shell
