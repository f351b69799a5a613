#include "shell/fs/table_mount.h"

#include <algorithm>
#include <cerrno>

#include "base/hash.h"

namespace decnet::shell::fs {
namespace {

bool lies_in(std::string_view path, std::string_view directory) {
  if (directory.empty()) return true;
  return path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

}  // namespace

std::string_view first_part(std::string_view path) {
  return path.substr(0, path.find('/'));
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

const Row* TableMount::find(std::string_view path) const {
  for (const Row& row : rows()) {
    if (row.path == path) return &row;
  }
  return nullptr;
}

bool TableMount::is_directory(std::string_view path) const {
  if (path.empty()) return true;
  return std::any_of(rows().begin(), rows().end(),
                     [&](const Row& row) { return lies_in(row.path, path); });
}

Sys<Stat> TableMount::stat(std::string_view path, const Credentials&) const {
  Stat stat;
  const Row* row = find(path);
  if (row == nullptr && !is_directory(path)) return sys_fail(ENOENT);
  stat.kind = row != nullptr ? row->kind : Kind::directory;
  stat.mode = row != nullptr ? row->mode : 0555;
  stat.inode = path.empty() ? 1 : first_inode() + stable_hash(path) % 60'000;
  if (stat.kind == Kind::regular) stat.size = file_size();
  if (stat.kind == Kind::directory) {
    stat.links = 2;
    std::string_view last;
    for (const Row& below : rows()) {
      if (!lies_in(below.path, path)) continue;
      const std::string_view rest = below.path.substr(path.empty() ? 0 : path.size() + 1);
      if (rest.find('/') == std::string_view::npos || first_part(rest) == last) continue;
      last = first_part(rest);
      ++stat.links;
    }
  }
  stat.accessed = stat.modified = stat.changed =
      file_size() == 0 ? view_.now() : view_.persona().booted_at;
  return stat;
}

Sys<std::vector<DirectoryEntry>> TableMount::list(std::string_view path,
                                                  const Credentials& who) const {
  std::vector<DirectoryEntry> entries;
  for (const Row& row : rows()) {
    if (!lies_in(row.path, path)) continue;
    const std::string_view rest = row.path.substr(path.empty() ? 0 : path.size() + 1);
    const std::string_view name = first_part(rest);
    const auto same = [&](const DirectoryEntry& entry) { return entry.name == name; };
    if (std::any_of(entries.begin(), entries.end(), same)) continue;
    const Sys<Stat> below =
        stat(row.path.substr(0, row.path.size() - rest.size() + name.size()), who);
    if (below) entries.push_back({std::string(name), below->kind, below->inode});
  }
  return entries;
}

Sys<std::string> TableMount::read_link(std::string_view path, const Credentials& who) const {
  const Row* row = find(path);
  if (row == nullptr || row->kind != Kind::symlink) return sys_fail(EINVAL);
  return read(path, who);
}

Sys<std::string> TableMount::read(std::string_view path, const Credentials&) const {
  const Row* row = find(path);
  if (row == nullptr) return sys_fail(is_directory(path) ? EISDIR : ENOENT);
  return row->make != nullptr ? row->make(view_, row->argument) : std::string(row->argument);
}

Sys<void> TableMount::write(std::string_view path, std::string_view, const Credentials&) {
  const Row* row = find(path);
  if (row == nullptr) return sys_fail(EISDIR);
  return (row->mode & 0222) != 0 ? Sys<void>{} : sys_fail(EIO);
}

int TableMount::refusal(Change change, std::string_view, const Credentials&) const {
  switch (change) {
    case Change::create:
      return refusals_.create;
    case Change::directory:
    case Change::link:
      return refusals_.make;
    default:
      return refusals_.remove;
  }
}

}  // namespace decnet::shell::fs
