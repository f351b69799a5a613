// Changes of the tree: new names, names that go, names that move.
#include <cerrno>

#include <unistd.h>

#include "shell/fs/overlay.h"

namespace decnet::shell {

using fs::InodePtr;
using fs::Place;
using fs::Ref;

namespace {

std::string inner_path(const Place& place) {
  const Ref& parent = place.parent();
  return parent.inner.empty() ? place.name : parent.inner + "/" + place.name;
}

bool same_file(const Ref& a, const Ref& b) {
  return a.inode ? a.inode == b.inode
                 : !b.inode && a.lower.seed == b.lower.seed && a.lower.image == b.lower.image;
}

}  // namespace

// As the kernel's may_delete().
Sys<void> FileSystem::State::may_remove(const Place& place, const Credentials& who) const {
  const Ref& parent = place.parent();
  if (const Sys<void> allowed = may_do(parent, W_OK | X_OK, who); !allowed) return allowed;
  const Sys<Stat> directory = owner(parent, who);
  const Sys<Stat> file = owner(place.file, who);
  if (!directory || !file) return sys_fail(ENOENT);
  const bool sticky = (directory->mode & 01000) != 0 && !who.is_root() && who.uid != file->uid &&
                      who.uid != directory->uid;
  constexpr std::uint32_t kKept = fs::kImmutable | fs::kAppendOnly;
  const bool kept = (parent.inode && (parent.inode->attributes & kKept) != 0) ||
                    (place.file.inode && (place.file.inode->attributes & kKept) != 0);
  return sticky || kept ? sys_fail(EPERM) : Sys<void>{};
}

Sys<void> FileSystem::make_directory(std::string_view path, std::uint32_t mode,
                                     const Credentials& who) {
  const Sys<Place> place = state_->new_place(path, Kind::directory, who);
  if (!place) return sys_fail(place.error());
  const Sys<InodePtr> made = state_->make(*place, Kind::directory, mode & 01777, who);
  return made ? Sys<void>{} : sys_fail(made.error());
}

Sys<void> FileSystem::make_link(std::string_view to, std::string_view path,
                                const Credentials& who) {
  if (to.empty()) return sys_fail(ENOENT);
  if (to.size() > fs::kTargetBytesMax) return sys_fail(ENAMETOOLONG);
  const Sys<Place> place = state_->new_place(path, Kind::symlink, who);
  if (!place) return sys_fail(place.error());
  if (const Sys<void> fits = state_->room(1, to.size()); !fits) return fits;
  const Sys<InodePtr> made = state_->make(*place, Kind::symlink, 0777, who);
  if (!made) return sys_fail(made.error());
  (*made)->content = to;
  state_->bytes += to.size();
  return {};
}

Sys<void> FileSystem::make_hard_link(std::string_view existing, std::string_view path,
                                     const Credentials& who) {
  const Sys<Place> from = state_->existing(existing, who, Follow::no);
  if (!from) return sys_fail(from.error());
  const Sys<Place> place = state_->new_place(path, Kind::symlink, who);
  if (!place) return sys_fail(place.error());
  if (from->file.device != place->parent().device) return sys_fail(EXDEV);
  const Sys<Stat> stat = state_->owner(from->file, who);
  if (stat->kind == Kind::directory) return sys_fail(EPERM);
  // As with fs.protected_hardlinks, which Debian sets.
  const bool safe = stat->kind == Kind::regular && (stat->mode & 04000) == 0 &&
                    (stat->mode & 02010) != 02010 && may(*stat, R_OK | W_OK, who);
  if (!who.is_root() && who.uid != stat->uid && !safe) return sys_fail(EPERM);
  const Sys<InodePtr> inode = state_->own(*from);
  if (!inode) return sys_fail(inode.error());
  if (((*inode)->attributes & (fs::kImmutable | fs::kAppendOnly)) != 0) return sys_fail(EPERM);
  if ((*inode)->links >= fs::kLinksMax) return sys_fail(EMLINK);
  if (const Sys<void> attached = state_->attach(*place, *inode); !attached) return attached;
  ++(*inode)->links;
  (*inode)->changed = state_->clock.now();
  return {};
}

Sys<void> FileSystem::make_node(std::string_view path, Kind kind, std::uint32_t mode,
                                std::uint32_t special, const Credentials& who) {
  if (kind == Kind::directory || kind == Kind::symlink) return sys_fail(EINVAL);
  if ((kind == Kind::character || kind == Kind::block) && !who.is_root()) return sys_fail(EPERM);
  const Sys<Place> place = state_->new_place(path, Kind::fifo, who);
  if (!place) return sys_fail(place.error());
  const Sys<InodePtr> made = state_->make(*place, kind, mode, who);
  if (!made) return sys_fail(made.error());
  (*made)->special = special;
  return {};
}

Sys<void> FileSystem::remove(std::string_view path, const Credentials& who) {
  const Sys<Place> place = state_->existing(path, who, Follow::no);
  if (!place) return sys_fail(place.error());
  if (place->dotted || place->name.empty()) return sys_fail(EISDIR);
  const bool directory = state_->kind(place->file, who) == Kind::directory;
  if (Mount* mount = place->parent().mount; mount != nullptr && !place->mounted) {
    if (directory) return sys_fail(EISDIR);
    return sys_fail(mount->refusal(Change::remove, inner_path(*place), who));
  }
  if (const Sys<void> allowed = state_->may_remove(*place, who); !allowed) return allowed;
  if (directory) return sys_fail(EISDIR);
  const InodePtr inode = place->file.inode;
  if (const Sys<void> gone = state_->detach(*place); !gone) return gone;
  if (inode) state_->release(inode);
  return {};
}

Sys<void> FileSystem::remove_directory(std::string_view path, const Credentials& who) {
  const Sys<Place> place = state_->existing(path, who, Follow::no);
  if (!place) return sys_fail(place.error());
  if (place->dotted) return sys_fail(path.ends_with("..") ? ENOTEMPTY : EINVAL);
  if (place->name.empty()) return sys_fail(EBUSY);
  const bool directory = state_->kind(place->file, who) == Kind::directory;
  if (Mount* mount = place->parent().mount; mount != nullptr && !place->mounted) {
    if (!directory) return sys_fail(ENOTDIR);
    return sys_fail(mount->refusal(Change::remove_directory, inner_path(*place), who));
  }
  if (const Sys<void> allowed = state_->may_remove(*place, who); !allowed) return allowed;
  if (!directory) return sys_fail(ENOTDIR);
  if (place->mounted) return sys_fail(EBUSY);
  if (!state_->list(place->file).empty()) return sys_fail(ENOTEMPTY);
  const InodePtr inode = place->file.inode;
  if (const Sys<void> gone = state_->detach(*place); !gone) return gone;
  if (inode) state_->release(inode);
  return {};
}

// What the kernel asks before a rename; `to` need not be there.
Sys<void> FileSystem::State::may_rename(const Place& from, const Place& to,
                                        const Credentials& who) const {
  for (const Place* place : {&from, &to}) {
    if (place->dotted || place->name.empty()) return sys_fail(EBUSY);
  }
  if (from.parent().device != to.parent().device) return sys_fail(EXDEV);
  if (Mount* mount = from.parent().mount) {
    return sys_fail(mount->refusal(Change::link, inner_path(to), who));
  }
  if (from.mounted || to.mounted) return sys_fail(EBUSY);
  const bool directory = kind(from.file, who) == Kind::directory;
  if (directory && to.path().starts_with(from.path() + "/")) return sys_fail(EINVAL);
  if (!directory && to.must_be_directory) return sys_fail(ENOTDIR);
  if (const Sys<void> allowed = may_remove(from, who); !allowed) return allowed;
  if (!to.file) {
    if (const Sys<void> allowed = may_do(to.parent(), W_OK | X_OK, who); !allowed) return allowed;
  } else {
    if (from.path().starts_with(to.path() + "/")) return sys_fail(ENOTEMPTY);
    if (const Sys<void> allowed = may_remove(to, who); !allowed) return allowed;
    const bool onto_directory = kind(to.file, who) == Kind::directory;
    if (directory && !onto_directory) return sys_fail(ENOTDIR);
    if (!directory && onto_directory) return sys_fail(EISDIR);
    if (onto_directory && !list(to.file).empty()) return sys_fail(ENOTEMPTY);
  }
  const bool other_parent = !same_file(from.parent(), to.parent());
  return directory && other_parent ? may_do(from.file, W_OK, who) : Sys<void>{};
}

Sys<void> FileSystem::rename(std::string_view from_path, std::string_view to_path,
                             const Credentials& who) {
  const Sys<Place> from = state_->existing(from_path, who, Follow::no);
  if (!from) return sys_fail(from.error());
  const Sys<Place> to = state_->walk(to_path, who, Follow::no);
  if (!to) return sys_fail(to.error());
  if (to->file && same_file(from->file, to->file) && !from->file.mount) return {};
  if (const Sys<void> allowed = state_->may_rename(*from, *to, who); !allowed) return allowed;
  if (const Sys<void> fits = state_->room(4, 0); !fits) return fits;
  const Sys<InodePtr> inode = state_->own(*from);
  if (!inode) return sys_fail(inode.error());
  const InodePtr replaced = to->file.inode;
  if (const Sys<void> attached = state_->attach(*to, *inode); !attached) return attached;
  if (replaced) state_->release(replaced);
  if (const Sys<void> gone = state_->detach(*from); !gone) return gone;
  if (state_->witness != nullptr) state_->witness->moved((*inode)->number, to->path());
  (*inode)->changed = state_->clock.now();
  return {};
}

}  // namespace decnet::shell
