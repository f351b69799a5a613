#include "shell/cmd/tree.h"

#include <algorithm>

namespace decnet::shell::cmd {

void Tree::enter(const std::string& path, const std::string& shown, std::size_t depth) {
  entry_ = {};
  entry_.path = path;
  entry_.shown = shown;
  entry_.depth = depth;
  entry_.stat.kind = Kind::directory;
  if (const Sys<Stat> stat = files_.stat(path, who_)) entry_.stat = *stat;
  descend_ = true;
}

const TreeEntry* Tree::next() {
  if (descend_) {
    descend_ = false;
    if (levels_.size() < kTreeDepthMax) {
      auto entries = files_.list(entry_.path, who_);
      if (!entries) {
        entry_.error = entries.error();
        return &entry_;
      }
      if (sorted) {
        std::sort(entries->begin(), entries->end(),
                  [](const auto& left, const auto& right) { return left.name < right.name; });
      }
      Level level;
      level.path = entry_.path;
      level.shown = entry_.shown;
      level.depth = entry_.depth;
      level.entries = std::move(*entries);
      level.stat = entry_.stat;
      levels_.push_back(std::move(level));
    }
  }
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.at >= level.entries.size()) {
      entry_ = {};
      entry_.path = level.path;
      entry_.shown = level.shown;
      entry_.depth = level.depth;
      entry_.stat = level.stat;
      entry_.after = true;
      levels_.pop_back();
      if (give_after) return &entry_;
      continue;
    }
    const DirectoryEntry& found = level.entries[level.at++];
    entry_ = {};
    entry_.path = level.path + (level.path.ends_with("/") ? "" : "/") + found.name;
    entry_.shown = level.shown + (level.shown.ends_with("/") ? "" : "/") + found.name;
    entry_.depth = level.depth + 1;
    const Sys<Stat> stat = files_.stat(entry_.path, who_, follow ? Follow::yes : Follow::no);
    if (!stat) continue;  // It went in the meantime.
    entry_.stat = *stat;
    descend_ = stat->kind == Kind::directory;
    return &entry_;
  }
  return nullptr;
}

}  // namespace decnet::shell::cmd
