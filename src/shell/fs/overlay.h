// What one attacker changed, and how a path is walked through all layers. Private to fs/.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "shell/filesystem.h"
#include "shell/fs/changed_log.h"
#include "shell/fs/lower.h"

namespace decnet::shell {

namespace fs {

inline constexpr std::uint32_t kImmutable = 0x10;   // FS_IMMUTABLE_FL
inline constexpr std::uint32_t kAppendOnly = 0x20;  // FS_APPEND_FL
inline constexpr int kLinksFollowedMax = 40;
inline constexpr std::size_t kTargetBytesMax = kPathBytesMax - 1;
inline constexpr std::uint32_t kLinksMax = 65'000;   // ext4; beyond: EMLINK
inline constexpr std::size_t kFreedInodesMax = 256;  // Remembered, to be given out again.

// A file that was made or changed. A directory of it holds only what differs from `lower`.
struct Inode {
  Kind kind = Kind::regular;
  bool whole = true;  // Its content is `content`; else it is that of `lower`.
  std::uint32_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t special = 0;
  std::uint32_t attributes = 0;
  std::uint32_t links = 1;  // Names of it; not for directories.
  std::uint64_t number = 0;
  TimePoint accessed{}, modified{}, changed{};
  std::string content;              // Or a link's target.
  std::shared_ptr<ChangedLog> log;  // Where the system goes on writing to it; then it is whole.
  Lower lower;
  std::string origin;  // Where `lower` lies.
  // Null hides what `lower` has by this name.
  std::map<std::string, std::shared_ptr<Inode>, std::less<>> children;
};
using InodePtr = std::shared_ptr<Inode>;

struct MountPoint {
  std::unique_ptr<Mount> files;  // Or a memory file system:
  InodePtr root;
  std::uint32_t device = 0;
};

// A file where a walk came by: of the overlay, of the layers below, or of a mount.
struct Ref {
  InodePtr inode;
  Lower lower;
  Mount* mount = nullptr;
  std::string inner;  // Its path within the mount.
  std::uint32_t device = 0;
  explicit operator bool() const noexcept { return inode || lower || mount != nullptr; }
};

struct Step {
  std::string name;
  Ref ref;
  bool mounted = false;  // A mount begins here.
};

// Where a path led: the directories down to its parent, the last name, and the file if it is there.
struct Place {
  std::vector<Step> parents;
  std::string name;  // Empty for the root.
  Ref file;
  bool mounted = false;            // `file` is the root of a mount.
  bool must_be_directory = false;  // The path ended in a slash or a dot.
  bool dotted = false;             // It ended in "." or "..".
  const Ref& parent() const { return parents.back().ref; }
  std::string path() const;
};

}  // namespace fs

struct FileSystem::State {
  std::shared_ptr<SeedLayer> own_layer;  // Where it may be seeded.
  fs::LowerTree lower;
  const Clock& clock;
  fs::InodePtr root;
  std::map<std::string, fs::MountPoint, std::less<>> mounts;
  std::uint64_t bytes = 0;
  std::size_t nodes = 0;
  std::uint64_t next_number = 0;
  std::set<std::uint64_t> freed;
  Witness* witness = nullptr;

  State(std::shared_ptr<const SeedLayer> layer, const Clock& given_clock);

  void ensure_directory(const std::string& path) const;

  // walk.cc
  void enter_mount(fs::Step& step, const std::string& path) const;
  Sys<fs::Place> walk(std::string_view path, const Credentials& who, Follow follow) const;
  Sys<fs::Place> existing(std::string_view path, const Credentials& who, Follow follow) const;
  Kind kind(const fs::Ref& ref, const Credentials& who) const;
  Sys<Stat> stat(const fs::Ref& ref, const Credentials& who) const;
  // Only kind, mode, owner and number.
  Sys<Stat> owner(const fs::Ref& ref, const Credentials& who) const;
  fs::Ref child(const fs::Ref& directory, std::string_view name, const Credentials& who) const;
  Sys<std::string> target(const fs::Ref& link, const Credentials& who) const;
  Sys<void> may_do(const fs::Ref& ref, int mode, const Credentials& who) const;

  // overlay.cc
  std::vector<DirectoryEntry> list(const fs::Ref& directory) const;
  std::string read(const fs::Ref& file, std::uint64_t offset, std::size_t count) const;
  Sys<fs::InodePtr> own(const fs::Place& place);         // Copies up what the place leads to …
  Sys<fs::InodePtr> own_parent(const fs::Place& place);  // … or its directory.
  Sys<fs::InodePtr> own_child(const fs::InodePtr& parent, const std::string& name,
                              const fs::Lower& below);
  fs::InodePtr copy_up(const fs::Lower& lower_file, std::string path) const;
  std::uint64_t new_number(std::uint64_t parent);
  Sys<void> own_content(fs::Inode& inode);
  Sys<void> resize(fs::Inode& inode, std::uint64_t size);
  Sys<void> attach(const fs::Place& place, fs::InodePtr inode);
  Sys<void> detach(const fs::Place& place);  // What hides it stays, where something lies below.
  void release(const fs::InodePtr& inode);
  Sys<fs::InodePtr> make(const fs::Place& place, Kind kind, std::uint32_t mode,
                         const Credentials& who);
  Sys<void> room(std::size_t more_nodes, std::uint64_t more_bytes) const;

  // log.cc
  static std::string log_text(const fs::Inode& inode, TimePoint now);
  Sys<void> append_log(fs::Inode& inode, std::string_view more);
  void forget_oldest(fs::Inode& inode);
  Sys<void> flatten_log(fs::Inode& inode);  // All of its text is `content` then.
  void empty_log(fs::Inode& inode);
  Sys<void> append(fs::Inode& inode, std::string_view more);

  // change.cc
  Sys<fs::Place> new_place(std::string_view path, Kind kind, const Credentials& who) const;
  Sys<fs::InodePtr> writable(std::string_view path, std::uint32_t denied, const Credentials& who);
  Sys<void> may_remove(const fs::Place& place, const Credentials& who) const;
  Sys<void> may_rename(const fs::Place& from, const fs::Place& to, const Credentials& who) const;
  Sys<fs::InodePtr> changeable(std::string_view path, const Credentials& who, Follow follow);
  void touch(fs::Inode& inode) const { inode.modified = inode.changed = clock.now(); }
};

}  // namespace decnet::shell
