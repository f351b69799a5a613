#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "shell/fs/overlay.h"

namespace decnet::shell {

using fs::Place;
using fs::Ref;
using fs::Step;

namespace {

// The first part of `rest`, which it is taken off of, with the slashes behind it.
std::string take_part(std::string& rest, bool& slash) {
  const std::size_t start = std::min(rest.find_first_not_of('/'), rest.size());
  const std::size_t end = std::min(rest.find('/', start), rest.size());
  std::string part = rest.substr(start, end - start);
  const std::size_t next = std::min(rest.find_first_not_of('/', end), rest.size());
  slash = next > end;
  rest.erase(0, next);
  return part;
}

void append_name(std::string& path, std::string_view name) {
  path.push_back('/');
  path.append(name);
}

void remove_name(std::string& path) {
  const std::size_t slash = path.rfind('/');
  path.resize(slash == std::string::npos ? 0 : slash);
}

}  // namespace

bool may(const Stat& stat, int mode, const Credentials& who) noexcept {
  if (who.is_root()) {
    return (mode & X_OK) == 0 || stat.kind == Kind::directory || (stat.mode & 0111) != 0;
  }
  std::uint32_t bits = stat.mode;
  const bool member = who.gid == stat.gid ||
                      std::find(who.groups.begin(), who.groups.end(), stat.gid) != who.groups.end();
  if (who.uid == stat.uid) {
    bits >>= 6;
  } else if (member) {
    bits >>= 3;
  }
  return (static_cast<std::uint32_t>(mode) & ~(bits & 7)) == 0;
}

std::string Place::path() const {
  std::string path;
  for (const Step& step : parents) {
    if (!step.name.empty()) append_name(path, step.name);
  }
  if (!name.empty()) append_name(path, name);
  return path.empty() ? "/" : path;
}

Kind FileSystem::State::kind(const Ref& ref, const Credentials& who) const {
  if (ref.inode) return ref.inode->kind;
  if (ref.mount == nullptr) return lower.kind(ref.lower);
  const Sys<Stat> stat = ref.mount->stat(ref.inner, who);
  return stat ? stat->kind : Kind::regular;
}

Sys<Stat> FileSystem::State::stat(const Ref& ref, const Credentials& who) const {
  Sys<Stat> stat = Stat{};
  if (ref.mount != nullptr) {
    stat = ref.mount->stat(ref.inner, who);
  } else if (!ref.inode) {
    stat = lower.stat(ref.lower, clock.now());
  } else {
    const fs::Inode& inode = *ref.inode;
    if (inode.lower && (!inode.whole || inode.kind == Kind::directory)) {
      stat = lower.stat(inode.lower, clock.now());
    } else {
      stat->size = inode.log ? log_text(inode, clock.now()).size() : inode.content.size();
    }
    stat->kind = inode.kind;
    stat->mode = inode.mode;
    stat->uid = inode.uid;
    stat->gid = inode.gid;
    stat->inode = inode.number;
    stat->special = inode.special;
    stat->accessed = inode.accessed;
    stat->modified = inode.modified;
    stat->changed = inode.changed;
    if (inode.log && inode.log->seed->making->modified) {
      const TimePoint written = inode.log->seed->making->modified();
      if (written > inode.changed) stat->modified = stat->changed = written;
    }
    stat->links = inode.links;
    if (inode.kind == Kind::directory) {
      std::uint64_t entries = 24;
      stat->links = 2;
      for (const DirectoryEntry& entry : list(ref)) {
        entries += fs::entry_bytes(entry.name);
        if (entry.kind == Kind::directory) ++stat->links;
      }
      stat->size = std::max(stat->size, fs::directory_size(entries));
    }
    const bool inside = inode.kind == Kind::symlink && stat->size < 60;
    stat->blocks = inside ? 0 : (stat->size + fs::kBlockBytes - 1) / fs::kBlockBytes * 8;
  }
  if (stat) stat->device = ref.device;
  return stat;
}

Ref FileSystem::State::child(const Ref& directory, std::string_view name,
                             const Credentials& who) const {
  Ref found;
  found.device = directory.device;
  if (directory.mount != nullptr) {
    std::string inner = directory.inner;
    if (!inner.empty()) inner.push_back('/');
    inner.append(name);
    if (directory.mount->stat(inner, who)) {
      found.mount = directory.mount;
      found.inner = std::move(inner);
    }
    return found;
  }
  if (directory.inode) {
    const auto at = directory.inode->children.find(name);
    if (at != directory.inode->children.end()) {
      found.inode = at->second;
      return found;
    }
    if (directory.inode->lower) found.lower = lower.child(directory.inode->lower, name);
    return found;
  }
  found.lower = lower.child(directory.lower, name);
  return found;
}

Sys<std::string> FileSystem::State::target(const Ref& link, const Credentials& who) const {
  if (link.mount != nullptr) return link.mount->read_link(link.inner, who);
  if (!link.inode) return lower.target(link.lower);
  return link.inode->whole ? link.inode->content : lower.target(link.inode->lower);
}

Sys<Stat> FileSystem::State::owner(const Ref& ref, const Credentials& who) const {
  if (ref.mount != nullptr) return ref.mount->stat(ref.inner, who);
  if (!ref.inode) return lower.stat(ref.lower, clock.now(), fs::Measure::no);
  Stat stat;
  stat.kind = ref.inode->kind;
  stat.mode = ref.inode->mode;
  stat.uid = ref.inode->uid;
  stat.gid = ref.inode->gid;
  stat.inode = ref.inode->number;
  return stat;
}

Sys<void> FileSystem::State::may_do(const Ref& ref, int mode, const Credentials& who) const {
  const Sys<Stat> found = owner(ref, who);
  if (!found) return sys_fail(found.error());
  if (!may(*found, mode, who)) return sys_fail(EACCES);
  return {};
}

// Where something is mounted there, that is what the step leads to.
void FileSystem::State::enter_mount(Step& step, const std::string& path) const {
  const auto mount = mounts.empty() ? mounts.end() : mounts.find(path);
  if (mount == mounts.end()) return;
  step.ref = {mount->second.root, {}, mount->second.files.get(), {}, mount->second.device};
  step.mounted = true;
}

// As path_resolution(7) says.
Sys<Place> FileSystem::State::walk(std::string_view path, const Credentials& who,
                                   Follow follow) const {
  if (path.empty()) return sys_fail(ENOENT);
  if (path.size() >= kPathBytesMax) return sys_fail(ENAMETOOLONG);
  Place place;
  std::string rest(path);
  std::string canonical;
  int links = 0;
  const Ref top{root, {}, nullptr, {}, lower.layer().facts().device};
  std::vector<Step> steps{{"", top, true}};
  bool slash = false;
  rest.erase(0, std::min(rest.find_first_not_of('/'), rest.size()));
  while (!rest.empty()) {
    const std::string part = take_part(rest, slash);
    const Ref& here = steps.back().ref;
    if (kind(here, who) != Kind::directory) return sys_fail(ENOTDIR);
    if (part.size() > kNameBytesMax) return sys_fail(ENAMETOOLONG);
    if (!who.is_root()) {
      if (const Sys<void> allowed = may_do(here, X_OK, who); !allowed) {
        return sys_fail(allowed.error());
      }
    }
    place.dotted = part == "." || part == "..";
    if (place.dotted) {
      if (part == ".." && steps.size() > 1) {
        steps.pop_back();
        remove_name(canonical);
      }
      continue;
    }
    Step next{part, child(here, part, who), false};
    append_name(canonical, part);
    enter_mount(next, canonical);
    if (!next.ref) {
      if (!rest.empty()) return sys_fail(ENOENT);
      place.parents = std::move(steps);
      place.name = part;
      place.must_be_directory = slash;
      return place;
    }
    const bool last = rest.empty();
    if ((!last || slash || follow == Follow::yes) && kind(next.ref, who) == Kind::symlink) {
      if (++links > fs::kLinksFollowedMax) return sys_fail(ELOOP);
      Sys<std::string> to = target(next.ref, who);
      if (!to) return sys_fail(to.error());
      if (to->empty()) return sys_fail(ENOENT);
      remove_name(canonical);
      if (to->front() == '/') {
        steps.resize(1);
        canonical.clear();
      }
      if (!last || slash) to->push_back('/');
      rest = *to + rest;
      rest.erase(0, std::min(rest.find_first_not_of('/'), rest.size()));
      place.dotted = false;
      continue;
    }
    steps.push_back(std::move(next));
  }
  place.must_be_directory = slash || place.dotted;
  place.file = steps.back().ref;
  place.mounted = steps.back().mounted;
  place.name = steps.back().name;
  if (steps.size() > 1) steps.pop_back();
  place.parents = std::move(steps);
  if (place.must_be_directory && kind(place.file, who) != Kind::directory) {
    return sys_fail(ENOTDIR);
  }
  return place;
}

Sys<Place> FileSystem::State::existing(std::string_view path, const Credentials& who,
                                       Follow follow) const {
  Sys<Place> place = walk(path, who, follow);
  if (place && !place->file) return sys_fail(ENOENT);
  return place;
}

}  // namespace decnet::shell
