#include "service/ftp/tree.h"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <utility>

namespace decnet::service::ftp {

namespace {

constexpr std::uint64_t kFolderSize = 4096;  // ext4, while the folder fits in one block
constexpr std::uint64_t kFolderBlockEntries = 90;

auto position(const std::vector<Entry>& entries, std::string_view name) {
  return std::lower_bound(
      entries.begin(), entries.end(), name,
      [](const Entry& entry, std::string_view wanted) { return entry.name < wanted; });
}

void split(std::deque<std::string>& front_of, std::string_view path) {
  std::size_t end = path.size();
  while (end > 0) {
    const auto slash = path.rfind('/', end - 1);
    const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    if (begin < end) front_of.emplace_front(path.substr(begin, end - begin));
    if (slash == std::string_view::npos) break;
    end = slash;
  }
}

}  // namespace

const Node* Node::child(std::string_view name) const noexcept {
  const auto at = position(entries, name);
  return at != entries.end() && at->name == name ? at->node.get() : nullptr;
}

std::uint64_t Node::shown_size() const noexcept {
  switch (kind) {
    case Kind::folder:
      return kFolderSize * (1 + entries.size() / kFolderBlockEntries);
    case Kind::link:
      return text.size();
    case Kind::file:
      break;
  }
  return size;
}

std::uint32_t Node::links() const noexcept {
  if (kind != Kind::folder) return 1;
  return 2 + static_cast<std::uint32_t>(
                 std::count_if(entries.begin(), entries.end(),
                               [](const Entry& e) { return e.node->kind == Kind::folder; }));
}

void Tree::enter(Identity who, std::string jail) {
  who_ = who;
  jail_ = jail == "/" ? std::string() : std::move(jail);
}

bool Tree::may(const Node& node, unsigned access) const noexcept {
  if (who_.uid == 0) return true;
  const unsigned shift = node.uid == who_.uid ? 6 : node.gid == who_.gid ? 3 : 0;
  return (node.mode >> shift & access) == access;
}

NodePtr Tree::node_at(std::string_view canonical) const {
  std::deque<std::string> names;
  split(names, canonical);
  NodePtr node = root_;
  for (const std::string& name : names) {
    if (node == nullptr) return nullptr;
    const auto at = position(node->entries, name);
    node = at != node->entries.end() && at->name == name ? at->node : nullptr;
  }
  return node;
}

// Where a walk is: the folders from the jail's root down to here.
struct Tree::Step {
  std::string name;
  NodePtr node;
};

Posix<Found> Tree::find(std::string_view cwd, std::string_view path, Follow follow) const {
  return walk(cwd, path, follow, kLinksFollowedMax);
}

Posix<Found> Tree::walk(std::string_view cwd, std::string_view path, Follow follow,
                        int links_left) const {
  if (path.empty()) return tl::unexpected(ENOENT);
  if (path.size() > kPathBytesMax || path.find('\0') != std::string_view::npos)
    return tl::unexpected(ENAMETOOLONG);
  const NodePtr top = node_at(jail_);
  if (top == nullptr) return tl::unexpected(ENOENT);
  std::vector<Step> steps{{"", top}};
  if (path.front() != '/') {
    std::deque<std::string> names;
    split(names, cwd);
    for (std::string& name : names) {
      const auto& entries = steps.back().node->entries;
      const auto at = position(entries, name);
      if (at == entries.end() || at->name != name)
        return tl::unexpected(ENOENT);  // Somebody removed it.
      steps.push_back({std::move(name), at->node});
    }
  }
  std::deque<std::string> names;
  split(names, path);
  const bool wants_folder = path.back() == '/';
  while (!names.empty()) {
    const std::string name = std::move(names.front());
    names.pop_front();
    const NodePtr here = steps.back().node;
    if (here->kind != Kind::folder) return tl::unexpected(ENOTDIR);
    if (!may(*here, kSearch)) return tl::unexpected(EACCES);
    if (name == ".") continue;
    if (name == "..") {
      if (steps.size() > 1) steps.pop_back();
      continue;
    }
    if (name.size() > kNameBytesMax) return tl::unexpected(ENAMETOOLONG);
    const auto at = position(here->entries, name);
    if (at == here->entries.end() || at->name != name) return tl::unexpected(ENOENT);
    if (at->node->kind == Kind::link && (!names.empty() || wants_folder || follow == Follow::yes)) {
      if (links_left-- == 0) return tl::unexpected(ELOOP);
      if (at->node->text.starts_with('/')) steps.resize(1);
      std::deque<std::string> target;
      split(target, at->node->text);
      names.insert(names.begin(), target.begin(), target.end());
      continue;
    }
    steps.push_back({name, at->node});
  }
  if (wants_folder && steps.back().node->kind != Kind::folder) return tl::unexpected(ENOTDIR);
  std::string canonical;
  for (std::size_t n = 1; n < steps.size(); ++n) canonical.append("/").append(steps[n].name);
  return Found{steps.back().node, canonical.empty() ? "/" : std::move(canonical)};
}

Posix<Tree::Place> Tree::locate(std::string_view cwd, std::string_view path) const {
  if (path.empty()) return tl::unexpected(ENOENT);
  std::string_view bare = path;
  while (bare.size() > 1 && bare.back() == '/') bare.remove_suffix(1);
  const auto slash = bare.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? bare : bare.substr(slash + 1);
  const std::string_view before = slash == std::string_view::npos ? "."
                                  : slash == 0                    ? "/"
                                                                  : bare.substr(0, slash);
  auto folder = walk(cwd, before, Follow::yes, kLinksFollowedMax);
  if (!folder) return tl::unexpected(folder.error());
  if (folder->node->kind != Kind::folder) return tl::unexpected(ENOTDIR);
  if (!may(*folder->node, kSearch)) return tl::unexpected(EACCES);
  if (name.empty() || name == "." || name == "..") return tl::unexpected(EBUSY);
  if (name.size() > kNameBytesMax) return tl::unexpected(ENAMETOOLONG);
  Place place{folder->node, folder->path, std::string(name), nullptr};
  const auto at = position(place.folder->entries, name);
  if (at != place.folder->entries.end() && at->name == name) place.node = at->node;
  return place;
}

std::string_view errno_text(int error) noexcept {
  switch (error) {
    case EPERM:
      return "Operation not permitted";
    case ENOENT:
      return "No such file or directory";
    case EACCES:
      return "Permission denied";
    case EBUSY:
      return "Device or resource busy";
    case EEXIST:
      return "File exists";
    case ENOTDIR:
      return "Not a directory";
    case EISDIR:
      return "Is a directory";
    case EINVAL:
      return "Invalid argument";
    case ENOSPC:
      return "No space left on device";
    case ENAMETOOLONG:
      return "File name too long";
    case ENOTEMPTY:
      return "Directory not empty";
    case ELOOP:
      return "Too many levels of symbolic links";
    case EXDEV:
      return "Invalid cross-device link";
    default:
      return "Input/output error";
  }
}

std::string_view base_name(std::string_view canonical) noexcept {
  const auto slash = canonical.rfind('/');
  return slash == std::string_view::npos ? canonical : canonical.substr(slash + 1);
}

std::string_view folder_name(std::string_view canonical) noexcept {
  const auto slash = canonical.rfind('/');
  return slash == std::string_view::npos || slash == 0 ? "/" : canonical.substr(0, slash);
}

std::string join_path(std::string_view folder, std::string_view name) {
  std::string out(folder);
  if (!out.ends_with('/')) out += '/';
  return out.append(name);
}

}  // namespace decnet::service::ftp
