// What every layer of the file system speaks of: errno results, who asks, what stat says, mounts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/clock.h"

namespace decnet::shell {

// A value, or the errno that a genuine system call would give.
template <class T>
using Sys = tl::expected<T, int>;
inline tl::unexpected<int> sys_fail(int error_number) {
  return tl::unexpected<int>(error_number);
}
// glibc's text: "No such file or directory". Constants.
std::string_view sys_error(int error_number) noexcept;

enum class Kind : std::uint8_t { regular, directory, symlink, character, block, fifo, socket };

struct Credentials {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups = {};  // Beside gid.
  bool is_root() const noexcept { return uid == 0; }
};

struct Stat {
  Kind kind = Kind::regular;
  std::uint32_t mode = 0;  // The lower twelve bits.
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size = 0;
  std::uint64_t inode = 0;
  std::uint32_t links = 1;
  std::uint32_t device = 0;   // Of the file system it lies on (st_dev): major << 8 | minor.
  std::uint32_t special = 0;  // Of a device node: major << 8 | minor.
  std::uint64_t blocks = 0;   // Of 512 bytes.
  TimePoint accessed{};
  TimePoint modified{};
  TimePoint changed{};
};

struct DirectoryEntry {
  std::string name;
  Kind kind = Kind::regular;
  std::uint64_t inode = 0;
};

// Whether `who` may do `mode` (R_OK | W_OK | X_OK) to what `stat` describes: the classical rules.
bool may(const Stat& stat, int mode, const Credentials& who) noexcept;

// What a process wants to change where a kernel's own file system may not have it.
enum class Change : std::uint8_t {
  create,  // open(O_CREAT) of a name that is not there
  directory,
  link,  // symlink, link, mknod, rename to here
  remove,
  remove_directory,
  attributes,  // chmod, chown, utimes
};

// Files without stored content under one path: /proc, /sys, /dev/pts. Paths given to it begin below
// the mount point ("" is the mount point, "self/status" a file). Permission to walk and read is
// asked by the FileSystem, from what stat() says.
class Mount {
 public:
  virtual ~Mount() = default;
  virtual Sys<Stat> stat(std::string_view path, const Credentials& who) const = 0;
  virtual Sys<std::vector<DirectoryEntry>> list(std::string_view path,
                                                const Credentials& who) const = 0;
  virtual Sys<std::string> read_link(std::string_view path, const Credentials& who) const = 0;
  virtual Sys<std::string> read(std::string_view path, const Credentials& who) const = 0;
  virtual Sys<void> write(std::string_view path, std::string_view bytes,
                          const Credentials& who) = 0;
  // The errno with which this kernel's file system refuses a change; it takes none.
  virtual int refusal(Change change, std::string_view path, const Credentials& who) const = 0;
};

}  // namespace decnet::shell
