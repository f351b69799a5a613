// Image: the files of a freshly installed host, as set-up read them from Debian's packages.
//
// It is the asset "debian12/image" (tools/make_image.py writes it): a table of nodes with name,
// kind, mode, owner, size, time and link target; the contents of those that people read (scripts,
// configuration, documentation of moderate size) compressed beside it. Mapped, shared by all
// Machines, never changed.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "shell/filesystem.h"

namespace decnet::shell {

class Image {
 public:
  // Over bytes that outlive it. Everything is checked. Errors: corrupt, limit.
  static Result<std::shared_ptr<const Image>> read(std::string_view bytes);

  struct Node {
    std::string_view name;
    Stat stat;                // Times as in the package; inode counts from 1.
    std::string_view target;  // Of a symbolic link.
    bool has_content = false;
    std::uint32_t first_child = 0;  // Children of a directory lie side by side, sorted by name.
    std::uint32_t children = 0;
  };
  const Node& root() const;
  const Node* find(const Node& directory, std::string_view name) const noexcept;
  std::string content(const Node& file) const;  // Empty where it is not kept.

 private:
  Image() = default;
};

}  // namespace decnet::shell
