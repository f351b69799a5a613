// The tests and actions of find.
#include "shell/cmd/find.h"

namespace decnet::shell::cmd {
namespace {

std::string_view base_of(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  if (path == "/") return path;
  return path.substr(path.rfind('/') + 1);
}

bool fits(const FindNode& node, std::uint64_t value) {
  return node.sign == '+'   ? value > node.number
         : node.sign == '-' ? value < node.number
                            : value == node.number;
}

bool of_type(std::string_view types, Kind kind) {
  for (const std::string& one : split(types, ',')) {
    const char letter = kind == Kind::regular ? 'f' : kind_letter(kind);
    if (one[0] == letter) return true;
  }
  return false;
}

bool aged(Io& io, const FindNode& node, const Stat& stat) {
  const TimePoint time = node.name[1] == 'm'   ? stat.modified
                         : node.name[1] == 'a' ? stat.accessed
                                               : stat.changed;
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(io.now() - time).count();
  const bool minutes = node.name.ends_with("min");
  if (age < 0) return node.sign == '-';
  if (minutes)
    return fits(node, static_cast<std::uint64_t>(
                          node.sign == 0 ? (age + 59) / 60
                                         : age / 60 + (node.sign == '+' && age % 60 != 0 ? 1 : 0)));
  return fits(node, static_cast<std::uint64_t>(age / 86400));
}

bool sized(const FindNode& node, std::uint64_t size) {
  std::uint64_t unit = 512;
  switch (node.argument.empty() ? 'b' : node.argument[0]) {
    case 'c':
      unit = 1;
      break;
    case 'w':
      unit = 2;
      break;
    case 'k':
      unit = 1024;
      break;
    case 'M':
      unit = 1024 * 1024;
      break;
    case 'G':
      unit = 1024 * 1024 * 1024;
      break;
    default:
      break;
  }
  return fits(node, (size + unit - 1) / unit);
}

void list_one(Io& io, const TreeEntry& entry) {
  const Stat& stat = entry.stat;
  std::string line =
      text_of("%9llu %6llu %s %3u %-8s %-8s ", static_cast<unsigned long long>(stat.inode),
              static_cast<unsigned long long>((stat.blocks + 1) / 2), mode_text(stat).c_str(),
              stat.links, user_name(io, stat.uid).c_str(), group_name(io, stat.gid).c_str());
  line += text_of("%8llu ", static_cast<unsigned long long>(stat.size));
  const bool recent =
      stat.modified > io.now() - std::chrono::hours(24 * 182) && stat.modified <= io.now();
  line += date_text(stat.modified, recent ? "%b %e %H:%M" : "%b %e  %Y") + " " + entry.shown;
  if (stat.kind == Kind::symlink)
    line += " -> " + io.files.read_link(entry.path, io.who).value_or("");
  io.out(line + "\n");
}

std::string directive(Io& io, const TreeEntry& entry, char letter) {
  const Stat& stat = entry.stat;
  const std::size_t slash = entry.shown.rfind('/');
  switch (letter) {
    case 'p':
      return entry.shown;
    case 'f':
      return std::string(base_of(entry.shown));
    case 'h':
      return slash == std::string::npos ? "." : entry.shown.substr(0, slash);
    case 'P': {
      std::string_view below = entry.shown;
      std::size_t depth = entry.depth;
      std::size_t at = below.size();
      while (depth > 0 && at > 0) {
        at = below.rfind('/', at - 1);
        --depth;
      }
      return entry.depth == 0 ? "" : std::string(below.substr(at + 1));
    }
    case 's':
      return std::to_string(stat.size);
    case 'b':
      return std::to_string(stat.blocks);
    case 'k':
      return std::to_string((stat.blocks + 1) / 2);
    case 'm':
      return text_of("%o", stat.mode);
    case 'M':
      return mode_text(stat);
    case 'u':
      return user_name(io, stat.uid);
    case 'U':
      return std::to_string(stat.uid);
    case 'g':
      return group_name(io, stat.gid);
    case 'G':
      return std::to_string(stat.gid);
    case 'i':
      return std::to_string(stat.inode);
    case 'n':
      return std::to_string(stat.links);
    case 'd':
      return std::to_string(entry.depth);
    case 'y':
      return std::string(1, stat.kind == Kind::regular ? 'f' : kind_letter(stat.kind));
    case 'l':
      return stat.kind == Kind::symlink ? io.files.read_link(entry.path, io.who).value_or("") : "";
    case 't':
      return date_text(stat.modified, "%a %b %e %H:%M:%S.%N0 %Y");
    case '%':
      return "%";
    default:
      return std::string("%") + letter;
  }
}

void print_format(Io& io, const FindNode& node, const TreeEntry& entry) {
  bool ended = false;
  const std::string format = unescaped(node.argument, ended, false);
  std::string out;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%' || at + 1 >= format.size()) {
      out += format[at];
      continue;
    }
    const std::size_t from = ++at;
    while (at + 1 < format.size() &&
           std::string_view("-0123456789.").find(format[at]) != std::string_view::npos)
      ++at;
    std::string width = format.substr(from, at - from);
    if ((format[at] == 'T' || format[at] == 'A' || format[at] == 'C') && at + 1 < format.size()) {
      const Stat& stat = entry.stat;
      const TimePoint time = format[at] == 'T'   ? stat.modified
                             : format[at] == 'A' ? stat.accessed
                                                 : stat.changed;
      const char kind = format[++at];
      out += kind == '@'   ? std::to_string(seconds(time)) + date_text(time, ".%N0")
             : kind == '+' ? date_text(time, "%Y-%m-%d+%H:%M:%S.%N0")
             : kind == 'S' ? date_text(time, "%S.%N0")
                           : date_text(time, std::string("%") + kind);
      continue;
    }
    const bool left = width.starts_with("-");
    if (left) width.erase(0, 1);
    const std::size_t wide = std::min<std::size_t>(number_of(width).value_or(0), 4096);
    const std::string value = directive(io, entry, format[at]);
    out += left ? padded(value, wide) : padded_left(value, wide);
  }
  io.out(out);
}

bool remove(Io& io, const TreeEntry& entry) {
  const bool directory = entry.stat.kind == Kind::directory;
  const Sys<void> gone = directory ? io.files.remove_directory(entry.path, io.who)
                                   : io.files.remove(entry.path, io.who);
  if (!gone) io.fail("cannot delete " + quoted(entry.shown), gone.error());
  return gone.has_value();
}

bool action(Io& io, const FindNode& node, const TreeEntry& entry) {
  if (node.name == "-print") io.out(entry.shown + "\n");
  if (node.name == "-print0") io.out(entry.shown + std::string(1, '\0'));
  if (node.name == "-ls") list_one(io, entry);
  if (node.name == "-printf") print_format(io, node, entry);
  if (node.name == "-delete") return entry.shown == "." || remove(io, entry);
  return node.name != "-false";
}

}  // namespace

bool find_test(Io& io, const FindProgram&, const FindNode& node, const TreeEntry& entry) {
  const std::string& name = node.name;
  const Stat& stat = entry.stat;
  if (name == "-name" || name == "-iname")
    return glob_matches(node.argument, base_of(entry.shown), name == "-iname");
  if (name == "-path" || name == "-wholename" || name == "-ipath") {
    return glob_matches(node.argument, entry.shown, name == "-ipath");
  }
  if (name == "-type") return of_type(node.argument, stat.kind);
  if (name == "-xtype")
    return of_type(node.argument, io.files.stat(entry.path, io.who).value_or(stat).kind);
  if (name == "-size") return sized(node, stat.size);
  if (name == "-perm") {
    const auto mode = static_cast<std::uint32_t>(node.number);
    if (node.sign == '-') return (stat.mode & mode) == mode;
    if (node.sign == '/') return mode == 0 || (stat.mode & mode) != 0;
    return stat.mode == mode;
  }
  if (name.ends_with("time") || name.ends_with("min")) return aged(io, node, stat);
  if (name == "-newer") return stat.modified > node.time;
  if (name == "-samefile" || name == "-inum") return fits(node, stat.inode);
  if (name == "-links") return fits(node, stat.links);
  if (name == "-uid") return stat.uid == node.number;
  if (name == "-gid") return stat.gid == node.number;
  if (name == "-nouser") return number_of(user_name(io, stat.uid)).has_value();
  if (name == "-nogroup") return number_of(group_name(io, stat.gid)).has_value();
  if (name == "-regex" || name == "-iregex") return node.regex->matches(entry.shown);
  if (name == "-lname") {
    return stat.kind == Kind::symlink &&
           glob_matches(node.argument, io.files.read_link(entry.path, io.who).value_or(""));
  }
  if (name == "-empty") {
    if (stat.kind == Kind::directory) {
      const auto inside = io.files.list(entry.path, io.who);
      return inside && inside->empty();
    }
    return stat.kind == Kind::regular && stat.size == 0;
  }
  if (name == "-readable") return io.files.access(entry.path, 4, io.who).has_value();
  if (name == "-writable") return io.files.access(entry.path, 2, io.who).has_value();
  if (name == "-executable") return io.files.access(entry.path, 1, io.who).has_value();
  return action(io, node, entry);
}

}  // namespace decnet::shell::cmd
