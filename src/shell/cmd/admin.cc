// du, sysctl, journalctl, modprobe, insmod, rmmod, iptables, ldd, update-rc.d
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"
#include "shell/cmd/tree.h"

namespace decnet::shell::cmd {
namespace {

Task<int> du(Process& process) {
  Io io(process);
  static constexpr Long kLongs[] = {
      {"all", 'a'},           {"human-readable", 'h'}, {"summarize", 's'},
      {"total", 'c'},         {"max-depth", 'd', ':'}, {"bytes", 'b'},
      {"apparent-size", 300}, {"one-file-system", 'x'}};
  Options options(io, "abcd:hkmsxSLHD", kLongs, "[OPTION]... [FILE]...");
  bool all = false, human_sizes = false, total = false, bytes = false, mega = false, going = true;
  std::uint64_t deepest = kTreeDepthMax;
  for (int id = options.next(); going && id != kNoMore; id = options.next()) {
    going = id != kStop;
    all = all || id == 'a';
    human_sizes = human_sizes || id == 'h';
    total = total || id == 'c';
    bytes = bytes || id == 'b';
    mega = mega || id == 'm';
    if (id == 's') deepest = 0;
    if (id == 'd') deepest = number_of(options.value).value_or(0);
  }
  std::vector<std::string> names = options.operands;
  if (names.empty()) names.emplace_back(".");
  const auto put = [&](std::uint64_t size, const std::string& name) {
    const std::uint64_t unit = mega ? 1U << 20 : 1024;
    io.out((human_sizes ? human(size) : std::to_string(bytes ? size : (size + unit - 1) / unit)) +
           "\t" + name + "\n");
  };
  const auto size_in = [&](const Stat& stat) { return bytes ? stat.size : stat.blocks * 512; };
  std::uint64_t sum = 0;
  std::uint32_t count = 0;
  for (std::size_t at = 0; going && at < names.size(); ++at) {
    const Sys<Stat> stat = io.stat(names[at], Follow::no);
    if (!stat) {
      io.fail("cannot access " + quoted(names[at]), stat.error());
      continue;
    }
    std::vector<std::uint64_t> open = {size_in(*stat)};  // Of the directories above.
    Tree tree(io.files, io.who);
    tree.give_after = true;
    if (stat->kind == Kind::directory) tree.enter(io.absolute(names[at]), names[at], 0);
    while (const TreeEntry* entry = tree.next()) {
      const std::uint64_t own = size_in(entry->stat);
      if (entry->error != 0) {
        io.fail("cannot read directory " + quoted(entry->shown), entry->error);
      } else if (entry->after) {
        const std::uint64_t below = open.back();
        if (open.size() > 1) {
          open.pop_back();
          open.back() += below;
          if (open.size() <= deepest) put(below, entry->shown);
        }
      } else if (entry->stat.kind == Kind::directory) {
        open.push_back(own);
      } else {
        open.back() += own;
        if (all && open.size() <= deepest) put(own, entry->shown);
      }
      if (++count % 64 == 0) co_await process.breathe(100);
      if (io.pending() > kPipeBytes) co_await io.flush();
    }
    put(open.front(), names[at]);
    sum += open.front();
  }
  if (total) put(sum, "total");
  co_await io.flush();
  co_return io.status;
}

int sysctl(Io& io) {
  bool values = false;
  bool quiet = false;
  std::size_t given = 0;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    std::string word = io.arg(at);
    if (word.starts_with("-")) {
      values = values || word == "-n";
      quiet = quiet || word == "-q" || word == "-e";
      continue;
    }
    ++given;
    const std::size_t equals = word.find('=');
    std::string name = word.substr(0, equals);
    std::string path = "/proc/sys/" + name;
    std::replace(path.begin() + 10, path.end(), '.', '/');
    if (!io.stat(path)) {
      if (!quiet) io.err("sysctl: cannot stat " + path + ": No such file or directory\n");
      io.status = 1;
    } else if (equals != std::string::npos && !io.who.is_root()) {
      io.err("sysctl: permission denied on key \"" + name + "\"\n");
      io.status = 1;
    } else if (equals != std::string::npos) {
      static_cast<void>(io.files.write_file(path, word.substr(equals + 1) + "\n", io.who));
      if (!quiet) io.out(name + " = " + word.substr(equals + 1) + "\n");
    } else {
      std::string value = io.slurp_or_empty(path);
      while (value.ends_with("\n")) value.pop_back();
      io.out((values ? "" : name + " = ") + value + "\n");
    }
  }
  if (given == 0 && io.argc() < 2) {
    io.out(
        "\nUsage:\n sysctl [options] [variable[=value] ...]\n\nFor more details see sysctl(8).\n");
    io.status = 1;
  }
  return io.status;
}

int journalctl(Io& io) {
  std::size_t most = ~std::size_t{0};
  for (std::size_t at = 1; at < io.argc(); ++at) {
    if (io.arg(at) == "-n" && at + 1 < io.argc())
      most = static_cast<std::size_t>(number_of(io.arg(at + 1)).value_or(10));
  }
  const Sys<std::string> text = io.slurp("/var/log/syslog");
  if (!text || text->empty()) {
    io.out("-- No entries --\n");
    return 0;
  }
  const auto lines = lines_of(*text);
  for (std::size_t at = lines.size() > most ? lines.size() - most : 0; at < lines.size(); ++at)
    io.out(std::string(lines[at]) + "\n");
  return 0;
}

int modules(Io& io) {
  std::string name;
  for (std::size_t at = 1; at < io.argc() && name.empty(); ++at) {
    if (!io.arg(at).starts_with("-")) name = io.arg(at);
  }
  const std::string tool(io.name());
  if (name.empty()) {
    io.err(tool + ": ERROR: missing " + (tool == "insmod" ? "filename" : "parameters. See -h") +
           ".\n");
  } else if (tool == "insmod") {
    const Sys<Stat> stat = io.stat(name);
    io.err(!stat
               ? "insmod: ERROR: could not load module " + name + ": No such file or directory\n"
               : "insmod: ERROR: could not insert module " + name + ": " +
                     (io.who.is_root() ? "Invalid module format\n" : "Operation not permitted\n"));
  } else if (tool == "rmmod") {
    io.err("rmmod: ERROR: Module " + name + " is not currently loaded\n");
  } else {
    io.err("modprobe: FATAL: Module " + name + " not found in directory /lib/modules/" +
           persona_of(io).kernel + "\n");
  }
  return 1;
}

int iptables(Io& io) {
  const std::string tool(io.name());
  if (!io.who.is_root()) {
    io.err(tool +
           " v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you "
           "must be "
           "root)\n\n");
    return 4;
  }
  bool save = tool.ends_with("-save");
  bool list = false;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    save = save || io.arg(at) == "-S";
    list = list || (io.arg(at).starts_with("-") && io.arg(at).find('L') != std::string::npos);
  }
  for (const char* chain : {"INPUT", "FORWARD", "OUTPUT"}) {
    if (save && !tool.ends_with("-save")) io.out("-P " + std::string(chain) + " ACCEPT\n");
    if (list && !save)
      io.out((std::string_view(chain) == "INPUT" ? "" : "\n") + std::string("Chain ") + chain +
             " (policy ACCEPT)\ntarget     prot opt source               destination         \n");
  }
  return 0;
}

int ldd(Io& io) {
  if (io.argc() < 2) {
    io.err("ldd: missing file arguments\nTry `ldd --help' for more information.\n");
    return 1;
  }
  SeededRandom random = persona_of(io).stream("ldd." + io.arg(1) + std::to_string(io.process.pid));
  const auto base =
      static_cast<unsigned long long>(0x7f0000000000ULL + (random.below(1ULL << 28) << 12));
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& name = io.arg(at);
    const Sys<Stat> stat = io.stat(name);
    if (io.argc() > 2) io.out(name + ":\n");
    const bool program =
        stat && io.files.read(io.absolute(name), 0, 4, io.who).value_or("") == "\177ELF";
    if (!stat)
      io.err("ldd: " + std::string(name.find('/') == std::string::npos ? "./" : "") + name +
             ": No such file or directory\n");
    if (stat && !program) io.err("\tnot a dynamic executable\n");
    if (!program) io.status = 1;
    if (program)
      io.out(text_of(
          "\tlinux-vdso.so.1 (0x00007ffd%08llx)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 "
          "(0x%016llx)\n\t/lib64/ld-linux-x86-64.so.2 (0x%016llx)\n",
          base >> 8 & 0xfffff000ULL, base, base + 0x1f8000));
  }
  return io.status;
}

int update_rc(Io& io) {
  if (!io.who.is_root() || io.argc() < 3) return 1;
  if (io.stat("/etc/init.d/" + io.arg(1))) return 0;
  io.err("update-rc.d: error: unable to read /etc/init.d/" + io.arg(1) + "\n");
  return 1;
}

constexpr Command kRows[] = {{"du", &du},
                             {"sysctl", &plain<sysctl>},
                             {"journalctl", &plain<journalctl>},
                             {"modprobe", &plain<modules>},
                             {"insmod", &plain<modules>},
                             {"rmmod", &plain<modules>},
                             {"iptables", &plain<iptables>},
                             {"ip6tables", &plain<iptables>},
                             {"iptables-save", &plain<iptables>},
                             {"ldd", &plain<ldd>},
                             {"update-rc.d", &plain<update_rc>}};

}  // namespace

std::span<const Command> admin_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
