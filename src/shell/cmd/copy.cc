// cp, install
#include "shell/cmd/copy.h"

#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/mode.h"
#include "shell/cmd/text.h"
#include "shell/cmd/tree.h"

namespace decnet::shell::cmd {
namespace {

class Copier {
 public:
  Copier(Io& io, const CopyOptions& options) : io_(io), options_(options) {}

  // One file that is no directory.
  bool file(const std::string& from, const std::string& shown, const Stat& stat,
            const std::string& to, const std::string& to_shown) {
    const std::string target = io_.absolute(to);
    const Sys<Stat> there = io_.files.stat(target, io_.who);
    if (there && there->inode == stat.inode && there->device == stat.device &&
        stat.kind == Kind::regular) {
      io_.fail(quoted(shown) + " and " + quoted(to_shown) + " are the same file");
      return false;
    }
    if (there && there->kind == Kind::directory) {
      io_.fail("cannot overwrite directory " + quoted(to_shown) + " with non-directory");
      return false;
    }
    if (there && (options_.no_clobber || (options_.update && there->modified >= stat.modified))) {
      return true;
    }
    if (there && !options_.backup.empty()) {
      static_cast<void>(io_.files.rename(target, target + options_.backup, io_.who));
    }
    if (!content(from, shown, stat, target, to_shown, there.has_value())) return false;
    keep(stat, target);
    if (options_.verbose) io_.out(quoted(shown) + " -> " + quoted(to_shown) + "\n");
    return true;
  }

  bool directory(const Stat& stat, const std::string& to, const std::string& shown,
                 const std::string& to_shown) {
    const std::string target = io_.absolute(to);
    const Sys<Stat> there = io_.files.stat(target, io_.who);
    if (there && there->kind != Kind::directory) {
      io_.fail("cannot overwrite non-directory " + quoted(to_shown) + " with directory " +
               quoted(shown));
      return false;
    }
    if (there) return true;
    const std::uint32_t mode = options_.keep ? stat.mode : stat.mode & ~io_.process.umask & 0777U;
    const Sys<void> made = io_.files.make_directory(target, mode | 0700U, io_.who);
    if (!made) {
      io_.fail("cannot create directory " + quoted(to_shown), made.error());
      return false;
    }
    if (options_.verbose) io_.out(quoted(shown) + " -> " + quoted(to_shown) + "\n");
    return true;
  }

  void keep(const Stat& stat, const std::string& target) {
    if (!options_.keep || stat.kind == Kind::symlink) return;
    static_cast<void>(io_.files.set_owner(target, stat.uid, stat.gid, io_.who));
    static_cast<void>(io_.files.set_mode(target, stat.mode, io_.who));
    static_cast<void>(io_.files.set_times(target, stat.accessed, stat.modified, io_.who));
  }

 private:
  bool content(const std::string& from, const std::string& shown, const Stat& stat,
               const std::string& target, const std::string& to_shown, bool there) {
    if (stat.kind == Kind::symlink || options_.symbolic) {
      const std::string link =
          options_.symbolic ? shown : io_.files.read_link(from, io_.who).value_or("");
      if (there && (options_.force || stat.kind == Kind::symlink))
        static_cast<void>(io_.files.remove(target, io_.who));
      const Sys<void> made = io_.files.make_link(link, target, io_.who);
      if (!made) io_.fail("cannot create symbolic link " + quoted(to_shown), made.error());
      return made.has_value();
    }
    if (options_.hard) {
      const Sys<void> made = io_.files.make_hard_link(from, target, io_.who);
      if (!made)
        io_.fail("cannot create hard link " + quoted(to_shown) + " to " + quoted(shown),
                 made.error());
      return made.has_value();
    }
    Sys<std::string> bytes = stat.kind == Kind::character
                                 ? io_.files.read(from, 0, 64 * 1024, io_.who)
                                 : io_.files.read_file(from, io_.who);
    if (!bytes) {
      io_.fail("cannot open " + quoted(shown) + " for reading", bytes.error());
      return false;
    }
    Sys<void> wrote =
        io_.files.write_file(target, *bytes, io_.who, stat.mode & 0777U & ~io_.process.umask);
    if (!wrote && there && options_.force && wrote.error() == EACCES &&
        io_.files.remove(target, io_.who)) {
      wrote = io_.files.write_file(target, *bytes, io_.who, stat.mode & 0777U & ~io_.process.umask);
    }
    if (wrote) return true;
    if (wrote.error() == ENOSPC) {
      io_.fail("error writing " + quoted(to_shown), wrote.error());
    } else {
      io_.fail(std::string("cannot create regular file ") + quoted(to_shown), wrote.error());
    }
    return false;
  }
  Io& io_;
  const CopyOptions& options_;
};

Task<int> cp(Process& process) {
  Io io(process);
  CopyOptions options;
  bool directory = false;
  const bool ready = read_copy_options(io, "abdfiHlLnprRsS:t:TuvxPZ", options) &&
                     find_copy_target(io, options, directory);
  if (ready) {
    for (const std::string& name : options.names) {
      std::string to = copy_target(options, directory, name);
      co_await copy_operand(io, options, name, std::move(to));
    }
  }
  co_await io.flush();
  co_return io.status;
}

void make_parents(Io& io, const std::string& path) {
  std::size_t at = 0;
  while ((at = path.find('/', at + 1)) != std::string::npos) {
    static_cast<void>(io.files.make_directory(io.absolute(path.substr(0, at)), 0755, io.who));
  }
}

void set_owner_and_mode(Io& io, const CopyOptions& options, const std::string& path) {
  const std::uint32_t mode =
      changed_mode(options.mode.empty() ? "755" : options.mode, 0, false, 0).value_or(0755);
  static_cast<void>(io.files.set_mode(io.absolute(path), mode, io.who));
  const Sys<Stat> stat = io.stat(path);
  if (!stat || (options.owner.empty() && options.group.empty())) return;
  const auto user = find_user(io, options.owner);
  const auto group = find_group(io, options.group);
  static_cast<void>(io.files.set_owner(io.absolute(path), user ? user->uid : stat->uid,
                                       group ? group->gid : stat->gid, io.who));
}

Task<int> install(Process& process) {
  Io io(process);
  CopyOptions options;
  bool directory = false;
  bool ready = read_copy_options(io, "bcdDg:m:o:pS:st:TvZ", options);
  if (ready && options.make_directories) {
    for (const std::string& name : options.names) {
      make_parents(io, name + "/");
      set_owner_and_mode(io, options, name);
    }
    ready = false;
  }
  options.symbolic = false;
  if (ready && options.parents && options.names.size() == 2) make_parents(io, options.names[1]);
  if (ready && find_copy_target(io, options, directory)) {
    for (const std::string& name : options.names) {
      std::string to = copy_target(options, directory, name);
      static_cast<void>(io.files.remove(io.absolute(to), io.who));
      co_await copy_operand(io, options, name, to);
      set_owner_and_mode(io, options, to);
    }
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"cp", &cp}, {"install", &install}};

}  // namespace

Task<void> copy_operand(Io& io, const CopyOptions& options, std::string name, std::string to) {
  Copier copier(io, options);
  const bool link = options.links || (options.recursive && io.name() == "cp");
  const Sys<Stat> stat = io.stat(name, link ? Follow::no : Follow::yes);
  if (!stat) {
    io.fail("cannot stat " + quoted(name), stat.error());
    co_return;
  }
  if (stat->kind != Kind::directory) {
    copier.file(io.absolute(name), name, *stat, to, to);
    co_return;
  }
  if (!options.recursive) {
    io.fail(
        (io.name() == "install" ? "omitting directory " : "-r not specified; omitting directory ") +
        quoted(name));
    co_return;
  }
  const std::string from = io.absolute(name);
  const std::string target = io.absolute(to);
  if (target == from || target.starts_with(from == "/" ? "/" : from + "/")) {
    io.fail("cannot copy a directory, " + quoted(name) + ", into itself, " + quoted(to));
    co_return;
  }
  if (!copier.directory(*stat, to, name, to)) co_return;
  Tree tree(io.files, io.who);
  tree.give_after = true;
  tree.enter(from, name);
  std::uint32_t count = 0;
  while (const TreeEntry* entry = tree.next()) {
    const std::string below = entry->path.substr(std::min(from.size(), entry->path.size()));
    const std::string there = to + (to.ends_with("/") && !below.empty() ? below.substr(1) : below);
    if (entry->error != 0) {
      io.fail("cannot access " + quoted(entry->shown), entry->error);
    } else if (entry->after) {
      copier.keep(entry->stat, io.absolute(there));
    } else if (entry->stat.kind == Kind::directory) {
      if (!copier.directory(entry->stat, there, entry->shown, there)) tree.skip();
    } else {
      copier.file(entry->path, entry->shown, entry->stat, there, there);
    }
    if (++count % 32 == 0) co_await io.process.breathe(200);
  }
}

std::span<const Command> copy_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
