// tar
#include "shell/cmd/tar.h"

#include <algorithm>
#include <array>

#include "shell/cmd/compress.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"
#include "shell/cmd/tree.h"

namespace decnet::shell::cmd {
namespace {

struct TarOptions {
  char mode = 0;
  bool gzip = false, verbose = false, keep_names = false, to_output = false, other = false;
  std::string file = "-", directory;
  std::size_t strip = 0;
  std::vector<std::string> names, exclude;
};

bool read_options(Io& io, TarOptions& options) {
  static constexpr Long kLongs[] = {{"create", 'c'},
                                    {"extract", 'x'},
                                    {"get", 'x'},
                                    {"list", 't'},
                                    {"file", 'f', ':'},
                                    {"gzip", 'z'},
                                    {"gunzip", 'z'},
                                    {"verbose", 'v'},
                                    {"directory", 'C', ':'},
                                    {"strip-components", 300, ':'},
                                    {"exclude", 301, ':'},
                                    {"bzip2", 'j'},
                                    {"xz", 'J'},
                                    {"absolute-names", 'P'},
                                    {"to-stdout", 'O'},
                                    {"no-same-owner", 302},
                                    {"overwrite", 303},
                                    {"preserve-permissions", 'p'},
                                    {"append", 'r'},
                                    {"owner", 304, ':'},
                                    {"group", 305, ':'}};
  auto& words = io.process.arguments;
  if (words.size() > 1 && !words[1].empty() &&
      words[1][0] != '-') {  // "tar xzf file": letters first, their values behind.
    const std::string letters = words[1];
    std::vector<std::string> made = {words[0]};
    std::size_t next = 2;
    for (const char letter : letters) {
      const bool takes =
          letter == 'f' || letter == 'C' || letter == 'b' || letter == 'X' || letter == 'T';
      if (takes && next >= words.size()) {
        io.err(
            std::string("tar: Old option '") + letter +
            "' requires an argument.\nTry 'tar --help' or 'tar --usage' for more information.\n");
        io.status = 2;
        return false;
      }
      std::string one = std::string("-") + letter;
      if ((letter == 'f' || letter == 'C' || letter == 'b' || letter == 'X' || letter == 'T') &&
          next < words.size())
        one += words[next++];
      made.push_back(one);
    }
    made.insert(made.end(), words.begin() + static_cast<std::ptrdiff_t>(next), words.end());
    words = made;
  }
  Options reader(io, "cxtruf:zvC:jJPOpmhkb:X:T:SaZW", kLongs, "[OPTION...] [FILE]...", 64);
  for (int id = reader.next(); id != kNoMore; id = reader.next()) {
    if (id == kStop) return false;
    if (id == 'c' || id == 'x' || id == 't' || id == 'r' || id == 'u')
      options.mode = static_cast<char>(id);
    if (id == 'f') options.file = reader.value;
    if (id == 'z' || id == 'a') options.gzip = true;
    if (id == 'j' || id == 'J') options.other = true;
    if (id == 'v') options.verbose = true;
    if (id == 'C') options.directory = reader.value;
    if (id == 'P') options.keep_names = true;
    if (id == 'O') options.to_output = true;
    if (id == 300)
      options.strip = static_cast<std::size_t>(
          std::min<std::uint64_t>(number_of(reader.value).value_or(0), 100));
    if (id == 301) options.exclude.push_back(reader.value);
  }
  options.names = reader.operands;
  if (options.mode != 0) return true;
  io.err(
      "tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\nTry 'tar "
      "--help' or 'tar --usage' for more information.\n");
  io.status = 2;
  return false;
}

void say(Io& io, const std::string& text, int status = 2) {
  io.err("tar: " + text + "\n");
  io.status = status;
}

std::string list_line(const TarEntry& entry) {
  std::string line = mode_text(entry.stat) + " " + entry.user + "/" + entry.group;
  const std::string size = std::to_string(entry.stat.size);
  const std::size_t used = entry.user.size() + entry.group.size() + 1 + size.size();
  line += std::string(used < 18 ? 19 - used - 0 : 1, ' ') + size;
  line += date_text(entry.stat.modified, " %Y-%m-%d %H:%M ") + entry.name;
  if (entry.stat.kind == Kind::symlink) line += " -> " + entry.link;
  return line;
}

bool wanted(const TarOptions& options, const std::string& name) {
  if (options.names.empty()) return true;
  return std::any_of(options.names.begin(), options.names.end(), [&](const std::string& one) {
    return name == one || name == one + "/" ||
           name.starts_with(one.ends_with("/") ? one : one + "/");
  });
}

void make_parents(Io& io, const std::string& path) {
  for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    static_cast<void>(
        io.files.make_directory(path.substr(0, at), 0777 & ~io.process.umask, io.who));
  }
}

void extract(Io& io, const TarOptions& options, const TarEntry& entry) {
  std::string name = entry.name;
  while (!options.keep_names && name.starts_with("/")) name.erase(0, 1);
  for (std::size_t turn = 0; turn < options.strip; ++turn) {
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos || slash + 1 >= name.size()) return;
    name.erase(0, slash + 1);
  }
  for (const std::string& part : split(name, '/')) {
    if (part == "..") return say(io, entry.name + ": Member name contains '..'", 2);
  }
  if (options.to_output) return io.out(entry.content);
  std::string path = absolute_path(
      options.directory.empty() ? io.process.directory : io.absolute(options.directory), name);
  make_parents(io, path);
  Sys<void> made;
  const std::uint32_t mode =
      io.who.is_root() ? entry.stat.mode : entry.stat.mode & ~io.process.umask;
  if (entry.stat.kind == Kind::directory) {
    made = io.files.make_directory(path, mode, io.who);
    if (!made && made.error() == EEXIST) made = {};
  } else if (entry.stat.kind == Kind::symlink) {
    static_cast<void>(io.files.remove(path, io.who));
    made = io.files.make_link(entry.link, path, io.who);
  } else {
    made = io.files.write_file(path, std::string(entry.content), io.who, mode);
  }
  if (!made) return say(io, name + ": Cannot open: " + std::string(sys_error(made.error())), 2);
  if (entry.stat.kind == Kind::symlink) return;
  static_cast<void>(io.files.set_mode(path, mode, io.who));
  if (io.who.is_root())
    static_cast<void>(io.files.set_owner(path, entry.stat.uid, entry.stat.gid, io.who));
  if (entry.stat.kind == Kind::regular)
    static_cast<void>(io.files.set_times(path, io.now(), entry.stat.modified, io.who));
}

Task<void> read_archive(Io& io, const TarOptions& options, std::string bytes) {
  std::string unpacked;
  if (bytes.starts_with("\x1f\x8b")) {
    const std::string problem = gunzip(bytes, unpacked);
    if (!problem.empty()) {
      io.err("\ngzip: stdin: " + problem + "\n");
      say(io, "Child returned status 1");
      say(io, "Error is not recoverable: exiting now");
      if (unpacked.empty()) co_return;
    }
    bytes = std::move(unpacked);
  } else if (options.gzip) {
    io.err("\ngzip: stdin: not in gzip format\n");
    say(io, "Child returned status 1");
    say(io, "Error is not recoverable: exiting now");
    co_return;
  }
  std::size_t at = 0;
  bool bad = false;
  std::size_t count = 0;
  std::vector<std::string> missing = options.names;
  while (count++ < kTarEntriesMax) {
    const std::optional<TarEntry> entry = read_tar(bytes, at, bad);
    if (!entry) break;
    if (!wanted(options, entry->name)) continue;
    std::erase_if(missing, [&](const std::string& one) {
      return entry->name == one || entry->name == one + "/" || entry->name.starts_with(one + "/");
    });
    if (options.mode == 't') io.out((options.verbose ? list_line(*entry) : entry->name) + "\n");
    if (options.mode == 'x' && options.verbose) io.out(entry->name + "\n");
    if (options.mode == 'x') extract(io, options, *entry);
    if (count % 32 == 0) co_await io.process.breathe(200);
    if (io.pending() > kPipeBytes) co_await io.flush();
  }
  if (bad) {
    say(io, "This does not look like a tar archive");
    if (count <= 1) say(io, "Exiting with failure status due to previous errors");
    if (count > 1) say(io, "Exiting with failure status due to previous errors");
    co_return;
  }
  for (const std::string& one : missing) say(io, one + ": Not found in archive");
  if (io.status != 0) say(io, "Exiting with failure status due to previous errors", io.status);
}

void add_one(Io& io, const TarOptions& options, std::string& archive, const std::string& path,
             const std::string& shown, const Stat& stat, bool& said) {
  const auto left_out = [&](const std::string& pattern) {
    return glob_matches(pattern, shown) ||
           glob_matches(pattern, shown.substr(shown.rfind('/') + 1));
  };
  if (std::any_of(options.exclude.begin(), options.exclude.end(), left_out)) return;
  TarEntry entry;
  entry.name = shown;
  if (!options.keep_names && entry.name.starts_with("/")) {
    if (!said) io.err("tar: Removing leading `/' from member names\n");
    said = true;
    entry.name.erase(0, entry.name.find_first_not_of('/'));
    if (entry.name.empty()) entry.name = "./";
  }
  if (stat.kind == Kind::directory && !entry.name.ends_with("/")) entry.name += '/';
  entry.stat = stat;
  entry.user = user_name(io, stat.uid);
  entry.group = group_name(io, stat.gid);
  std::string content;
  if (stat.kind == Kind::symlink) entry.link = io.files.read_link(path, io.who).value_or("");
  if (stat.kind == Kind::regular) {
    Sys<std::string> bytes = io.files.read_file(path, io.who);
    if (!bytes)
      return say(io, shown + ": Cannot open: " + std::string(sys_error(bytes.error())), 2);
    content = std::move(*bytes);
  }
  entry.content = content;
  entry.stat.size = content.size();
  if (archive.size() + content.size() > kUnpackedBytesMax)
    return say(io, shown + ": Cannot write: No space left on device", 2);
  append_tar(archive, entry);
  const bool to_error = options.file == "-";
  if (options.verbose)
    (to_error
         ? io.err(shown + "\n")
         : io.out((stat.kind == Kind::directory && !shown.ends_with("/") ? shown + "/" : shown) +
                  "\n"));
}

Task<void> create(Io& io, const TarOptions& options, std::string& archive) {
  if (options.names.empty()) {
    io.err(
        "tar: Cowardly refusing to create an empty archive\nTry 'tar --help' or 'tar --usage' for "
        "more information.\n");
    io.status = 2;
    co_return;
  }
  bool said = false;
  std::uint32_t count = 0;
  for (const std::string& name : options.names) {
    const std::string base =
        options.directory.empty() ? io.process.directory : io.absolute(options.directory);
    const std::string path = absolute_path(base, name);
    const Sys<Stat> stat = io.files.stat(path, io.who, Follow::no);
    if (!stat) {
      say(io, name + ": Cannot stat: " + std::string(sys_error(stat.error())), 2);
      continue;
    }
    add_one(io, options, archive, path, name, *stat, said);
    if (stat->kind != Kind::directory) continue;
    Tree tree(io.files, io.who);
    tree.enter(path, name);
    while (const TreeEntry* entry = tree.next()) {
      if (entry->error != 0)
        say(io, entry->shown + ": Cannot open: " + std::string(sys_error(entry->error)), 2);
      if (entry->error == 0)
        add_one(io, options, archive, entry->path, entry->shown, entry->stat, said);
      if (++count % 16 == 0) co_await io.process.breathe(300);
    }
  }
  archive.append(kTarBlock * 2, '\0');
  archive.resize((archive.size() + 10239) / 10240 * 10240, '\0');
  if (io.status != 0) say(io, "Exiting with failure status due to previous errors", io.status);
}

Task<int> tar(Process& process) {
  Io io(process);
  TarOptions options;
  const bool ready = read_options(io, options);
  std::string bytes;
  if (ready && options.mode == 'c') {
    co_await create(io, options, bytes);
    if (!bytes.empty() && (options.gzip && !options.file.ends_with(".tar")))
      bytes = gzip(bytes, 6, "", 0);
    if (options.file == "-") {
      io.out(bytes);
    } else if (!bytes.empty()) {
      const Sys<void> wrote =
          io.files.write_file(io.absolute(options.file), bytes, io.who, 0666 & ~process.umask);
      if (!wrote) {
        say(io, options.file + ": Cannot open: " + std::string(sys_error(wrote.error())));
        say(io, "Error is not recoverable: exiting now");
      }
    }
  } else if (ready) {
    bool failed = false;
    if (options.file == "-") {
      for (;;) {
        const Sys<std::string> some = co_await process.read(0, kPipeBytes);
        if (!some || some->empty() || bytes.size() > kGatheredBytesMax) break;
        bytes += *some;
      }
    } else {
      Sys<std::string> read = io.slurp(options.file);
      failed = !read;
      if (failed) {
        say(io, options.file + ": Cannot open: " + std::string(sys_error(read.error())));
        say(io, "Error is not recoverable: exiting now");
      } else {
        bytes = std::move(*read);
      }
    }
    if (!failed) co_await read_archive(io, options, std::move(bytes));
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"tar", &tar}};

}  // namespace

std::span<const Command> archive_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
