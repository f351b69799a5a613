// The options and targets of cp, mv, ln and install.
#include "shell/cmd/copy.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

std::string_view last_part(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos || path.size() == 1 ? path : path.substr(slash + 1);
}

}  // namespace

bool read_copy_options(Io& io, std::string_view letters, CopyOptions& options) {
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

bool find_copy_target(Io& io, CopyOptions& options, bool& directory) {
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

std::string copy_target(const CopyOptions& options, bool directory, const std::string& name) {
  if (!directory) return options.target;
  return options.target + (options.target.ends_with("/") ? "" : "/") + std::string(last_part(name));
}

}  // namespace decnet::shell::cmd
