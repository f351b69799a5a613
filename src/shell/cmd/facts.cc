// Small programs that tell of the machine: getconf, hostid, mountpoint, namei, tput, mesg,
// man.
#include <algorithm>

#include "shell/cmd/answers.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"
#include "shell/terminal.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kLinksMax = 40;  // That namei follows.

int getconf(Io& io) {
  struct Row {
    std::string_view name, value;
  };
  static constexpr Row kRows[] = {{"LONG_BIT", "64"},
                                  {"WORD_BIT", "32"},
                                  {"CHAR_BIT", "8"},
                                  {"INT_BIT", "32"},
                                  {"PAGESIZE", "4096"},
                                  {"PAGE_SIZE", "4096"},
                                  {"CLK_TCK", "100"},
                                  {"ARG_MAX", "2097152"},
                                  {"OPEN_MAX", "1024"},
                                  {"CHILD_MAX", "7823"},
                                  {"HOST_NAME_MAX", "64"},
                                  {"LOGIN_NAME_MAX", "256"},
                                  {"NGROUPS_MAX", "65536"},
                                  {"IOV_MAX", "1024"},
                                  {"LINE_MAX", "2048"},
                                  {"UINT_MAX", "4294967295"},
                                  {"INT_MAX", "2147483647"},
                                  {"NAME_MAX", "255"},
                                  {"PATH_MAX", "4096"},
                                  {"PATH", "/bin:/usr/bin"},
                                  {"GNU_LIBC_VERSION", "glibc 2.36"},
                                  {"GNU_LIBPTHREAD_VERSION", "NPTL 2.36"},
                                  {"LEVEL1_DCACHE_LINESIZE", "64"},
                                  {"LEVEL1_DCACHE_SIZE", "32768"}};
  if (io.argc() < 2) {
    io.err(
        "Usage: getconf [-v specification] variable_name [pathname]\n"
        "       getconf -a [pathname]\n");
    return 2;
  }
  const std::string& wanted = io.arg(1);
  const std::string threads = std::to_string(hardware_of(io).threads);
  if (wanted == "_NPROCESSORS_ONLN" || wanted == "_NPROCESSORS_CONF" ||
      wanted == "NPROCESSORS_ONLN") {
    io.out(threads + "\n");
    return 0;
  }
  if (wanted == "_PHYS_PAGES" || wanted == "_AVPHYS_PAGES") {
    const MemoryView memory = memory_of(io);
    io.out(std::to_string((wanted == "_PHYS_PAGES" ? memory.total : memory.free) / 4) + "\n");
    return 0;
  }
  if (wanted == "-a") {
    for (const Row& row : kRows) io.out(padded(row.name, 34) + " " + std::string(row.value) + "\n");
    io.out(padded("_NPROCESSORS_CONF", 34) + " " + threads + "\n");
    io.out(padded("_NPROCESSORS_ONLN", 34) + " " + threads + "\n");
    return 0;
  }
  if (recorded_answer(io)) return io.status;
  for (const Row& row : kRows) {
    if (row.name != wanted) continue;
    io.out(std::string(row.value) + "\n");
    return 0;
  }
  io.err("getconf: Unrecognized variable `" + wanted + "'\n");
  return 2;
}

// Of the first address, as gethostid makes it where /etc/hostid is absent.
int hostid(Io& io) {
  if (io.argc() > 1 && recorded_answer(io)) return io.status;
  std::uint32_t number = 0;
  for (const InterfaceView& one : interfaces_of(io)) {
    if (one.name == "lo" || one.address.empty()) continue;
    std::uint32_t bytes[4] = {};
    std::size_t at = 0;
    for (const std::string& part : split(one.address, '.')) {
      if (at < 4) bytes[at++] = static_cast<std::uint32_t>(number_of(part).value_or(0) & 0xffU);
    }
    number = bytes[1] << 24 | bytes[0] << 16 | bytes[3] << 8 | bytes[2];
    break;
  }
  io.out(text_of("%08x\n", number));
  return 0;
}

int mountpoint(Io& io) {
  if (io.argc() < 2 || io.arg(1).starts_with("--")) {
    recorded_answer(io);
    return io.status;
  }
  const bool quiet = io.arg(1) == "-q";
  const std::string name = io.arg(io.argc() - 1);
  if (!io.stat(name)) {
    if (!quiet) io.fail(name, ENOENT);
    return 1;
  }
  const std::string path = io.absolute(name);
  const std::vector<DiskView> disks = disks_of(io);
  const bool mounted = std::any_of(disks.begin(), disks.end(),
                                   [&](const DiskView& disk) { return disk.path == path; });
  if (!quiet) io.out(name + (mounted ? " is a mountpoint\n" : " is not a mountpoint\n"));
  return mounted ? 0 : 32;
}

// The parts of a name from a folder on, and those of the links that are met. False: one is absent.
bool walk_names(Io& io, std::string path, const std::string& name, std::size_t depth, bool longer,
                std::size_t& links) {
  const std::string indent(depth * 2, ' ');
  const std::vector<std::string> parts = split(name, '/');
  for (std::size_t at = 0; at < parts.size(); ++at) {
    const bool root = at == 0 && name.starts_with('/');
    if (parts[at].empty() && !root) continue;
    const std::string folder = path;
    if (!root) path += "/" + parts[at];
    const std::string shown = root ? "/" : parts[at];
    const Sys<Stat> stat = io.files.stat(root ? "/" : path, io.who, Follow::no);
    if (!stat) {
      io.out(indent + (longer ? "                      " : "   ") + shown + " - " +
             std::string(sys_error(stat.error())) + "\n");
      return false;
    }
    const bool link = stat->kind == Kind::symlink;
    const std::string target = link ? io.files.read_link(path, io.who).value_or("") : "";
    const std::string about = longer ? mode_text(*stat) + " " + user_name(io, stat->uid) + " " +
                                           group_name(io, stat->gid) + " "
                                     : std::string(" ") + kind_letter(stat->kind) + " ";
    io.out(indent + about + shown + (link ? " -> " + target : "") + "\n");
    if (!link) continue;
    if (++links > kLinksMax) return false;
    if (!walk_names(io, target.starts_with('/') ? "" : folder, target, depth + 1, longer, links))
      return false;
  }
  return true;
}

int namei(Io& io) {
  bool longer = false;
  std::vector<std::string> names;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    if (io.arg(at).starts_with("--") && recorded_answer(io)) return io.status;
    if (io.arg(at).starts_with("-"))
      longer = longer || io.arg(at).find('l') != std::string::npos;
    else
      names.push_back(io.arg(at));
  }
  if (names.empty()) {
    recorded_answer(io);
    return io.status;
  }
  for (const std::string& name : names) {
    io.out("f: " + name + "\n");
    std::size_t links = 0;
    const std::string from = name.starts_with('/') ? "" : io.process.directory;
    if (!walk_names(io, from, name, 0, longer, links)) io.status = 1;
  }
  return io.status;
}

// The capabilities of xterm and its kind that scripts ask for.
int tput(Io& io) {
  std::vector<std::string> words;
  std::string terminal = io.variable("TERM");
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word == "-T" && at + 1 < io.argc())
      terminal = io.arg(++at);
    else if (word.starts_with("-T"))
      terminal = word.substr(2);
    else
      words.push_back(word);
  }
  if (words.empty() || words.front().starts_with("-")) {
    recorded_answer(io);
    return io.status;
  }
  if (terminal.empty()) {
    io.err("tput: No value for $TERM and no -T specified\n");
    return 2;
  }
  struct Row {
    std::string_view name, text;
  };
  static constexpr Row kRows[] = {{"sgr0", "\033(B\033[m"},
                                  {"bold", "\033[1m"},
                                  {"smul", "\033[4m"},
                                  {"rmul", "\033[24m"},
                                  {"rev", "\033[7m"},
                                  {"smso", "\033[7m"},
                                  {"rmso", "\033[27m"},
                                  {"blink", "\033[5m"},
                                  {"dim", "\033[2m"},
                                  {"clear", "\033[H\033[2J\033[3J"},
                                  {"el", "\033[K"},
                                  {"ed", "\033[J"},
                                  {"home", "\033[H"},
                                  {"civis", "\033[?25l"},
                                  {"cnorm", "\033[?12l\033[?25h"},
                                  {"smcup", "\033[?1049h\033[22;0;0t"},
                                  {"rmcup", "\033[?1049l\033[23;0;0t"},
                                  {"bel", "\a"},
                                  {"cr", "\r"},
                                  {"sitm", "\033[3m"},
                                  {"ritm", "\033[23m"},
                                  {"op", "\033[39;49m"},
                                  {"sc", "\0337"},
                                  {"rc", "\0338"},
                                  {"reset", "\033c\033[!p\033[?3;4l\033[4l\033>"},
                                  {"init", "\033[!p\033[?3;4l\033[4l\033>"}};
  const std::string& name = words.front();
  const auto number = [&](std::size_t at) {
    return words.size() > at ? std::min<std::uint64_t>(number_of(words[at]).value_or(0), 9'999) : 0;
  };
  const bool many = terminal.find("256") != std::string::npos;
  if (name == "cols" || name == "columns") {
    io.out(std::to_string(io.columns()) + "\n");
  } else if (name == "lines") {
    Terminal* const mine = io.process.terminal();
    io.out(std::to_string(mine != nullptr && mine->rows > 0 ? mine->rows : 24) + "\n");
  } else if (name == "colors") {
    io.out(many ? "256\n" : "8\n");
  } else if (name == "longname") {
    io.out("xterm terminal emulator (X Window System)");
  } else if (name == "setaf" || name == "setab") {
    const std::uint64_t color = number(1);
    const int base = name == "setaf" ? 30 : 40;
    if (color < 8)
      io.out(text_of("\033[%dm", base + static_cast<int>(color)));
    else if (many && color < 16)
      io.out(text_of("\033[%dm", base + 60 + static_cast<int>(color) - 8));
    else if (many)
      io.out(text_of("\033[%d;5;%llum", base + 8, static_cast<unsigned long long>(color)));
    else
      io.out(text_of("\033[%llum",
                     static_cast<unsigned long long>(color + static_cast<std::uint64_t>(base))));
  } else if (name == "cup") {
    io.out(text_of("\033[%llu;%lluH", static_cast<unsigned long long>(number(1) + 1),
                   static_cast<unsigned long long>(number(2) + 1)));
  } else {
    const auto* const found = std::find_if(std::begin(kRows), std::end(kRows),
                                           [&](const Row& row) { return row.name == name; });
    if (found == std::end(kRows)) {
      io.err("tput: unknown terminfo capability '" + name + "'\n");
      return 4;
    }
    io.out(found->text);
  }
  return 0;
}

// A server without its pages, as many are.
int man(Io& io) {
  bool any = false;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word.starts_with("-") && recorded_answer(io)) return io.status;
    if (word.starts_with("-") || number_of(word)) continue;
    io.err("No manual entry for " + word + "\n");
    any = true;
  }
  if (!any) {
    io.err("What manual page do you want?\nFor example, try 'man man'.\n");
    return 1;
  }
  return 16;
}

int mesg(Io& io) {
  if (io.argc() > 1 && io.arg(1).starts_with("-") && recorded_answer(io)) return io.status;
  if (!io.process.is_terminal(0)) {
    io.err("mesg: ttyname failed: Inappropriate ioctl for device\n");
    return 2;
  }
  if (io.argc() > 1) return io.arg(1).starts_with('n') ? 1 : 0;
  const bool open = !io.who.is_root();  // root's .profile has shut it.
  io.out(open ? "is y\n" : "is n\n");
  return open ? 0 : 1;
}

constexpr Command kRows[] = {
    {"getconf", &plain<getconf>}, {"hostid", &plain<hostid>}, {"mountpoint", &plain<mountpoint>},
    {"namei", &plain<namei>},     {"tput", &plain<tput>},     {"mesg", &plain<mesg>},
    {"man", &plain<man>}};

}  // namespace

std::span<const Command> facts_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
