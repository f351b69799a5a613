// mv, ln
#include <algorithm>

#include "shell/cmd/copy.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"
#include "shell/cmd/tree.h"

namespace decnet::shell::cmd {
namespace {

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
      read_copy_options(io, "bfinS:t:TuvZ", options) && find_copy_target(io, options, directory);
  if (ready) {
    for (const std::string& name : options.names) {
      std::string to = copy_target(options, directory, name);
      co_await move_operand(io, options, name, std::move(to));
    }
  }
  co_await io.flush();
  co_return io.status;
}

int ln(Io& io) {
  CopyOptions options;
  bool directory = false;
  if (!read_copy_options(io, "bdfFiLnPrsS:t:Tv", options)) return io.status;
  if (!find_copy_target(io, options, directory)) return io.status;
  for (const std::string& name : options.names) {
    const std::string to = copy_target(options, directory, name);
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

constexpr Command kRows[] = {{"mv", &mv}, {"ln", &plain<ln>}};

}  // namespace

std::span<const Command> move_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
