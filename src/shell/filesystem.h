// FileSystem: the tree of files that the processes of a Machine, sftp and scp see.
//
//   FileSystem files(layer, clock);
//   if (auto node = files.stat("/etc/passwd", root)) use(node->size);
//   files.write_file("/tmp/x", "hello\n", root);
//
// Three layers, from the top: what this attacker changed (bounded, saved and restored), what the
// decky's persona makes of the host (fs/seed_layer.h), and the image that set-up wrote from
// Debian's packages (names, sizes, times, modes; contents where they can be read). On top of them
// stand mounts, whose files have no stored content: /proc, /sys, /dev.
//
// Every call says who asks, and the classical permission rules hold. Errors are errno values,
// because they are what a user of this system sees. Paths are absolute; "." and ".." are
// understood, symbolic links are followed as POSIX says (ELOOP after 40). A mode that is given is
// final: the caller has applied its umask. Touched on the engine's one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shell/fs/node.h"
#include "shell/fs/seed_layer.h"
#include "shell/fs/witness.h"

namespace decnet::shell {

enum class Follow : std::uint8_t { yes, no };  // Whether a symbolic link at the end is followed.

inline constexpr std::size_t kPathBytesMax = 4096;       // Longer ones fail with ENAMETOOLONG …
inline constexpr std::size_t kNameBytesMax = 255;        // … and so do parts longer than this.
inline constexpr std::size_t kFileBytesMax = 32U << 20;  // One changed file; beyond: ENOSPC.
inline constexpr std::size_t kOverlayBytesMax =
    48U << 20;  // All that one attacker changed; beyond: ENOSPC.
inline constexpr std::size_t kOverlayNodesMax =
    20'000;  // Files that one attacker made; beyond: ENOSPC.
inline constexpr std::size_t kSavedBytesMax =
    52U * 1024;  // Of save(): the newest small files first.

class Image;  // image.h

class FileSystem {
 public:
  // `clock` dates changes and outlives it. The layer is shared by all Machines of a decky.
  FileSystem(std::shared_ptr<const SeedLayer> layer, const Clock& clock);
  // With a layer of its own, for tests. A null image is an empty tree: no test needs set-up's
  // files.
  FileSystem(std::shared_ptr<const Image> image, const Clock& clock);
  ~FileSystem();
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;

  void mount(std::string path, std::unique_ptr<Mount> files);
  // A memory file system whose first files are the layer's below `path`: /dev, /run, /dev/shm.
  void mount_memory(std::string path, std::uint32_t device);

  // The layer's, where it is this object's own (SeedLayer says what they do).
  void seed_directory(std::string_view path, std::uint32_t mode, std::uint32_t uid,
                      std::uint32_t gid, TimePoint modified);
  void seed_file(std::string_view path, std::string content, std::uint32_t mode, std::uint32_t uid,
                 std::uint32_t gid, TimePoint modified);
  void seed_link(std::string_view path, std::string target, TimePoint modified);

  Sys<Stat> stat(std::string_view path, const Credentials& who, Follow follow = Follow::yes) const;
  Sys<std::vector<DirectoryEntry>> list(std::string_view path, const Credentials& who)
      const;  // Without . and ..; in the order of the disk, which is not sorted.
  Sys<std::string> read_link(std::string_view path, const Credentials& who) const;
  Sys<std::string> real_path(std::string_view path,
                             const Credentials& who) const;  // Every link resolved.
  Sys<void> access(std::string_view path, int mode,
                   const Credentials& who) const;  // R_OK | W_OK | X_OK

  // Up to `count` bytes from `offset`; less only at the end. A file of the image whose content is
  // not there reads as bytes made from its name: as long as stat says, the same each time, an ELF
  // head where it is a program.
  Sys<std::string> read(std::string_view path, std::uint64_t offset, std::size_t count,
                        const Credentials& who) const;
  Sys<std::string> read_file(std::string_view path,
                             const Credentials& who) const;  // At most kFileBytesMax.

  Sys<void> create(std::string_view path, std::uint32_t mode,
                   const Credentials& who);  // EEXIST if it is there.
  Sys<void> write(std::string_view path, std::uint64_t offset, std::string_view bytes,
                  const Credentials& who);
  Sys<void> append(std::string_view path, std::string_view bytes, const Credentials& who);
  // What the system writes into one of its logs (SeedLayer::log). ENOENT: another file lies there.
  Sys<void> log(std::string_view path, std::string_view lines);
  Sys<void> truncate(std::string_view path, std::uint64_t size, const Credentials& who);
  // Creates or replaces the content, keeps mode and owner of a file that is there.
  Sys<void> write_file(std::string_view path, const std::string& content, const Credentials& who,
                       std::uint32_t mode = 0644);
  Sys<void> make_directory(std::string_view path, std::uint32_t mode, const Credentials& who);
  Sys<void> make_link(std::string_view target, std::string_view path,
                      const Credentials& who);  // symlink(2)
  Sys<void> make_hard_link(std::string_view existing, std::string_view path,
                           const Credentials& who);
  Sys<void> make_node(std::string_view path, Kind kind, std::uint32_t mode, std::uint32_t special,
                      const Credentials& who);
  Sys<void> remove(std::string_view path, const Credentials& who);            // unlink(2)
  Sys<void> remove_directory(std::string_view path, const Credentials& who);  // rmdir(2)
  Sys<void> rename(std::string_view from, std::string_view to, const Credentials& who);
  Sys<void> set_mode(std::string_view path, std::uint32_t mode, const Credentials& who,
                     Follow follow = Follow::yes);
  Sys<void> set_owner(std::string_view path, std::uint32_t uid, std::uint32_t gid,
                      const Credentials& who, Follow follow = Follow::yes);
  Sys<void> set_times(std::string_view path, TimePoint accessed, TimePoint modified,
                      const Credentials& who, Follow follow = Follow::yes);
  // chattr +i and +a: of a changed file, and asked by every call above (EPERM).
  Sys<void> set_attributes(std::string_view path, std::uint32_t attributes, const Credentials& who);
  Sys<std::uint32_t> attributes(std::string_view path) const;

  // Whether its content is this attacker's, and not the layers' below.
  bool is_changed(std::string_view path) const;
  // Who is told of changes of content from now on; it outlives this, null for nobody.
  void watch(Witness* witness);

  std::uint64_t overlay_bytes() const noexcept;
  std::size_t overlay_nodes() const noexcept;
  // What this attacker changed, as bytes (at most kSavedBytesMax; what does not fit is left out,
  // large files first), and taking it back. Garbage changes nothing.
  std::string save() const;
  void load(std::string_view saved);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "/a/./b//../c" → "/a/c" without looking at the tree; `path` may be relative to `directory`.
std::string absolute_path(std::string_view directory, std::string_view path);

}  // namespace decnet::shell
