#include "shell/fs/proc.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <map>
#include <optional>

#include <unistd.h>

#include "base/hash.h"
#include "shell/fs/proc_tables.h"

namespace decnet::shell {
namespace {

using fs::Row;

constexpr std::uint64_t kProcInode = 4'026'531'840;  // Where the kernel begins to count.
constexpr std::size_t kSettingsMax = 64;             // Of /proc/sys, changed by one attacker.
constexpr std::size_t kSettingBytesMax = 256;

class ProcMount final : public fs::TableMount {
 public:
  explicit ProcMount(const SystemView& view) : TableMount(view, {ENOENT, ENOENT, EPERM}) {}

  Sys<Stat> stat(std::string_view path, const Credentials& who) const override {
    const std::string_view top = fs::first_part(path);
    if (top == "self" || top == "thread-self") return link_stat(path);
    const std::optional<ProcessView> process = process_of(top);
    if (!process) return TableMount::stat(path, who);
    const std::string_view name = path.substr(std::min(top.size() + 1, path.size()));
    Stat stat;
    stat.uid = process->uid;
    stat.gid = process->gid;
    stat.inode = 10'000 + static_cast<std::uint64_t>(process->pid) * 600 + stable_hash(name) % 600;
    stat.accessed = stat.modified = stat.changed = process->started;
    stat.kind = Kind::directory;
    stat.mode = 0555;
    stat.links = 9;
    if (name.empty()) return stat;
    if (name.starts_with("fd/")) {
      stat.kind = Kind::symlink;
      stat.mode = 0700;
      stat.links = 1;
      stat.size = 64;
      return descriptor(*process, name.substr(3)) ? Sys<Stat>(stat) : sys_fail(ENOENT);
    }
    for (const Row& row : fs::process_rows()) {
      if (row.path != name) continue;
      stat.kind = row.kind;
      stat.mode = row.mode;
      stat.links = row.kind == Kind::directory ? 2 : 1;
      return stat;
    }
    return sys_fail(ENOENT);
  }

  Sys<std::vector<DirectoryEntry>> list(std::string_view path,
                                        const Credentials& who) const override {
    std::vector<DirectoryEntry> entries;
    const std::optional<ProcessView> process = process_of(fs::first_part(path));
    if (process) {
      if (path.ends_with("/fd")) {
        for (const auto& [number, target] : process->descriptors) {
          entries.push_back(
              {std::to_string(number), Kind::symlink, 40'000U + static_cast<unsigned>(number)});
        }
        return entries;
      }
      for (const Row& row : fs::process_rows()) {
        entries.push_back({std::string(row.path), row.kind, 10'000 + stable_hash(row.path) % 600});
      }
      return entries;
    }
    if (!path.empty()) return TableMount::list(path, who);
    for (const ProcessView& each : view().processes()) {
      entries.push_back({std::to_string(each.pid), Kind::directory,
                         10'000U + static_cast<unsigned>(each.pid) * 600U});
    }
    Sys<std::vector<DirectoryEntry>> others = TableMount::list(path, who);
    if (!others) return others;
    others->push_back({"self", Kind::symlink, kProcInode});
    others->push_back({"thread-self", Kind::symlink, kProcInode + 1});
    entries.insert(entries.begin(), others->begin(), others->end());
    return entries;
  }

  Sys<std::string> read_link(std::string_view path, const Credentials& who) const override {
    const int self = view().self();
    if (path == "self") return self > 0 ? Sys<std::string>(std::to_string(self)) : sys_fail(ENOENT);
    if (path == "thread-self") {
      if (self == 0) return sys_fail(ENOENT);
      return std::to_string(self) + "/task/" + std::to_string(self);
    }
    const std::string_view top = fs::first_part(path);
    const std::optional<ProcessView> process = process_of(top);
    if (!process) return TableMount::read_link(path, who);
    const std::string_view name = path.substr(std::min(top.size() + 1, path.size()));
    const Sys<Stat> found = stat(path, who);
    if (!found) return sys_fail(found.error());
    if (found->kind != Kind::symlink) return sys_fail(EINVAL);
    if (!who.is_root() && who.uid != process->uid) return sys_fail(EACCES);
    if (name.starts_with("fd/")) return *descriptor(*process, name.substr(3));
    return fs::process_text(view(), *process, name);
  }

  Sys<std::string> read(std::string_view path, const Credentials& who) const override {
    const std::string_view top = fs::first_part(path);
    if (const std::optional<ProcessView> process = process_of(top)) {
      const Sys<Stat> found = stat(path, who);
      if (!found) return sys_fail(found.error());
      if (found->kind == Kind::directory) return sys_fail(EISDIR);
      return fs::process_text(view(), *process, path.substr(top.size() + 1));
    }
    const auto changed = settings_.find(path);
    return changed != settings_.end() ? changed->second : TableMount::read(path, who);
  }

  Sys<void> write(std::string_view path, std::string_view bytes, const Credentials& who) override {
    const fs::Row* row = find(path);
    if (row == nullptr || !path.starts_with("sys/")) {
      const Sys<Stat> found = stat(path, who);
      if (!found) return sys_fail(found.error());
      return (found->mode & 0222) != 0 ? Sys<void>{} : sys_fail(EIO);
    }
    if (bytes.size() > kSettingBytesMax) return sys_fail(EINVAL);
    std::string text(bytes.substr(0, bytes.find('\n')));
    const std::string before = *read(path, who);
    const auto number = [](std::string_view of) {
      return !of.empty() && of.find_first_not_of("-0123456789 \t\n") == std::string_view::npos;
    };
    if (number(before) && !number(text)) return sys_fail(EINVAL);
    if (settings_.size() >= kSettingsMax && !settings_.contains(path)) return sys_fail(ENOMEM);
    settings_.insert_or_assign(std::string(path), text + "\n");
    return {};
  }

 protected:
  std::span<const Row> rows() const override { return fs::proc_rows(); }
  std::uint64_t first_inode() const override { return kProcInode + 30; }

 private:
  std::optional<ProcessView> process_of(std::string_view name) const {
    int pid = view().self();
    if (name != "self") {
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
      if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
    }
    return view().process(pid);
  }

  static std::optional<std::string> descriptor(const ProcessView& process,
                                               std::string_view number) {
    for (const auto& [each, target] : process.descriptors) {
      if (std::to_string(each) == number) return target;
    }
    return std::nullopt;
  }

  Sys<Stat> link_stat(std::string_view path) const {
    if (path.find('/') != std::string_view::npos) return sys_fail(ENOENT);
    Stat stat;
    stat.kind = Kind::symlink;
    stat.mode = 0777;
    stat.inode = kProcInode;
    stat.accessed = stat.modified = stat.changed = view().now();
    return stat;
  }

  std::map<std::string, std::string, std::less<>> settings_;
};

class PtsMount final : public fs::TableMount {
 public:
  explicit PtsMount(const SystemView& view) : TableMount(view, {EACCES, EPERM, EPERM}) {}

  Sys<Stat> stat(std::string_view path, const Credentials& who) const override {
    if (path.empty()) {
      Sys<Stat> root = TableMount::stat(path, who);
      root->mode = 0755;
      return root;
    }
    Stat stat;
    stat.kind = Kind::character;
    stat.accessed = stat.modified = stat.changed = view().now();
    if (path == "ptmx") {
      stat.inode = 2;
      stat.special = 5 << 8 | 2;
      return stat;
    }
    for (const LoginView& login : view().logins()) {
      if (!login.terminal.starts_with("pts/") || login.terminal.substr(4) != path) continue;
      const auto number = static_cast<std::uint32_t>(std::atoi(login.terminal.c_str() + 4));
      stat.inode = number + 3;
      stat.special = 136 << 8 | number;
      stat.mode = 0620;
      stat.gid = 5;
      for (const ProcessView& process : view().processes()) {
        if (process.pid == login.pid) stat.uid = process.uid;
      }
      return stat;
    }
    return sys_fail(ENOENT);
  }
  Sys<std::vector<DirectoryEntry>> list(std::string_view, const Credentials&) const override {
    std::vector<DirectoryEntry> entries{{"ptmx", Kind::character, 2}};
    for (const LoginView& login : view().logins()) {
      if (!login.terminal.starts_with("pts/")) continue;
      const auto number = static_cast<std::uint64_t>(std::atoi(login.terminal.c_str() + 4));
      entries.push_back({login.terminal.substr(4), Kind::character, number + 3});
    }
    return entries;
  }

 protected:
  std::span<const Row> rows() const override { return {}; }
  std::uint64_t first_inode() const override { return 1; }
};

}  // namespace

std::unique_ptr<Mount> make_proc(const SystemView& view) {
  return std::make_unique<ProcMount>(view);
}

std::unique_ptr<Mount> make_pts(const SystemView& view) {
  return std::make_unique<PtsMount>(view);
}

void mount_system(FileSystem& files, const SystemView& view) {
  constexpr std::uint32_t kDevtmpfs = 5;
  files.mount_memory("/dev", kDevtmpfs);
  files.mount_memory("/run", 24);
  files.mount_memory("/dev/shm", 25);
  files.mount("/dev/pts", make_pts(view));
  files.mount("/proc", make_proc(view));
  files.mount("/sys", make_sys(view));
}

}  // namespace decnet::shell
