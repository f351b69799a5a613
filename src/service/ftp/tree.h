// The file system that a decky's FTP server shows: an immutable tree that many sessions share, and
// each peer's own version of it, in which it may write.
//
//   Tree tree(base);                                   // A copy costs one pointer.
//   tree.enter({.uid = 1000, .gid = 1000}, "");        // Whose eyes, and where "/" is (a chroot).
//   auto found = tree.find("/home/ann", "notes.txt");  // Or what the kernel would say (ENOENT …)
//
// A change copies the folders from the root down to the changed place, so that a version that
// differs in one file costs one path, and comparing two versions stops where they share a node.
// Paths behave as on Linux: ".", "..", symbolic links, permission bits, NAME_MAX and PATH_MAX.
// Errors are errno values, because the genuine servers show them to their peers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/clock.h"

namespace decnet::service::ftp {

inline constexpr std::size_t kNameBytesMax = 255;
inline constexpr std::size_t kPathBytesMax = 4095;
inline constexpr int kLinksFollowedMax = 40;
inline constexpr std::size_t kFolderEntriesMax = 2'000;  // Beyond it the disk is full (ENOSPC).
inline constexpr std::size_t kDepthMax = 64;             // Beyond it: ENAMETOOLONG.

enum class Kind : std::uint8_t { file, folder, link };

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct Entry {
  std::string name;
  NodePtr node;
};

struct Node {
  Kind kind = Kind::file;
  std::uint16_t mode = 0644;  // Permission bits, with setuid, setgid and sticky.
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int64_t modified = 0;  // Seconds of Unix time.
  std::uint32_t inode = 0;
  std::uint64_t size = 0;  // Of a file; folders and links have what ext4 would show.
  std::string text;        // Of a link its target, of a file its recipe (bait.h) …
  std::shared_ptr<const std::string> bytes;  // … unless a peer has stored this.
  std::vector<Entry> entries;                // Of a folder, sorted by name.

  const Node* child(std::string_view name) const noexcept;
  std::uint64_t shown_size() const noexcept;
  std::uint32_t links() const noexcept;
};

template <class T>
using Posix = tl::expected<T, int>;

struct Identity {
  std::uint32_t uid = 65534;
  std::uint32_t gid = 65534;
};

struct Found {
  NodePtr node;
  std::string path;  // Canonical, as the peer sees it ("/" is the root of the jail).
};

enum class Follow : std::uint8_t { yes, no };
inline constexpr unsigned kRead = 4, kWrite = 2, kSearch = 1;

class Tree {
 public:
  Tree() = default;
  explicit Tree(NodePtr root) : root_(std::move(root)) {}

  // From now on as this user. `jail` is a canonical path ("" for none, "/srv/ftp") below which
  // everything happens.
  void enter(Identity who, std::string jail);
  // Takes what another session of the same peer has changed meanwhile; who and jail stay.
  void adopt(NodePtr root) { root_ = std::move(root); }
  const NodePtr& root() const noexcept { return root_; }
  const Identity& who() const noexcept { return who_; }

  // `cwd` is a canonical path as the peer sees it; `path` is relative to it, or absolute.
  Posix<Found> find(std::string_view cwd, std::string_view path, Follow follow = Follow::yes) const;
  // What a symbolic link at the end or not, a path that need not exist yet becomes: its folder
  // exists and may be searched. Errors: as find, for the folder.
  struct Place {
    NodePtr folder;
    std::string folder_path;
    std::string name;  // Never empty, "." or "..".
    NodePtr node;      // Null if nothing is there yet.
  };
  Posix<Place> locate(std::string_view cwd, std::string_view path) const;
  bool may(const Node& node, unsigned access) const noexcept;

  // Each gives errno of its system call. `now` becomes the folder's modification time.
  Posix<void> make_folder(std::string_view cwd, std::string_view path, std::uint16_t mode,
                          std::int64_t now);
  Posix<void> remove_folder(std::string_view cwd, std::string_view path, std::int64_t now);
  Posix<void> unlink(std::string_view cwd, std::string_view path, std::int64_t now);
  Posix<void> rename(std::string_view cwd, std::string_view from, std::string_view to,
                     std::int64_t now);
  Posix<void> symlink(std::string_view cwd, std::string_view target, std::string_view path,
                      std::int64_t now);
  Posix<void> change_mode(std::string_view cwd, std::string_view path, std::uint16_t mode);
  Posix<void> set_modified(std::string_view cwd, std::string_view path, std::int64_t to);
  // Whether a file could be created or opened for writing there. Gives its canonical path.
  Posix<std::string> may_write(std::string_view cwd, std::string_view path) const;
  // Puts a file there: a new one, or new content for an old one (which keeps its owner and mode).
  Posix<void> write(std::string_view cwd, std::string_view path,
                    std::shared_ptr<const std::string> bytes, std::uint16_t mode, std::int64_t now);

 private:
  struct Step;
  Posix<Found> walk(std::string_view cwd, std::string_view path, Follow follow,
                    int links_left) const;
  const Node* at(std::string_view canonical) const;
  NodePtr node_at(std::string_view canonical) const;
  Posix<void> may_change(const Place& place) const;
  bool sticky_refuses(const Place& place) const noexcept;
  void put(const std::string& folder_path, std::string_view name, NodePtr node, std::int64_t now);
  std::string outside(std::string_view path) const { return jail_ + std::string(path); }

  NodePtr root_;
  Identity who_;
  std::string jail_;
};

// A copy of `root` in which the canonical path (of the whole disk) is that node, or is gone where
// `node` is null. Null if the folder does not exist. Asks for no permission; the folder's time
// stays.
NodePtr with_node(const NodePtr& root, std::string_view canonical, NodePtr node);

// Text of an errno as the C library gives it in the C locale, for the errors that a Tree gives.
std::string_view errno_text(int error) noexcept;

// The last component, and what is before it ("/a/b" → "/a", "b"; "/b" → "/", "b").
std::string_view base_name(std::string_view canonical) noexcept;
std::string_view folder_name(std::string_view canonical) noexcept;
std::string join_path(std::string_view folder, std::string_view name);

}  // namespace decnet::service::ftp
