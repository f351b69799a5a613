// rm, unlink, shred
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"
#include "shell/cmd/tree.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::uint32_t kFilesARound = 64;

struct RemoveOptions {
  bool force = false, recursive = false, directories = false, verbose = false, ask = false;
  bool root_too = false;
};

bool read_options(Io& io, RemoveOptions& options, std::vector<std::string>& names) {
  static constexpr Long kLongs[] = {{"force", 'f'},
                                    {"recursive", 'r'},
                                    {"dir", 'd'},
                                    {"verbose", 'v'},
                                    {"interactive", 300, '?'},
                                    {"preserve-root", 301, '?'},
                                    {"no-preserve-root", 302},
                                    {"one-file-system", 303}};
  Options reader(io, "dfirRIv", kLongs);
  for (int id = reader.next(); id != kNoMore; id = reader.next()) {
    if (id == kStop) return false;
    if (id == 'f') options.force = true;
    if (id == 'f') options.ask = false;
    if (id == 'i') options.ask = true;
    if (id == 'i') options.force = false;
    options.recursive = options.recursive || id == 'r' || id == 'R';
    options.directories = options.directories || id == 'd';
    options.verbose = options.verbose || id == 'v';
    options.root_too = options.root_too || id == 302;
  }
  names = reader.operands;
  if (names.empty() && !options.force) {
    io.misused("missing operand");
    return false;
  }
  return true;
}

void remove_one(Io& io, const RemoveOptions& options, const std::string& path,
                const std::string& shown, bool directory) {
  const Sys<void> removed =
      directory ? io.files.remove_directory(path, io.who) : io.files.remove(path, io.who);
  if (!removed) {
    io.fail("cannot remove " + quoted(shown), removed.error());
  } else if (options.verbose) {
    io.out((directory ? "removed directory " : "removed ") + quoted(shown) + "\n");
  }
}

// What rm asks before it removes; empty: it does not.
std::string question(Io& io, const RemoveOptions& options, const std::string& path,
                     const std::string& shown, const Stat& stat) {
  if (options.force) return {};
  const bool guarded =
      stat.kind != Kind::symlink && io.process.is_terminal(0) && !io.files.access(path, 2, io.who);
  if (!options.ask && !guarded) return {};
  return "rm: remove " + std::string(guarded ? "write-protected " : "") +
         std::string(kind_name(stat)) + " " + quoted(shown) + "? ";
}

Task<bool> agreed(Io& io, std::string asked) {
  bool yes = true;
  if (asked.empty()) co_return yes;
  io.err(asked);
  co_await io.flush();
  const Sys<std::string> answer = co_await io.process.read(0, 256);
  yes = answer && (answer->starts_with("y") || answer->starts_with("Y"));
  co_return yes;
}

Task<void> remove_operand(Io& io, const RemoveOptions& options, std::string name) {
  while (name.size() > 1 && name.ends_with("/")) name.pop_back();
  const std::string path = io.absolute(name);
  const Sys<Stat> stat = io.stat(name, Follow::no);
  if (!stat) {
    if (!(options.force && (stat.error() == ENOENT || stat.error() == ENOTDIR))) {
      io.fail("cannot remove " + quoted(name), stat.error());
    }
    co_return;
  }
  const bool directory = stat->kind == Kind::directory;
  if (directory && !options.recursive && !options.directories) {
    io.fail("cannot remove " + quoted(name), EISDIR);
    co_return;
  }
  const std::string_view last = std::string_view(name).substr(name.rfind('/') + 1);
  if (directory && (last == "." || last == "..")) {
    io.fail("refusing to remove '.' or '..' directory: skipping " + quoted(name));
    co_return;
  }
  if (directory && path == "/" && !options.root_too) {
    io.fail("it is dangerous to operate recursively on " + quoted("/") +
            (name == "/" ? "" : " (same as '/')"));
    io.err("rm: use --no-preserve-root to override this failsafe\n");
    co_return;
  }
  if (directory && options.recursive) {
    Tree tree(io.files, io.who);
    tree.give_after = true;
    tree.enter(path, name);
    std::uint32_t count = 0;
    while (const TreeEntry* entry = tree.next()) {
      const bool folder = entry->stat.kind == Kind::directory;
      if (entry->error == EACCES) io.fail("cannot remove " + quoted(entry->shown), entry->error);
      if (entry->error != 0 || (folder && !entry->after)) continue;
      if (folder && entry->path == path) break;
      remove_one(io, options, entry->path, entry->shown, folder);
      if (++count % kFilesARound != 0) continue;
      co_await io.process.breathe(kFilesARound);
    }
  }
  std::string asked = question(io, options, path, name, *stat);
  const bool yes = co_await agreed(io, std::move(asked));
  if (yes) remove_one(io, options, path, name, directory);
}

Task<int> rm(Process& process) {
  Io io(process);
  RemoveOptions options;
  std::vector<std::string> names;
  if (read_options(io, options, names)) {
    for (const std::string& name : names) co_await remove_operand(io, options, name);
  }
  co_await io.flush();
  co_return io.status;
}

int unlink(Io& io) {
  if (io.argc() < 2) return io.misused("missing operand");
  if (io.argc() > 2) return io.misused("extra operand " + quoted(io.arg(2)));
  const Sys<void> removed = io.files.remove(io.absolute(io.arg(1)), io.who);
  if (!removed) io.fail("cannot unlink " + quoted(io.arg(1)), removed.error());
  return io.status;
}

int shred(Io& io) {
  Options options(io, "fn:s:uvxz", {});
  bool remove = false;
  bool verbose = false;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    remove = remove || id == 'u';
    verbose = verbose || id == 'v';
  }
  if (options.operands.empty()) return io.misused("missing file operand");
  for (const std::string& name : options.operands) {
    const std::string path = io.absolute(name);
    const Sys<Stat> stat = io.stat(name);
    if (!stat) {
      io.fail(quoted_if_odd(name) + ": failed to open for writing", stat.error());
      continue;
    }
    for (int pass = 1; verbose && pass <= 3; ++pass) {
      io.err(text_of("shred: %s: pass %d/3 (random)...\n", name.c_str(), pass));
    }
    if (remove) {
      const Sys<void> gone = io.files.remove(path, io.who);
      if (!gone) io.fail(quoted_if_odd(name) + ": failed to remove", gone.error());
    } else {
      std::string noise(
          static_cast<std::size_t>(std::min<std::uint64_t>(stat->size, kFileBytesMax)), '\0');
      for (std::size_t at = 0; at < noise.size(); ++at)
        noise[at] = static_cast<char>(at * 167 + at / 251);
      const Sys<void> wrote = io.files.write_file(path, std::move(noise), io.who);
      if (!wrote) io.fail(quoted_if_odd(name) + ": failed to open for writing", wrote.error());
    }
  }
  return io.status;
}

constexpr Command kRows[] = {{"rm", &rm}, {"unlink", &plain<unlink>}, {"shred", &plain<shred>}};

}  // namespace

std::span<const Command> remove_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
