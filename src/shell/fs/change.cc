// Changes of one file: what it holds, who owns it, when it was changed.
#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "shell/fs/device.h"
#include "shell/fs/overlay.h"

namespace decnet::shell {

using fs::InodePtr;
using fs::Place;

namespace {

bool owns(const Stat& stat, const Credentials& who) {
  return who.is_root() || who.uid == stat.uid;
}

bool in_group(std::uint32_t gid, const Credentials& who) {
  return who.gid == gid || std::find(who.groups.begin(), who.groups.end(), gid) != who.groups.end();
}

Change change_to(Kind kind) {
  if (kind == Kind::directory) return Change::directory;
  return kind == Kind::regular ? Change::create : Change::link;
}

}  // namespace

// Where a new file may be made.
Sys<Place> FileSystem::State::new_place(std::string_view path, Kind kind_of_it,
                                        const Credentials& who) const {
  Sys<Place> place = walk(path, who, Follow::no);
  if (!place) return place;
  if (place->file) return sys_fail(EEXIST);
  if (place->must_be_directory && kind_of_it != Kind::directory) {
    return sys_fail(kind_of_it == Kind::regular ? EISDIR : ENOENT);
  }
  const fs::Ref& parent = place->parent();
  if (parent.mount != nullptr) {
    const std::string inner = parent.inner.empty() ? place->name : parent.inner + "/" + place->name;
    return sys_fail(parent.mount->refusal(change_to(kind_of_it), inner, who));
  }
  if (parent.inode && (parent.inode->attributes & fs::kImmutable) != 0) return sys_fail(EPERM);
  if (const Sys<void> allowed = may_do(parent, W_OK | X_OK, who); !allowed) {
    return sys_fail(allowed.error());
  }
  return place;
}

// A regular file of the overlay that `who` may write to and that has none of the `denied`
// attributes.
Sys<InodePtr> FileSystem::State::writable(std::string_view path, std::uint32_t denied,
                                          const Credentials& who) {
  const Sys<Place> place = existing(path, who, Follow::yes);
  if (!place) return sys_fail(place.error());
  if (kind(place->file, who) == Kind::directory) return sys_fail(EISDIR);
  const std::uint32_t attributes = place->file.inode ? place->file.inode->attributes : 0;
  if ((attributes & fs::kImmutable) != 0) return sys_fail(EPERM);
  if (const Sys<void> allowed = may_do(place->file, W_OK, who); !allowed) {
    return sys_fail(allowed.error());
  }
  if ((attributes & denied) != 0) return sys_fail(EPERM);
  if (kind(place->file, who) != Kind::regular) return sys_fail(EINVAL);
  Sys<InodePtr> inode = own(*place);
  if (inode && !who.is_root()) (*inode)->mode &= ~06000U;
  return inode;
}

// What its owner may change.
Sys<InodePtr> FileSystem::State::changeable(std::string_view path, const Credentials& who,
                                            Follow follow) {
  const Sys<Place> place = existing(path, who, follow);
  if (!place) return sys_fail(place.error());
  const Sys<Stat> stat = owner(place->file, who);
  if (!stat) return sys_fail(stat.error());
  if (place->file.mount != nullptr) {
    return sys_fail(place->file.mount->refusal(Change::attributes, place->file.inner, who));
  }
  const std::uint32_t attributes = place->file.inode ? place->file.inode->attributes : 0;
  if ((attributes & (fs::kImmutable | fs::kAppendOnly)) != 0) return sys_fail(EPERM);
  if (!owns(*stat, who)) return sys_fail(EPERM);
  return own(*place);
}

Sys<void> FileSystem::create(std::string_view path, std::uint32_t mode, const Credentials& who) {
  const Sys<Place> place = state_->new_place(path, Kind::regular, who);
  if (!place) return sys_fail(place.error());
  const Sys<InodePtr> made = state_->make(*place, Kind::regular, mode, who);
  if (!made) return sys_fail(made.error());
  return {};
}

Sys<void> FileSystem::write(std::string_view path, std::uint64_t offset, std::string_view bytes,
                            const Credentials& who) {
  const Sys<Place> place = state_->existing(path, who, Follow::yes);
  if (!place) return sys_fail(place.error());
  const Kind kind = state_->kind(place->file, who);
  if (place->file.mount != nullptr || kind == Kind::character || kind == Kind::block) {
    if (kind == Kind::directory) return sys_fail(EISDIR);
    if (const Sys<void> allowed = state_->may_do(place->file, W_OK, who); !allowed) return allowed;
    if (place->file.mount != nullptr)
      return place->file.mount->write(place->file.inner, bytes, who);
    return fs::write_device(*state_->stat(place->file, who));
  }
  const Sys<InodePtr> inode = state_->writable(path, fs::kAppendOnly, who);
  if (!inode) return sys_fail(inode.error());
  if (offset > kFileBytesMax || bytes.size() > kFileBytesMax) return sys_fail(ENOSPC);
  if (const Sys<void> owned = state_->own_content(**inode); !owned) return owned;
  if (offset + bytes.size() > (*inode)->content.size()) {
    const Sys<void> grown = state_->resize(**inode, offset + bytes.size());
    if (!grown) return grown;
  }
  (*inode)->content.replace(static_cast<std::size_t>(offset), bytes.size(), bytes);
  state_->touch(**inode);
  if (state_->witness != nullptr) state_->witness->written((*inode)->number, place->path());
  return {};
}

Sys<void> FileSystem::State::append(fs::Inode& inode, std::string_view more) {
  if (inode.log) {
    inode.log->edited = true;
    return append_log(inode, more);
  }
  if (const Sys<void> owned = own_content(inode); !owned) return owned;
  if (inode.content.size() + more.size() > kFileBytesMax) return sys_fail(ENOSPC);
  if (const Sys<void> fits = room(0, more.size()); !fits) return fits;
  inode.content.append(more);
  bytes += more.size();
  return {};
}

Sys<void> FileSystem::append(std::string_view path, std::string_view bytes,
                             const Credentials& who) {
  const Sys<Place> place = state_->existing(path, who, Follow::yes);
  if (!place) return sys_fail(place.error());
  if (place->file.mount != nullptr || state_->kind(place->file, who) != Kind::regular) {
    return write(path, 0, bytes, who);
  }
  const Sys<InodePtr> inode = state_->writable(path, 0, who);
  if (!inode) return sys_fail(inode.error());
  if (const Sys<void> added = state_->append(**inode, bytes); !added) return added;
  state_->touch(**inode);
  if (state_->witness != nullptr) state_->witness->written((*inode)->number, place->path());
  return {};
}

Sys<void> FileSystem::truncate(std::string_view path, std::uint64_t size, const Credentials& who) {
  const Sys<Place> place = state_->existing(path, who, Follow::yes);
  if (!place) return sys_fail(place.error());
  const Kind kind = state_->kind(place->file, who);
  if (place->file.mount != nullptr || (kind != Kind::regular && kind != Kind::directory)) {
    return state_->may_do(place->file, W_OK, who);  // O_TRUNC of a device does nothing.
  }
  const Sys<InodePtr> inode = state_->writable(path, fs::kAppendOnly, who);
  if (!inode) return sys_fail(inode.error());
  if (state_->witness != nullptr && size == 0)
    state_->witness->lost((*inode)->number, (*inode)->content);
  if (const Sys<void> done = state_->resize(**inode, size); !done) return done;
  state_->touch(**inode);
  return {};
}

Sys<void> FileSystem::write_file(std::string_view path, const std::string& content,
                                 const Credentials& who, std::uint32_t mode) {
  const Sys<Place> place = state_->walk(path, who, Follow::yes);
  if (!place) return sys_fail(place.error());
  if (!place->file) {
    const Sys<void> made = create(place->path() + (place->must_be_directory ? "/" : ""), mode, who);
    if (!made) return made;
  }
  if (const Sys<void> cut = truncate(path, 0, who); !cut) return cut;
  return content.empty() ? Sys<void>{} : write(path, 0, content, who);
}

Sys<void> FileSystem::set_mode(std::string_view path, std::uint32_t mode, const Credentials& who,
                               Follow follow) {
  const Sys<InodePtr> inode = state_->changeable(path, who, follow);
  if (!inode) return sys_fail(inode.error());
  if ((*inode)->kind == Kind::symlink) return sys_fail(EOPNOTSUPP);
  if (!who.is_root() && !in_group((*inode)->gid, who)) mode &= ~02000U;
  (*inode)->mode = mode & 07777;
  (*inode)->changed = state_->clock.now();
  return {};
}

Sys<void> FileSystem::set_owner(std::string_view path, std::uint32_t uid, std::uint32_t gid,
                                const Credentials& who, Follow follow) {
  const Sys<InodePtr> inode = state_->changeable(path, who, follow);
  if (!inode) return sys_fail(inode.error());
  fs::Inode& file = **inode;
  constexpr std::uint32_t kUnchanged = ~0U;
  if (uid == kUnchanged) uid = file.uid;
  if (gid == kUnchanged) gid = file.gid;
  if (!who.is_root() && (uid != file.uid || (gid != file.gid && !in_group(gid, who)))) {
    return sys_fail(EPERM);
  }
  file.uid = uid;
  file.gid = gid;
  if (file.kind == Kind::regular) file.mode &= (file.mode & 010) != 0 ? ~06000U : ~04000U;
  file.changed = state_->clock.now();
  return {};
}

Sys<void> FileSystem::set_times(std::string_view path, TimePoint accessed, TimePoint modified,
                                const Credentials& who, Follow follow) {
  const Sys<InodePtr> inode = state_->changeable(path, who, follow);
  if (!inode) return sys_fail(inode.error());
  (*inode)->accessed = accessed;
  (*inode)->modified = modified;
  (*inode)->changed = state_->clock.now();
  return {};
}

Sys<void> FileSystem::set_attributes(std::string_view path, std::uint32_t attributes,
                                     const Credentials& who) {
  const Sys<Place> place = state_->existing(path, who, Follow::yes);
  if (!place) return sys_fail(place.error());
  if (place->file.mount != nullptr) return sys_fail(ENOTTY);
  const Sys<Stat> stat = state_->owner(place->file, who);
  if (!owns(*stat, who)) return sys_fail(EACCES);
  constexpr std::uint32_t kRootOnly = fs::kImmutable | fs::kAppendOnly;
  const std::uint32_t before = place->file.inode ? place->file.inode->attributes : 0;
  if (!who.is_root() && ((before ^ attributes) & kRootOnly) != 0) return sys_fail(EPERM);
  const Sys<InodePtr> inode = state_->own(*place);
  if (!inode) return sys_fail(inode.error());
  (*inode)->attributes = attributes;
  (*inode)->changed = state_->clock.now();
  return {};
}

}  // namespace decnet::shell
