#include "shell/fs/overlay.h"

#include <algorithm>
#include <cerrno>

#include "base/counters.h"
#include "base/hash.h"

namespace decnet::shell {

using fs::Inode;
using fs::InodePtr;
using fs::Lower;
using fs::Place;
using fs::Ref;
using fs::Step;

namespace {

constexpr std::uint64_t kFirstOwnNumber = 91'000;  // Within a group, behind image and seeds.

Counter& refused() {
  static Counter& found =
      counter("shell_files_refused_total", "Changes of files refused by a limit (ENOSPC)");
  return found;
}

}  // namespace

FileSystem::State::State(std::shared_ptr<const SeedLayer> layer, const Clock& given_clock)
    : lower(std::move(layer)), clock(given_clock), root(copy_up(lower.root(), "/")) {
  next_number = kFirstOwnNumber + lower.layer().facts().seed % 7'919;
}

InodePtr FileSystem::State::copy_up(const Lower& lower_file, std::string path) const {
  const Stat stat = lower.stat(lower_file, clock.now(), fs::Measure::no);
  auto inode = std::make_shared<Inode>();
  inode->kind = stat.kind;
  inode->mode = stat.mode;
  inode->uid = stat.uid;
  inode->gid = stat.gid;
  inode->special = stat.special;
  inode->number = stat.inode;
  inode->accessed = stat.accessed;
  inode->modified = stat.modified;
  inode->changed = stat.changed;
  inode->whole = stat.kind != Kind::regular;
  const SeedNode* seed = lower_file.seed;
  if (seed != nullptr && seed->making != nullptr && seed->making->log.between) {
    const LogMaker& log = seed->making->log;
    inode->log = std::make_shared<fs::ChangedLog>(
        fs::ChangedLog{.seed = seed, .from = log.begins(), .until = clock.now()});
    inode->whole = true;
    inode->origin = std::move(path);
    return inode;
  }
  if (stat.kind == Kind::symlink) inode->content = lower.target(lower_file);
  if (stat.kind == Kind::regular || stat.kind == Kind::directory) inode->lower = lower_file;
  inode->origin = std::move(path);
  return inode;
}

Sys<void> FileSystem::State::room(std::size_t more_nodes, std::uint64_t more_bytes) const {
  if (nodes + more_nodes <= kOverlayNodesMax && bytes + more_bytes <= kOverlayBytesMax) return {};
  refused().add();
  return sys_fail(ENOSPC);
}

// Lowest free number first, as ext4 does: what was removed last is given out again.
std::uint64_t FileSystem::State::new_number(std::uint64_t parent) {
  const std::uint64_t group = parent / fs::kFlexGroupInodes * fs::kFlexGroupInodes;
  const auto free = freed.lower_bound(group);
  if (free != freed.end() && *free < group + fs::kFlexGroupInodes) {
    const std::uint64_t number = *free;
    freed.erase(free);
    return number;
  }
  return group + next_number++;
}

Sys<InodePtr> FileSystem::State::own_child(const InodePtr& parent, const std::string& name,
                                           const Lower& below) {
  const auto found = parent->children.find(name);
  if (found != parent->children.end()) {
    if (!found->second) return sys_fail(ENOENT);
    return found->second;
  }
  if (const Sys<void> fits = room(1, 0); !fits) return sys_fail(fits.error());
  InodePtr made = copy_up(below, (parent->origin == "/" ? "" : parent->origin) + "/" + name);
  bytes += made->content.size();
  parent->children[name] = made;
  ++nodes;
  return made;
}

Sys<InodePtr> FileSystem::State::own_parent(const Place& place) {
  std::size_t first = place.parents.size() - 1;
  while (!place.parents[first].mounted) --first;
  InodePtr at = place.parents[first].ref.inode;
  if (!at) return sys_fail(EROFS);
  for (std::size_t n = first + 1; n < place.parents.size(); ++n) {
    const Step& step = place.parents[n];
    Sys<InodePtr> next = own_child(at, step.name, step.ref.lower);
    if (!next) return next;
    at = std::move(*next);
  }
  return at;
}

Sys<InodePtr> FileSystem::State::own(const Place& place) {
  if (place.file.mount != nullptr) return sys_fail(EROFS);
  if (place.mounted) return place.file.inode;
  Sys<InodePtr> parent = own_parent(place);
  if (!parent) return parent;
  return own_child(*parent, place.name, place.file.lower);
}

std::string FileSystem::State::read(const Ref& file, std::uint64_t offset,
                                    std::size_t count) const {
  if (!file.inode) return lower.read(file.lower, offset, count);
  const Inode& inode = *file.inode;
  if (inode.log) {
    const std::string text = log_text(inode, clock.now());
    return offset < text.size() ? text.substr(static_cast<std::size_t>(offset), count) : "";
  }
  if (!inode.whole) return lower.read(inode.lower, offset, count);
  if (offset >= inode.content.size()) return {};
  return inode.content.substr(static_cast<std::size_t>(offset), count);
}

Sys<void> FileSystem::State::own_content(Inode& inode) {
  if (inode.log) return flatten_log(inode);
  if (inode.whole) return {};
  std::string content = lower.content(inode.lower);
  if (const Sys<void> fits = room(0, content.size()); !fits) return fits;
  bytes += content.size();
  inode.content = std::move(content);
  inode.whole = true;
  inode.lower = {};
  return {};
}

Sys<void> FileSystem::State::resize(Inode& inode, std::uint64_t size) {
  if (size == 0 && inode.log) {
    empty_log(inode);
    return {};
  }
  if (size == 0 && !inode.whole) {
    inode.whole = true;
    inode.lower = {};
    return {};
  }
  if (const Sys<void> owned = own_content(inode); !owned) return owned;
  const std::uint64_t before = inode.content.size();
  if (size > before) {
    if (size > kFileBytesMax) {
      refused().add();
      return sys_fail(ENOSPC);
    }
    if (const Sys<void> fits = room(0, size - before); !fits) return fits;
  }
  inode.content.resize(static_cast<std::size_t>(size));
  if (size < before / 2) inode.content.shrink_to_fit();
  bytes = bytes - before + size;
  return {};
}

std::vector<DirectoryEntry> FileSystem::State::list(const Ref& directory) const {
  std::vector<DirectoryEntry> entries;
  const Inode* inode = directory.inode.get();
  if (inode != nullptr) {
    for (const auto& [name, child] : inode->children) {
      if (child) entries.push_back({name, child->kind, child->number});
    }
  }
  const Lower& below = inode != nullptr ? inode->lower : directory.lower;
  if (below) {
    lower.each_child(below, [&](std::string_view name, const Lower& child) {
      if (inode != nullptr && inode->children.find(name) != inode->children.end()) return;
      const Stat stat = lower.stat(child, clock.now(), fs::Measure::no);
      entries.push_back({std::string(name), stat.kind, stat.inode});
    });
  }
  return entries;
}

Sys<void> FileSystem::State::attach(const Place& place, InodePtr inode) {
  const Sys<InodePtr> parent = own_parent(place);
  if (!parent) return sys_fail(parent.error());
  const auto found = (*parent)->children.find(place.name);
  if (found == (*parent)->children.end()) {
    if (const Sys<void> fits = room(1, 0); !fits) return fits;
    (*parent)->children.emplace(place.name, std::move(inode));
    ++nodes;
  } else {
    found->second = std::move(inode);
  }
  touch(**parent);
  return {};
}

Sys<void> FileSystem::State::detach(const Place& place) {
  const Sys<InodePtr> parent = own_parent(place);
  if (!parent) return sys_fail(parent.error());
  auto& children = (*parent)->children;
  const auto found = children.find(place.name);
  const bool hides = (*parent)->lower && lower.child((*parent)->lower, place.name);
  if (found != children.end() && !hides) {
    children.erase(found);
    --nodes;
  } else if (found != children.end()) {
    found->second = nullptr;
  } else {
    if (const Sys<void> fits = room(1, 0); !fits) return fits;
    children.emplace(place.name, nullptr);
    ++nodes;
  }
  touch(**parent);
  return {};
}

// A name of it is gone.
void FileSystem::State::release(const InodePtr& inode) {
  inode->changed = clock.now();
  if (inode->kind != Kind::directory && --inode->links > 0) return;
  if (witness != nullptr && inode->kind == Kind::regular)
    witness->lost(inode->number, inode->content);
  bytes -= inode->content.size() + (inode->log ? inode->log->added_bytes() : 0);
  nodes -= inode->children.size();
  if (inode->origin.empty() && freed.size() < fs::kFreedInodesMax) freed.insert(inode->number);
}

Sys<InodePtr> FileSystem::State::make(const Place& place, Kind kind, std::uint32_t mode,
                                      const Credentials& who) {
  if (const Sys<void> fits = room(1, 0); !fits) return sys_fail(fits.error());
  Sys<InodePtr> parent = own_parent(place);
  if (!parent) return parent;
  auto inode = std::make_shared<Inode>();
  inode->kind = kind;
  inode->mode = mode & 07777;
  inode->uid = who.uid;
  inode->gid = who.gid;
  if (((*parent)->mode & 02000) != 0) {
    inode->gid = (*parent)->gid;
    if (kind == Kind::directory) inode->mode |= 02000;
  }
  inode->number = new_number((*parent)->number);
  inode->accessed = inode->modified = inode->changed = clock.now();
  if (const Sys<void> attached = attach(place, inode); !attached) {
    return sys_fail(attached.error());
  }
  return inode;
}

}  // namespace decnet::shell
