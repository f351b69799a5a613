#include "shell/filesystem.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>

#include <unistd.h>

#include "base/hash.h"
#include "shell/fs/device.h"
#include "shell/fs/overlay.h"

namespace decnet::shell {

using fs::Inode;
using fs::InodePtr;
using fs::Place;

namespace {

constexpr std::size_t kEmptyContent = 0;

// "" where the path is not absolute: FileSystem knows no working directory.
Sys<void> check(std::string_view path) {
  if (path.empty() || path.front() != '/') return sys_fail(ENOENT);
  return {};
}

}  // namespace

FileSystem::FileSystem(std::shared_ptr<const SeedLayer> layer, const Clock& clock)
    : state_(std::make_unique<State>(std::move(layer), clock)) {}

FileSystem::FileSystem(std::shared_ptr<const Image> image, const Clock& clock) {
  auto layer = std::make_shared<SeedLayer>(
      std::move(image), SeedFacts{.installed_at = clock.now(), .booted_at = clock.now()});
  state_ = std::make_unique<State>(layer, clock);
  state_->own_layer = std::move(layer);
}

FileSystem::~FileSystem() = default;

// A layer for tests need not have the directories on which is mounted.
void FileSystem::State::ensure_directory(const std::string& path) const {
  if (own_layer && !lower.find(path)) {
    own_layer->directory(path, {.mode = 01777, .modified = clock.now()});
  }
}

void FileSystem::mount(std::string path, std::unique_ptr<Mount> files) {
  state_->ensure_directory(path);
  fs::MountPoint point;
  point.device = static_cast<std::uint32_t>(18 + state_->mounts.size());  // 0:18 …
  point.files = std::move(files);
  state_->mounts.insert_or_assign(std::move(path), std::move(point));
}

bool FileSystem::is_changed(std::string_view path) const {
  const Sys<Place> place = state_->existing(path, Credentials{}, Follow::yes);
  return place && place->file.inode && place->file.inode->whole;
}

void FileSystem::watch(Witness* witness) {
  state_->witness = witness;
}

void FileSystem::mount_memory(std::string path, std::uint32_t device) {
  state_->ensure_directory(path);
  fs::MountPoint point;
  point.device = device;
  if (const fs::Lower below = state_->lower.find(path)) {
    point.root = state_->copy_up(below, path);
  } else {
    point.root = std::make_shared<Inode>();
    point.root->kind = Kind::directory;
    point.root->mode = 01777;
    point.root->origin = path;
    point.root->accessed = point.root->modified = point.root->changed = state_->clock.now();
  }
  point.root->number = 1;
  state_->mounts.insert_or_assign(std::move(path), std::move(point));
}

void FileSystem::seed_directory(std::string_view path, std::uint32_t mode, std::uint32_t uid,
                                std::uint32_t gid, TimePoint modified) {
  assert(state_->own_layer);
  state_->own_layer->directory(path, {mode, uid, gid, modified});
}

void FileSystem::seed_file(std::string_view path, std::string content, std::uint32_t mode,
                           std::uint32_t uid, std::uint32_t gid, TimePoint modified) {
  assert(state_->own_layer);
  state_->own_layer->file(path, std::move(content), {mode, uid, gid, modified});
}

void FileSystem::seed_link(std::string_view path, std::string target, TimePoint modified) {
  assert(state_->own_layer);
  state_->own_layer->link(path, std::move(target), modified);
}

Sys<Stat> FileSystem::stat(std::string_view path, const Credentials& who, Follow follow) const {
  const Sys<Place> place = state_->existing(path, who, follow);
  if (!place) return sys_fail(place.error());
  return state_->stat(place->file, who);
}

Sys<std::vector<DirectoryEntry>> FileSystem::list(std::string_view path,
                                                  const Credentials& who) const {
  const Sys<Place> place = state_->existing(path, who, Follow::yes);
  if (!place) return sys_fail(place.error());
  if (state_->kind(place->file, who) != Kind::directory) return sys_fail(ENOTDIR);
  if (const Sys<void> allowed = state_->may_do(place->file, R_OK, who); !allowed) {
    return sys_fail(allowed.error());
  }
  if (place->file.mount != nullptr) return place->file.mount->list(place->file.inner, who);
  std::vector<DirectoryEntry> entries = state_->list(place->file);
  // ext4 lists by a hash of the name that no two file systems share.
  const std::uint64_t salt = state_->lower.layer().facts().seed | 1;
  std::sort(entries.begin(), entries.end(), [salt](const auto& a, const auto& b) {
    return stable_hash(a.name) * salt < stable_hash(b.name) * salt;
  });
  return entries;
}

Sys<std::string> FileSystem::read_link(std::string_view path, const Credentials& who) const {
  const Sys<Place> place = state_->existing(path, who, Follow::no);
  if (!place) return sys_fail(place.error());
  if (state_->kind(place->file, who) != Kind::symlink) return sys_fail(EINVAL);
  return state_->target(place->file, who);
}

Sys<std::string> FileSystem::real_path(std::string_view path, const Credentials& who) const {
  const Sys<Place> place = state_->existing(path, who, Follow::yes);
  if (!place) return sys_fail(place.error());
  return place->path();
}

Sys<void> FileSystem::access(std::string_view path, int mode, const Credentials& who) const {
  const Sys<Place> place = state_->existing(path, who, Follow::yes);
  if (!place) return sys_fail(place.error());
  return state_->may_do(place->file, mode, who);
}

Sys<std::string> FileSystem::read(std::string_view path, std::uint64_t offset, std::size_t count,
                                  const Credentials& who) const {
  if (const Sys<void> absolute = check(path); !absolute) return sys_fail(absolute.error());
  const Sys<Place> place = state_->existing(path, who, Follow::yes);
  if (!place) return sys_fail(place.error());
  const Sys<Stat> stat = state_->owner(place->file, who);
  if (!stat) return sys_fail(stat.error());
  if (!may(*stat, R_OK, who)) return sys_fail(EACCES);
  count = std::min(count, kFileBytesMax);
  if (place->file.mount != nullptr) {
    if (stat->kind == Kind::directory) return sys_fail(EISDIR);
    Sys<std::string> bytes = place->file.mount->read(place->file.inner, who);
    if (!bytes || (offset == kEmptyContent && count >= bytes->size())) return bytes;
    if (offset >= bytes->size()) return std::string{};
    return bytes->substr(static_cast<std::size_t>(offset), count);
  }
  switch (stat->kind) {
    case Kind::directory:
      return sys_fail(EISDIR);
    case Kind::character:
    case Kind::block: {
      const Sys<Stat> device = state_->stat(place->file, who);
      return fs::read_device(*device, offset, count);
    }
    case Kind::fifo:
    case Kind::socket:
      return sys_fail(ENXIO);
    default:
      break;
  }
  if (const InodePtr& inode = place->file.inode) {  // As mounted with relatime.
    const TimePoint now = state_->clock.now();
    if (inode->accessed <= inode->modified || inode->accessed < now - std::chrono::hours{24}) {
      inode->accessed = now;
    }
  }
  return state_->read(place->file, offset, count);
}

Sys<std::string> FileSystem::read_file(std::string_view path, const Credentials& who) const {
  return read(path, 0, kFileBytesMax, who);
}

Sys<std::uint32_t> FileSystem::attributes(std::string_view path) const {
  const Sys<Place> place = state_->existing(path, {}, Follow::yes);
  if (!place) return sys_fail(place.error());
  if (place->file.mount != nullptr) return sys_fail(ENOTTY);
  return place->file.inode ? place->file.inode->attributes : 0;
}

std::uint64_t FileSystem::overlay_bytes() const noexcept {
  return state_->bytes;
}

std::size_t FileSystem::overlay_nodes() const noexcept {
  return state_->nodes;
}

}  // namespace decnet::shell
