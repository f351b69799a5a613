#include <algorithm>
#include <cerrno>
#include <optional>
#include <span>
#include <utility>

#include "base/hash.h"
#include "service/ftp/tree.h"

namespace decnet::service::ftp {

namespace {

std::vector<std::string_view> components(std::string_view canonical) {
  std::vector<std::string_view> out;
  for (std::size_t begin = 0; begin < canonical.size();) {
    std::size_t end = canonical.find('/', begin);
    if (end == std::string_view::npos) end = canonical.size();
    if (end > begin) out.push_back(canonical.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

// A copy of `folder` in which `name` is `node` (or is gone, where `node` is null).
NodePtr with_child(const Node& folder, std::string_view name, NodePtr node, std::int64_t modified) {
  auto copy = std::make_shared<Node>(folder);
  copy->modified = modified;
  auto at = std::lower_bound(
      copy->entries.begin(), copy->entries.end(), name,
      [](const Entry& entry, std::string_view wanted) { return entry.name < wanted; });
  const bool there = at != copy->entries.end() && at->name == name;
  if (node == nullptr) {
    if (there) copy->entries.erase(at);
  } else if (there) {
    at->node = std::move(node);
  } else {
    copy->entries.insert(at, Entry{std::string(name), std::move(node)});
  }
  return copy;
}

NodePtr rebuilt(const Node& at, std::span<const std::string_view> way, std::string_view name,
                NodePtr node, std::optional<std::int64_t> modified) {
  if (way.empty()) return with_child(at, name, std::move(node), modified.value_or(at.modified));
  const Node* next = at.child(way.front());
  if (next == nullptr || next->kind != Kind::folder) return nullptr;
  NodePtr below = rebuilt(*next, way.subspan(1), name, std::move(node), modified);
  if (below == nullptr) return nullptr;
  return with_child(at, way.front(), std::move(below), at.modified);
}

// How many folders deep the tree below a node goes.
std::size_t height(const Node& node) {
  std::size_t most = 0;
  for (const Entry& entry : node.entries) most = std::max(most, 1 + height(*entry.node));
  return most;
}

std::size_t depth(std::string_view canonical) {
  return static_cast<std::size_t>(std::count(canonical.begin(), canonical.end(), '/'));
}

std::string_view last_component(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return path == "/" ? path : base_name(path);
}

std::uint32_t new_inode(std::string_view path, std::int64_t now) {
  return 131'072 + static_cast<std::uint32_t>(stable_hash(std::string(path) + std::to_string(now)) %
                                              1'500'000);
}

}  // namespace

NodePtr with_node(const NodePtr& root, std::string_view canonical, NodePtr node) {
  const std::vector<std::string_view> way = components(canonical);
  if (way.empty() || way.size() > kDepthMax + 2) return nullptr;
  return rebuilt(*root, std::span(way).first(way.size() - 1), way.back(), std::move(node),
                 std::nullopt);
}

void Tree::put(const std::string& folder_path, std::string_view name, NodePtr node,
               std::int64_t now) {
  const std::string whole = outside(folder_path == "/" ? "" : folder_path);
  const std::vector<std::string_view> way = components(whole);
  root_ = rebuilt(*root_, way, name, std::move(node), now);
}

Posix<void> Tree::may_change(const Place& place) const {
  if (!may(*place.folder, kWrite | kSearch)) return tl::unexpected(EACCES);
  return {};
}

bool Tree::sticky_refuses(const Place& place) const noexcept {
  return (place.folder->mode & 01000) != 0 && who_.uid != 0 && who_.uid != place.folder->uid &&
         place.node != nullptr && who_.uid != place.node->uid;
}

Posix<void> Tree::make_folder(std::string_view cwd, std::string_view path, std::uint16_t mode,
                              std::int64_t now) {
  const auto place = locate(cwd, path);
  if (!place) return tl::unexpected(place.error() == EBUSY ? EEXIST : place.error());
  if (place->node != nullptr) return tl::unexpected(EEXIST);
  if (const auto allowed = may_change(*place); !allowed) return allowed;
  if (place->folder->entries.size() >= kFolderEntriesMax) return tl::unexpected(ENOSPC);
  const std::string whole = outside(join_path(place->folder_path, place->name));
  if (depth(whole) > kDepthMax) return tl::unexpected(ENAMETOOLONG);
  auto made = std::make_shared<Node>();
  made->kind = Kind::folder;
  made->mode = mode;
  made->uid = who_.uid;
  made->gid = (place->folder->mode & 02000) != 0 ? place->folder->gid : who_.gid;
  made->modified = now;
  made->inode = new_inode(whole, now);
  put(place->folder_path, place->name, std::move(made), now);
  return {};
}

Posix<void> Tree::remove_folder(std::string_view cwd, std::string_view path, std::int64_t now) {
  const auto place = locate(cwd, path);
  if (!place) {
    if (place.error() != EBUSY) return tl::unexpected(place.error());
    const std::string_view last = last_component(path);
    return tl::unexpected(last == "." ? EINVAL : last == ".." ? ENOTEMPTY : EBUSY);
  }
  if (place->node == nullptr) return tl::unexpected(ENOENT);
  if (const auto allowed = may_change(*place); !allowed) return allowed;
  if (sticky_refuses(*place)) return tl::unexpected(EPERM);
  if (place->node->kind != Kind::folder) return tl::unexpected(ENOTDIR);
  if (!place->node->entries.empty()) return tl::unexpected(ENOTEMPTY);
  put(place->folder_path, place->name, nullptr, now);
  return {};
}

Posix<void> Tree::unlink(std::string_view cwd, std::string_view path, std::int64_t now) {
  const auto place = locate(cwd, path);
  if (!place) return tl::unexpected(place.error() == EBUSY ? EISDIR : place.error());
  if (place->node == nullptr) return tl::unexpected(ENOENT);
  if (path.back() == '/')
    return tl::unexpected(place->node->kind == Kind::folder ? EISDIR : ENOTDIR);
  if (const auto allowed = may_change(*place); !allowed) return allowed;
  if (sticky_refuses(*place)) return tl::unexpected(EPERM);
  if (place->node->kind == Kind::folder) return tl::unexpected(EISDIR);
  put(place->folder_path, place->name, nullptr, now);
  return {};
}

Posix<void> Tree::rename(std::string_view cwd, std::string_view from, std::string_view to,
                         std::int64_t now) {
  const auto source = locate(cwd, from);
  if (!source) return tl::unexpected(source.error());
  const auto target = locate(cwd, to);
  if (!target) return tl::unexpected(target.error());
  if (source->node == nullptr) return tl::unexpected(ENOENT);
  const bool folder = source->node->kind == Kind::folder;
  if (!folder && (from.back() == '/' || to.back() == '/')) return tl::unexpected(ENOTDIR);
  const std::string old_path = join_path(source->folder_path, source->name);
  const std::string new_path = join_path(target->folder_path, target->name);
  if (new_path.starts_with(old_path + "/")) return tl::unexpected(EINVAL);
  if (old_path.starts_with(new_path + "/")) return tl::unexpected(ENOTEMPTY);
  if (target->node == source->node) return {};
  if (const auto allowed = may_change(*source); !allowed) return allowed;
  if (sticky_refuses(*source)) return tl::unexpected(EPERM);
  if (const auto allowed = may_change(*target); !allowed) return allowed;
  if (target->node != nullptr) {
    if (sticky_refuses(*target)) return tl::unexpected(EPERM);
    const bool onto_folder = target->node->kind == Kind::folder;
    if (folder && !onto_folder) return tl::unexpected(ENOTDIR);
    if (!folder && onto_folder) return tl::unexpected(EISDIR);
    if (onto_folder && !target->node->entries.empty()) return tl::unexpected(ENOTEMPTY);
  } else if (target->folder->entries.size() >= kFolderEntriesMax) {
    return tl::unexpected(ENOSPC);
  }
  if (folder && depth(outside(new_path)) + height(*source->node) > kDepthMax)
    return tl::unexpected(ENAMETOOLONG);
  // A folder that moves to another parent needs to write its own "..".
  if (folder && source->folder_path != target->folder_path && !may(*source->node, kWrite))
    return tl::unexpected(EACCES);
  put(source->folder_path, source->name, nullptr, now);
  put(target->folder_path, target->name, source->node, now);
  return {};
}

Posix<void> Tree::symlink(std::string_view cwd, std::string_view target, std::string_view path,
                          std::int64_t now) {
  if (target.empty()) return tl::unexpected(ENOENT);
  if (target.size() > kPathBytesMax) return tl::unexpected(ENAMETOOLONG);
  const auto place = locate(cwd, path);
  if (!place) return tl::unexpected(place.error() == EBUSY ? EEXIST : place.error());
  if (place->node != nullptr) return tl::unexpected(EEXIST);
  if (const auto allowed = may_change(*place); !allowed) return allowed;
  if (place->folder->entries.size() >= kFolderEntriesMax) return tl::unexpected(ENOSPC);
  auto made = std::make_shared<Node>();
  made->kind = Kind::link;
  made->mode = 0777;
  made->uid = who_.uid;
  made->gid = who_.gid;
  made->modified = now;
  made->inode = new_inode(path, now);
  made->text = target;
  put(place->folder_path, place->name, std::move(made), now);
  return {};
}

Posix<void> Tree::change_mode(std::string_view cwd, std::string_view path, std::uint16_t mode) {
  const auto found = find(cwd, path);
  if (!found) return tl::unexpected(found.error());
  if (who_.uid != 0 && who_.uid != found->node->uid) return tl::unexpected(EPERM);
  if (found->path == "/") return tl::unexpected(EPERM);
  auto copy = std::make_shared<Node>(*found->node);
  copy->mode = mode;
  const std::string folder(folder_name(found->path));
  put(folder, base_name(found->path), std::move(copy), node_at(outside(folder))->modified);
  return {};
}

Posix<void> Tree::set_modified(std::string_view cwd, std::string_view path, std::int64_t to) {
  const auto found = find(cwd, path);
  if (!found) return tl::unexpected(found.error());
  if (who_.uid != 0 && who_.uid != found->node->uid) return tl::unexpected(EPERM);
  if (found->path == "/") return tl::unexpected(EPERM);
  auto copy = std::make_shared<Node>(*found->node);
  copy->modified = to;
  const std::string folder(folder_name(found->path));
  put(folder, base_name(found->path), std::move(copy), node_at(outside(folder))->modified);
  return {};
}

Posix<std::string> Tree::may_write(std::string_view cwd, std::string_view path) const {
  if (path.empty()) return tl::unexpected(ENOENT);
  if (const auto found = find(cwd, path); found) {
    if (found->node->kind == Kind::folder) return tl::unexpected(EISDIR);
    if (!may(*found->node, kWrite)) return tl::unexpected(EACCES);
    return found->path;
  } else if (found.error() != ENOENT) {
    return tl::unexpected(found.error());
  }
  const auto place = locate(cwd, path);
  if (!place) return tl::unexpected(place.error());
  if (place->node != nullptr) return tl::unexpected(ENOENT);  // A link that points nowhere.
  if (path.back() == '/') return tl::unexpected(EISDIR);
  if (const auto allowed = may_change(*place); !allowed) return tl::unexpected(allowed.error());
  if (place->folder->entries.size() >= kFolderEntriesMax) return tl::unexpected(ENOSPC);
  return join_path(place->folder_path, place->name);
}

Posix<void> Tree::write(std::string_view cwd, std::string_view path,
                        std::shared_ptr<const std::string> bytes, std::uint16_t mode,
                        std::int64_t now) {
  const auto canonical = may_write(cwd, path);
  if (!canonical) return tl::unexpected(canonical.error());
  const std::string folder(folder_name(*canonical));
  const NodePtr parent = node_at(outside(folder));
  const NodePtr old = node_at(outside(*canonical));
  auto made = old != nullptr ? std::make_shared<Node>(*old) : std::make_shared<Node>();
  if (old == nullptr) {
    made->mode = mode;
    made->uid = who_.uid;
    made->gid = (parent->mode & 02000) != 0 ? parent->gid : who_.gid;
    made->inode = new_inode(*canonical, now);
  }
  made->modified = now;
  made->size = bytes->size();
  made->text.clear();
  made->bytes = std::move(bytes);
  put(folder, base_name(*canonical), std::move(made), old != nullptr ? parent->modified : now);
  return {};
}

}  // namespace decnet::service::ftp
