// stat, readlink, realpath, basename, dirname, pathchk
#include <algorithm>
#include <cctype>

#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

std::string long_date(TimePoint time) {
  return date_text(time, "%Y-%m-%d %H:%M:%S.%N %z");
}

std::string quoted_name(Io& io, const std::string& name, const Stat& stat) {
  std::string all = quoted_if_odd(name);
  if (stat.kind == Kind::symlink) {
    all += " -> " + quoted_if_odd(io.files.read_link(io.absolute(name), io.who).value_or(""));
  }
  return all;
}

// One % of stat -c; `letter` behind it.
std::string piece(Io& io, const std::string& name, const Stat& stat, char letter) {
  const std::uint32_t major = stat.special >> 8;
  const std::uint32_t minor = stat.special & 255U;
  switch (letter) {
    case 'a':
      return text_of("%o", stat.mode);
    case 'A':
      return mode_text(stat);
    case 'b':
      return std::to_string(stat.blocks);
    case 'B':
      return "512";
    case 'd':
      return std::to_string(stat.device);
    case 'D':
      return text_of("%x", stat.device);
    case 'f':
      return text_of("%x", kind_bits(stat.kind) | stat.mode);
    case 'F':
      return std::string(kind_name(stat));
    case 'g':
      return std::to_string(stat.gid);
    case 'G':
      return group_name(io, stat.gid);
    case 'h':
      return std::to_string(stat.links);
    case 'i':
      return std::to_string(stat.inode);
    case 'm':
      return "/";
    case 'n':
      return name;
    case 'N': {
      std::string all = quoted(name);
      if (stat.kind == Kind::symlink) {
        all += " -> " + quoted(io.files.read_link(io.absolute(name), io.who).value_or(""));
      }
      return all;
    }
    case 'o':
      return "4096";
    case 's':
      return std::to_string(stat.size);
    case 't':
      return text_of("%x", major);
    case 'T':
      return text_of("%x", minor);
    case 'u':
      return std::to_string(stat.uid);
    case 'U':
      return user_name(io, stat.uid);
    case 'w':
      return long_date(stat.changed);
    case 'W':
      return std::to_string(seconds(stat.changed));
    case 'x':
      return long_date(stat.accessed);
    case 'X':
      return std::to_string(seconds(stat.accessed));
    case 'y':
      return long_date(stat.modified);
    case 'Y':
      return std::to_string(seconds(stat.modified));
    case 'z':
      return long_date(stat.changed);
    case 'Z':
      return std::to_string(seconds(stat.changed));
    case '%':
      return "%";
    default:
      return "?";
  }
}

std::string formatted(Io& io, const std::string& name, const Stat& stat, std::string_view format) {
  std::string all;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%' || at + 1 >= format.size()) {
      all += format[at];
      continue;
    }
    const std::size_t from = ++at;
    while (at + 1 < format.size() &&
           std::string_view("-+ #0123456789.'").find(format[at]) != std::string_view::npos)
      ++at;
    std::string flags(format.substr(from, at - from));
    const std::string value = piece(io, name, stat, format[at]);
    const bool left = flags.starts_with("-");
    const bool zero = flags.starts_with("0");
    flags.erase(0, flags.find_first_of("123456789"));
    const std::size_t width = std::min<std::size_t>(number_of(flags).value_or(0), 4096);
    std::string padded_value = left ? padded(value, width) : padded_left(value, width);
    if (zero && !left) std::replace(padded_value.begin(), padded_value.end(), ' ', '0');
    all += padded_value;
  }
  return all;
}

std::string described(Io& io, const std::string& name, const Stat& stat) {
  const bool device = stat.kind == Kind::character || stat.kind == Kind::block;
  std::string all = "  File: " + quoted_name(io, name, stat) + "\n";
  all += text_of("  Size: %-10llu\tBlocks: %-10llu IO Block: %-6d %s\n",
                 static_cast<unsigned long long>(stat.size),
                 static_cast<unsigned long long>(stat.blocks), 4096,
                 std::string(kind_name(stat)).c_str());
  all += text_of("Device: %u,%u\tInode: %-11llu Links: %-5u", stat.device >> 8, stat.device & 255U,
                 static_cast<unsigned long long>(stat.inode), stat.links);
  if (device) all += text_of(" Device type: %u,%u", stat.special >> 8, stat.special & 255U);
  while (!device && all.ends_with(" ")) all.pop_back();
  all += "\n";
  all += text_of("Access: (%04o/%10.10s)  Uid: (%5u/%8s)   Gid: (%5u/%8s)\n", stat.mode,
                 mode_text(stat).c_str(), stat.uid, user_name(io, stat.uid).c_str(), stat.gid,
                 group_name(io, stat.gid).c_str());
  all += "Access: " + long_date(stat.accessed) + "\nModify: " + long_date(stat.modified) +
         "\nChange: " + long_date(stat.changed) + "\n Birth: " + long_date(stat.changed) + "\n";
  return all;
}

int stat_files(Io& io) {
  static constexpr Long kLongs[] = {{"dereference", 'L'},
                                    {"file-system", 'f'},
                                    {"format", 'c', ':'},
                                    {"printf", 300, ':'},
                                    {"terse", 't'}};
  Follow follow = Follow::no;
  std::string format;
  bool terse = false;
  bool system = false;
  Options options(io, "Lfc:t", kLongs);
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id == 'L') follow = Follow::yes;
    if (id == 'c') format = options.value + "\n";
    if (id == 300) {
      bool ended = false;
      format = unescaped(options.value, ended, false);
    }
    terse = terse || id == 't';
    system = system || id == 'f';
  }
  if (options.operands.empty()) return io.misused("missing operand");
  if (terse) format = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o\n";
  for (const std::string& name : options.operands) {
    const Sys<Stat> found = io.stat(name, follow);
    if (!found) {
      io.fail(system ? "cannot read file system information for " + quoted(name)
                     : "cannot statx " + quoted(name),
              found.error());
      continue;
    }
    if (system && format.empty()) {
      io.out("  File: \"" + name + "\"\n    ID: " +
             text_of("%llx", static_cast<unsigned long long>(
                                 persona_of(io).stream("stat.file_system").next())) +
             " Namelen: 255     Type: ext2/ext3\n" +
             "Block size: 4096       Fundamental block size: 4096\n");
    } else {
      io.out(format.empty() ? described(io, name, *found) : formatted(io, name, *found, format));
    }
  }
  return io.status;
}

int readlink(Io& io) {
  static constexpr Long kLongs[] = {{"canonicalize", 'f'},
                                    {"canonicalize-existing", 'e'},
                                    {"canonicalize-missing", 'm'},
                                    {"no-newline", 'n'},
                                    {"quiet", 'q'},
                                    {"silent", 's'},
                                    {"verbose", 'v'},
                                    {"zero", 'z'}};
  char mode = 0;
  bool newline = true;
  bool verbose = false;
  Options options(io, "femnqsvz", kLongs);
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id == 'f' || id == 'e' || id == 'm') mode = static_cast<char>(id);
    newline = newline && id != 'n';
    verbose = verbose || id == 'v';
  }
  if (options.operands.empty()) return io.misused("missing operand");
  for (const std::string& name : options.operands) {
    Sys<std::string> found = mode == 0 ? io.files.read_link(io.absolute(name), io.who)
                                       : io.files.real_path(io.absolute(name), io.who);
    if (!found && mode == 'm') found = io.absolute(name);
    if (!found && mode == 'f' && found.error() == ENOENT) {
      const std::string path = io.absolute(name);
      const std::size_t slash = path.rfind('/');
      const Sys<std::string> above =
          io.files.real_path(slash == 0 ? "/" : path.substr(0, slash), io.who);
      if (above) found = (*above == "/" ? "" : *above) + path.substr(slash);
    }
    if (!found) {
      if (verbose) io.fail(quoted_if_odd(name), found.error());
      io.status = 1;
      continue;
    }
    io.out(*found + (newline || options.operands.size() > 1 ? "\n" : ""));
  }
  return io.status;
}

int realpath(Io& io) {
  static constexpr Long kLongs[] = {{"canonicalize-existing", 'e'},
                                    {"canonicalize-missing", 'm'},
                                    {"no-symlinks", 's'},
                                    {"strip", 's'},
                                    {"quiet", 'q'},
                                    {"relative-to", 300, ':'},
                                    {"zero", 'z'}};
  bool existing = false;
  bool missing = false;
  bool lexical = false;
  bool quiet = false;
  Options options(io, "eLmPqsz", kLongs);
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    existing = existing || id == 'e';
    missing = missing || id == 'm';
    lexical = lexical || id == 's';
    quiet = quiet || id == 'q';
  }
  if (options.operands.empty()) return io.misused("missing operand");
  for (const std::string& name : options.operands) {
    const std::string path = io.absolute(name);
    Sys<std::string> found = lexical ? Sys<std::string>(path) : io.files.real_path(path, io.who);
    if (name.empty()) found = sys_fail(ENOENT);
    if (!found && !name.empty() && missing) found = path;
    if (!found && !existing && !name.empty() && found.error() == ENOENT) {
      const std::size_t slash = path.rfind('/');
      const Sys<std::string> above =
          io.files.real_path(slash == 0 ? "/" : path.substr(0, slash), io.who);
      if (above) found = (*above == "/" ? "" : *above) + path.substr(slash);
    }
    if (found) {
      io.out(*found + "\n");
    } else {
      io.status = 1;
      if (!quiet) io.fail(quoted_if_odd(name), found.error());
    }
  }
  return io.status;
}

std::string base_of(std::string_view path) {
  if (path.empty()) return "";
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  if (path == "/") return "/";
  return std::string(path.substr(path.rfind('/') + 1));
}

int basename(Io& io) {
  static constexpr Long kLongs[] = {{"multiple", 'a'}, {"suffix", 's', ':'}, {"zero", 'z'}};
  bool multiple = false;
  std::string suffix;
  char end = '\n';
  Options options(io, "+as:z", kLongs);
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    multiple = multiple || id == 'a' || id == 's';
    if (id == 's') suffix = options.value;
    if (id == 'z') end = '\0';
  }
  auto names = options.operands;
  if (names.empty()) return io.misused("missing operand");
  if (!multiple && names.size() > 2) return io.misused("extra operand " + quoted(names[2]));
  if (!multiple && names.size() == 2) {
    suffix = names[1];
    names.pop_back();
  }
  for (const std::string& name : names) {
    std::string base = base_of(name);
    if (!suffix.empty() && base.size() > suffix.size() && base.ends_with(suffix)) {
      base.resize(base.size() - suffix.size());
    }
    io.out(base + end);
  }
  return 0;
}

int dirname(Io& io) {
  static constexpr Long kLongs[] = {{"zero", 'z'}};
  char end = '\n';
  Options options(io, "+z", kLongs);
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    end = '\0';
  }
  if (options.operands.empty()) return io.misused("missing operand");
  for (std::string_view name : options.operands) {
    while (name.size() > 1 && name.back() == '/') name.remove_suffix(1);
    const std::size_t slash = name.rfind('/');
    std::string_view directory = slash == std::string_view::npos ? "." : name.substr(0, slash);
    while (directory.size() > 1 && directory.back() == '/') directory.remove_suffix(1);
    if (slash != std::string_view::npos && (directory.empty() || directory == "/")) directory = "/";
    io.out(std::string(directory) + end);
  }
  return 0;
}

constexpr Command kRows[] = {{"stat", &plain<stat_files>},
                             {"readlink", &plain<readlink>},
                             {"realpath", &plain<realpath>},
                             {"basename", &plain<basename>},
                             {"dirname", &plain<dirname>}};

}  // namespace

std::span<const Command> stat_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
