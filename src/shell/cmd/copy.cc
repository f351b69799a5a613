// cp, mv, ln, link, install
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/mode.h"
#include "shell/cmd/text.h"
#include "shell/cmd/tree.h"

namespace decnet::shell::cmd {
namespace {

struct CopyOptions {
  bool recursive = false, force = false, keep = false, links = false, verbose = false;
  bool no_clobber = false, update = false, into = true, symbolic = false, hard = false;
  std::string target;              // -t
  std::string mode, owner, group;  // install
  bool make_directories = false, parents = false, no_follow = false;
  std::string backup;
  std::vector<std::string> names;
};

std::string_view last_part(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos || path.size() == 1 ? path : path.substr(slash + 1);
}

bool read_options(Io& io, std::string_view letters, CopyOptions& options) {
  static constexpr Long kLongs[] = {{"archive", 'a'},
                                    {"recursive", 'R'},
                                    {"force", 'f'},
                                    {"no-clobber", 'n'},
                                    {"update", 'u'},
                                    {"verbose", 'v'},
                                    {"preserve", 'p', '?'},
                                    {"target-directory", 't', ':'},
                                    {"no-target-directory", 'T'},
                                    {"interactive", 'i'},
                                    {"symbolic", 's'},
                                    {"mode", 'm', ':'},
                                    {"owner", 'o', ':'},
                                    {"group", 'g', ':'},
                                    {"directory", 'd'},
                                    {"no-dereference", 'P'},
                                    {"dereference", 'L'},
                                    {"backup", 'b', '?'},
                                    {"remove-destination", 300},
                                    {"reflink", 301, '?'},
                                    {"sparse", 302, ':'},
                                    {"parents", 303},
                                    {"suffix", 'S', ':'},
                                    {"symbolic-link", 's'},
                                    {"link", 'l'},
                                    {"one-file-system", 'x'}};
  Options reader(io, letters, kLongs, "[OPTION]... SOURCE... DIRECTORY");
  for (int id = reader.next(); id != kNoMore; id = reader.next()) {
    switch (id) {
      case kStop:
        return false;
      case 'a':
        options.recursive = options.keep = options.links = true;
        break;
      case 'r':
      case 'R':
        options.recursive = true;
        break;
      case 'f':
        options.force = true;
        break;
      case 'n':
        if (io.name() == "ln") options.no_follow = true;
        options.no_clobber = true;
        break;
      case 'u':
        options.update = true;
        break;
      case 'v':
        options.verbose = true;
        break;
      case 'p':
        options.keep = true;
        break;
      case 'd':
        options.links = true;
        options.make_directories = true;
        break;
      case 'P':
        options.links = true;
        break;
      case 't':
        options.target = reader.value;
        break;
      case 'T':
        options.into = false;
        break;
      case 's':
        options.symbolic = true;
        break;
      case 'l':
        options.hard = true;
        break;
      case 'm':
        options.mode = reader.value;
        break;
      case 'o':
        options.owner = reader.value;
        break;
      case 'g':
        options.group = reader.value;
        break;
      case 'D':
        options.parents = true;
        break;
      case 'b':
        options.backup = "~";
        break;
      case 'S':
        options.backup = reader.value;
        break;
      default:
        break;
    }
  }
  options.names = reader.operands;
  return true;
}

// Where the operands go. False: said why.
bool find_target(Io& io, CopyOptions& options, bool& directory) {
  auto& names = options.names;
  directory = true;
  if (!options.target.empty()) {
    if (names.empty()) return io.misused("missing file operand") == 0;
    const Sys<Stat> there = io.stat(options.target);
    if (there && there->kind == Kind::directory) return true;
    io.fail("target directory " + quoted(options.target), there ? ENOTDIR : there.error());
    return false;
  }
  if (names.empty()) return io.misused("missing file operand") == 0;
  if (names.size() == 1) {
    if (io.name() == "ln") {
      options.target = ".";
      return true;
    }
    return io.misused("missing destination file operand after " + quoted(names[0])) == 0;
  }
  options.target = names.back();
  names.pop_back();
  const Sys<Stat> there = io.stat(options.target, options.no_follow ? Follow::no : Follow::yes);
  directory = options.into && there && there->kind == Kind::directory;
  if (!options.into && names.size() > 1) {
    return io.misused("extra operand " + quoted(names[1])) == 0;
  }
  if (names.size() > 1 && !directory) {
    io.fail("target " + quoted(options.target), there ? ENOTDIR : there.error());
    return false;
  }
  return true;
}

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

std::string target_of(const CopyOptions& options, bool directory, const std::string& name) {
  if (!directory) return options.target;
  return options.target + (options.target.ends_with("/") ? "" : "/") + std::string(last_part(name));
}

Task<int> cp(Process& process) {
  Io io(process);
  CopyOptions options;
  bool directory = false;
  const bool ready =
      read_options(io, "abdfiHlLnprRsS:t:TuvxPZ", options) && find_target(io, options, directory);
  if (ready) {
    for (const std::string& name : options.names) {
      std::string to = target_of(options, directory, name);
      co_await copy_operand(io, options, name, std::move(to));
    }
  }
  co_await io.flush();
  co_return io.status;
}

bool move_by_rename(Io& io, const CopyOptions& options, const std::string& name,
                    const std::string& to, const Stat& stat, int& error) {
  const std::string from = io.absolute(name);
  const std::string target = io.absolute(to);
  const Sys<Stat> there = io.files.stat(target, io.who, Follow::no);
  error = 0;
  if (there && there->inode == stat.inode && there->device == stat.device && from == target) {
    io.fail(quoted(name) + " and " + quoted(to) + " are the same file");
    return false;
  }
  if (there && (options.no_clobber || (options.update && there->modified >= stat.modified)))
    return false;
  if (stat.kind == Kind::directory && target.starts_with(from + "/")) {
    io.fail("cannot move " + quoted(name) + " to a subdirectory of itself, " + quoted(to));
    return false;
  }
  if (there && there->kind == Kind::directory && stat.kind != Kind::directory) {
    io.fail("cannot overwrite directory " + quoted(to) + " with non-directory");
    return false;
  }
  if (there && there->kind != Kind::directory && stat.kind == Kind::directory) {
    io.fail("cannot overwrite non-directory " + quoted(to) + " with directory " + quoted(name));
    return false;
  }
  if (there && !options.backup.empty())
    static_cast<void>(io.files.rename(target, target + options.backup, io.who));
  const Sys<void> moved = io.files.rename(from, target, io.who);
  if (!moved) error = moved.error();
  if (moved && options.verbose) io.out("renamed " + quoted(name) + " -> " + quoted(to) + "\n");
  return moved.has_value();
}

Task<void> move_operand(Io& io, CopyOptions options, std::string name, std::string to) {
  const Sys<Stat> stat = io.stat(name, Follow::no);
  if (!stat) {
    io.fail("cannot stat " + quoted(name), stat.error());
    co_return;
  }
  int error = 0;
  if (move_by_rename(io, options, name, to, *stat, error) || error == 0) co_return;
  if (error != EXDEV) {
    io.fail("cannot move " + quoted(name) + " to " + quoted(to), error);
    co_return;
  }
  const int before = io.status;
  io.status = 0;
  options.keep = options.recursive = options.links = true;
  co_await copy_operand(io, options, name, to);
  if (io.status != 0) co_return;
  io.status = before;
  Tree tree(io.files, io.who);
  tree.give_after = true;
  if (stat->kind == Kind::directory) tree.enter(io.absolute(name), name);
  while (const TreeEntry* entry = tree.next()) {
    if (entry->after) static_cast<void>(io.files.remove_directory(entry->path, io.who));
    if (entry->stat.kind != Kind::directory)
      static_cast<void>(io.files.remove(entry->path, io.who));
  }
  if (stat->kind == Kind::directory) co_return;
  const Sys<void> removed = io.files.remove(io.absolute(name), io.who);
  if (!removed) io.fail("cannot remove " + quoted(name), removed.error());
}

Task<int> mv(Process& process) {
  Io io(process);
  CopyOptions options;
  bool directory = false;
  const bool ready =
      read_options(io, "bfinS:t:TuvZ", options) && find_target(io, options, directory);
  if (ready) {
    for (const std::string& name : options.names) {
      std::string to = target_of(options, directory, name);
      co_await move_operand(io, options, name, std::move(to));
    }
  }
  co_await io.flush();
  co_return io.status;
}

int ln(Io& io) {
  CopyOptions options;
  bool directory = false;
  if (!read_options(io, "bdfFiLnPrsS:t:Tv", options)) return io.status;
  if (!find_target(io, options, directory)) return io.status;
  for (const std::string& name : options.names) {
    const std::string to = target_of(options, directory, name);
    const std::string target = io.absolute(to);
    if (options.force && io.files.stat(target, io.who, Follow::no)) {
      static_cast<void>(io.files.remove(target, io.who));
    }
    if (!options.symbolic) {
      const Sys<Stat> stat = io.stat(name);
      if (!stat) {
        io.fail("failed to access " + quoted(name), stat.error());
        continue;
      }
      if (stat->kind == Kind::directory) {
        io.fail(quoted_if_odd(name) + ": hard link not allowed for directory");
        continue;
      }
    }
    const Sys<void> made = options.symbolic
                               ? io.files.make_link(name, target, io.who)
                               : io.files.make_hard_link(io.absolute(name), target, io.who);
    if (!made) {
      const std::string kind = options.symbolic ? "symbolic" : "hard";
      const bool exists = made.error() == EEXIST;
      io.fail("failed to create " + kind + " link " + quoted(to) +
                  (exists || options.symbolic ? "" : " => " + quoted(name)),
              made.error());
    } else if (options.verbose) {
      io.out(quoted(to) + (options.symbolic ? " -> " : " => ") + quoted(name) + "\n");
    }
  }
  return io.status;
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
  bool ready = read_options(io, "bcdDg:m:o:pS:st:TvZ", options);
  if (ready && options.make_directories) {
    for (const std::string& name : options.names) {
      make_parents(io, name + "/");
      set_owner_and_mode(io, options, name);
    }
    ready = false;
  }
  options.symbolic = false;
  if (ready && options.parents && options.names.size() == 2) make_parents(io, options.names[1]);
  if (ready && find_target(io, options, directory)) {
    for (const std::string& name : options.names) {
      std::string to = target_of(options, directory, name);
      static_cast<void>(io.files.remove(io.absolute(to), io.who));
      co_await copy_operand(io, options, name, to);
      set_owner_and_mode(io, options, to);
    }
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"cp", &cp}, {"mv", &mv}, {"ln", &plain<ln>}, {"install", &install}};

}  // namespace

std::span<const Command> copy_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
