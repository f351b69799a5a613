// Tree: what lies below a directory, one entry at a time, in the order that programs walk it.
//
//   Tree tree(files, who);
//   tree.enter("/etc", "etc");
//   while (const TreeEntry* entry = tree.next()) …
#pragma once

#include <string>
#include <vector>

#include "shell/filesystem.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kTreeDepthMax = 256;  // Deeper is not walked.

struct TreeEntry {
  std::string path;   // Absolute.
  std::string shown;  // As the operand named it.
  Stat stat;
  std::size_t depth = 0;
  int error = 0;       // The directory could not be read; of a directory that was given before.
  bool after = false;  // A directory again, behind what is in it (if asked for).
  std::size_t level() const { return depth; }
};

class Tree {
 public:
  Tree(FileSystem& files, const Credentials& who) : files_(files), who_(who) {}
  bool give_after = false;  // Directories come again when they are done.
  bool sorted = false;
  bool follow = false;

  void enter(const std::string& path, const std::string& shown, std::size_t depth = 0);
  // Null at the end. The entry lives until the next call.
  const TreeEntry* next();
  void skip() { descend_ = false; }  // Does not enter the directory that next() just gave.

 private:
  struct Level {
    std::string path;
    std::string shown;
    std::size_t depth;
    std::vector<DirectoryEntry> entries;
    std::size_t at = 0;
    Stat stat;
  };
  FileSystem& files_;
  const Credentials& who_;
  std::vector<Level> levels_;
  TreeEntry entry_;
  bool descend_ = false;
};

}  // namespace decnet::shell::cmd
