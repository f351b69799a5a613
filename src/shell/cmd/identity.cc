// id, whoami, groups, logname, which, whereis, locale, clear, stty, systemctl, service
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"
#include "shell/terminal.h"

namespace decnet::shell::cmd {
namespace {

std::vector<std::uint32_t> groups_for(Io& io, const std::string& name, std::uint32_t gid) {
  std::vector<std::uint32_t> all = {gid};
  for (const Group& group : groups_of(io)) {
    const bool in =
        std::find(group.members.begin(), group.members.end(), name) != group.members.end();
    if (in && std::find(all.begin(), all.end(), group.gid) == all.end()) all.push_back(group.gid);
  }
  return all;
}

std::string with_name(std::uint32_t number, const std::string& name) {
  return std::to_string(number) + (name == std::to_string(number) ? "" : "(" + name + ")");
}

int id(Io& io) {
  static constexpr Long kLongs[] = {{"user", 'u'}, {"group", 'g'}, {"groups", 'G'},
                                    {"name", 'n'}, {"real", 'r'},  {"zero", 'z'}};
  char kind = 0;
  bool name = false;
  bool zero = false;
  Options options(io, "agGnruzZ", kLongs, "[OPTION]... [USER]...");
  for (int letter = options.next(); letter != kNoMore; letter = options.next()) {
    if (letter == kStop) return io.status;
    if (letter == 'u' || letter == 'g' || letter == 'G') kind = static_cast<char>(letter);
    name = name || letter == 'n';
    zero = zero || letter == 'z';
  }
  if (zero && kind == 0) {
    io.fail("option --zero not permitted in default format");
    return 1;
  }
  if (name && kind == 0) {
    io.fail("cannot print only names or real IDs in default format");
    return 1;
  }
  std::uint32_t uid = io.who.uid;
  std::uint32_t gid = io.who.gid;
  std::vector<std::uint32_t> all = {gid};
  for (const std::uint32_t group : io.who.groups) {
    if (group != gid) all.push_back(group);
  }
  if (!options.operands.empty()) {
    const auto user = find_user(io, options.operands[0]);
    if (!user) {
      io.fail(io.in_quotes(options.operands[0]) + ": no such user");
      return 1;
    }
    uid = user->uid;
    gid = user->gid;
    all = groups_for(io, user->name, gid);
  }
  if (kind == 'u') {
    io.out((name ? user_name(io, uid) : std::to_string(uid)) + "\n");
  } else if (kind == 'g') {
    io.out((name ? group_name(io, gid) : std::to_string(gid)) + "\n");
  } else if (kind == 'G') {
    std::vector<std::string> parts;
    for (const std::uint32_t group : all)
      parts.push_back(name ? group_name(io, group) : std::to_string(group));
    io.out(join(parts, " ") + "\n");
  } else {
    std::vector<std::string> parts;
    for (const std::uint32_t group : all) parts.push_back(with_name(group, group_name(io, group)));
    io.out("uid=" + with_name(uid, user_name(io, uid)) +
           " gid=" + with_name(gid, group_name(io, gid)) + " groups=" + join(parts, ",") + "\n");
  }
  return 0;
}

int whoami(Io& io) {
  if (io.argc() > 1 && !io.arg(1).starts_with("--"))
    return io.misused("extra operand " + quoted(io.arg(1)));
  Options options(io, "", {}, "[OPTION]...");
  if (options.next() == kStop) return io.status;
  io.out(user_name(io, io.who.uid) + "\n");
  return 0;
}

int groups(Io& io) {
  if (io.argc() < 2) {
    std::vector<std::string> parts = {group_name(io, io.who.gid)};
    for (const std::uint32_t group : io.who.groups) {
      if (group != io.who.gid) parts.push_back(group_name(io, group));
    }
    io.out(join(parts, " ") + "\n");
    return 0;
  }
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const auto user = find_user(io, io.arg(at));
    if (!user) {
      io.fail(io.in_quotes(io.arg(at)) + ": no such user");
      continue;
    }
    std::vector<std::string> parts;
    for (const std::uint32_t group : groups_for(io, user->name, user->gid))
      parts.push_back(group_name(io, group));
    io.out(user->name + " : " + join(parts, " ") + "\n");
  }
  return io.status;
}

int logname(Io& io) {
  const auto logins = logins_of(io);
  if (logins.empty()) {
    io.fail("no login name");
    return 1;
  }
  io.out(logins.front().user + "\n");
  return 0;
}

int which(Io& io) {
  bool all = true;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    if (io.arg(at) == "-a") continue;
    const Sys<std::string> path = find_program(io.process, io.arg(at));
    if (path) io.out(*path + "\n");
    all = all && path.has_value();
  }
  return io.argc() < 2 || !all ? 1 : 0;
}

int whereis(Io& io) {
  for (std::size_t at = 1; at < io.argc(); ++at) {
    if (io.arg(at).starts_with("-")) continue;
    std::string line = io.arg(at) + ":";
    for (const char* directory : {"/usr/bin/", "/usr/sbin/", "/usr/lib/", "/etc/", "/usr/share/"}) {
      const std::string path = directory + io.arg(at);
      if (io.stat(path)) line += " " + path;
    }
    const std::string manual = "/usr/share/man/man1/" + io.arg(at) + ".1.gz";
    if (io.stat(manual)) line += " " + manual;
    io.out(line + "\n");
  }
  return 0;
}

int locale(Io& io) {
  std::string language = io.variable("LANG");
  const std::string all = io.variable("LC_ALL");
  io.out("LANG=" + language + "\nLANGUAGE=\n");
  const std::string used = !all.empty() ? all : language.empty() ? "POSIX" : language;
  for (const char* name : {"CTYPE", "NUMERIC", "TIME", "COLLATE", "MONETARY", "MESSAGES", "PAPER",
                           "NAME", "ADDRESS", "TELEPHONE", "MEASUREMENT", "IDENTIFICATION"}) {
    io.out(std::string("LC_") + name + "=\"" + used + "\"\n");
  }
  io.out("LC_ALL=" + all + "\n");
  return 0;
}

int clear(Io& io) {
  io.out(io.name() == "reset" ? "\033c\033[!p\033[?3;4l\033[4l\033>" : "\033[H\033[2J\033[3J");
  return 0;
}

int stty(Io& io) {
  Terminal* terminal = io.process.terminal();
  if (!io.process.is_terminal(0) || terminal == nullptr) {
    io.err("stty: 'standard input': Inappropriate ioctl for device\n");
    return 1;
  }
  TerminalMode mode = terminal->mode();
  if (io.argc() == 1) {
    io.out("speed 38400 baud; line = 0;\n-brkint -imaxbel\n");
    return 0;
  }
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    const bool on = !word.starts_with("-");
    const std::string name = on ? word : word.substr(1);
    if (word == "size")
      io.out(text_of("%u %u\n", terminal->rows, terminal->columns));
    else if (name == "echo")
      mode.echo = on;
    else if (name == "icanon")
      mode.canonical = on;
    else if (name == "isig")
      mode.signals = on;
    else if (name == "raw" || name == "cooked") {
      const bool raw = (name == "raw") == on;
      mode.canonical = mode.signals = mode.cr_to_newline = mode.newline_to_crlf = !raw;
    } else if (name == "sane") {
      mode = TerminalMode{};
    } else if (word == "-a") {
      io.out(
          text_of("speed 38400 baud; rows %u; columns %u; line = 0;\n", terminal->rows,
                  terminal->columns) +
          "intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; eol = <undef>;\neol2 = <undef>; "
          "swtch = <undef>; start = ^Q; stop = ^S; susp = ^Z; rprnt = ^R;\nwerase = ^W; lnext = "
          "^V; discard = ^O; min = 1; time = 0;\n-parenb -parodd -cmspar cs8 -hupcl -cstopb cread "
          "-clocal -crtscts\n-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr " +
          (mode.cr_to_newline ? "" : "-") +
          "icrnl ixon -ixoff\n-iuclc -ixany -imaxbel iutf8\nopost -olcuc -ocrnl onlcr -onocr "
          "-onlret -ofill -ofdel nl0 cr0 tab0 bs0 vt0 ff0\n" +
          (mode.signals ? "" : "-") + "isig " + (mode.canonical ? "" : "-") + "icanon iexten " +
          (mode.echo ? "" : "-") +
          "echo echoe echok -echonl -noflsh -xcase -tostop -echoprt\nechoctl echoke -flusho "
          "-extproc\n");
    } else if (word == "rows" || word == "cols" || word == "columns") {
      const auto number = at + 1 < io.argc() ? number_of(io.arg(++at)) : std::nullopt;
      if (number && *number < 1000)
        (word == "rows" ? terminal->rows : terminal->columns) = static_cast<std::uint16_t>(*number);
    }
  }
  terminal->set_mode(mode);
  return 0;
}

// A unit by its daemon's name; 0: it does not run.
int pid_of_unit(Io& io, const std::string& unit) {
  std::string name = unit.substr(0, unit.find(".service"));
  if (name == "ssh") name = "sshd";
  if (name == "mysql" || name == "mariadb") name = "mariadbd";
  for (const ProcessRow& row : processes_of(io)) {
    if (row.name == name || row.name == name + "d" || (name == "sshd" && row.name == "sshd"))
      return row.pid;
  }
  return 0;
}

int unit_status(Io& io, std::string unit) {
  if (!unit.ends_with(".service")) unit += ".service";
  const std::string file = "/lib/systemd/system/" + unit;
  const int pid = pid_of_unit(io, unit);
  if (pid == 0 && !io.stat(file)) {
    io.err("Unit " + unit + " could not be found.\n");
    return 4;
  }
  std::string title = unit.substr(0, unit.size() - 8);
  const std::string described = io.slurp_or_empty(file);
  for (const std::string_view line : lines_of(described)) {
    if (line.starts_with("Description=")) title = line.substr(12);
  }
  const TimePoint since = persona_of(io).booted_at;
  const auto days = std::chrono::duration_cast<std::chrono::hours>(uptime_of(io)).count() / 24;
  const std::string dot = pid != 0 ? "\xE2\x97\x8F" : "\xE2\x97\x8B";
  std::string out = dot + " " + unit + " - " + title + "\n     Loaded: loaded (" + file +
                    (pid != 0 ? "; enabled" : "; disabled") + "; preset: enabled)\n";
  if (pid != 0) {
    out += "     Active: active (running) since " + date_text(since, "%a %Y-%m-%d %H:%M:%S UTC") +
           "; " + std::to_string(days) + " days ago\n   Main PID: " + std::to_string(pid) + "\n";
    std::uint32_t tasks = 1;
    for (const ProcessRow& row : processes_of(io)) {
      if (row.pid == pid) tasks = row.threads;
    }
    // systemd's default: 15 % of what the kernel allows, which goes by memory.
    const std::uint64_t limit = memory_of(io).total / 128 * 15 / 100 * 2;
    out += "      Tasks: " + std::to_string(tasks) + " (limit: " + std::to_string(limit) +
           ")\n     CGroup: /system.slice/" + unit + "\n";
  } else {
    out += "     Active: inactive (dead)\n";
  }
  io.out(out);
  return pid != 0 ? 0 : 3;
}

int systemctl(Io& io) {
  std::vector<std::string> words;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    if (!io.arg(at).starts_with("-")) words.push_back(io.arg(at));
  }
  const std::string verb = words.empty() ? "list-units" : words[0];
  if (verb == "list-units" || verb == "list-unit-files") {
    io.out("  UNIT                 LOAD   ACTIVE SUB     DESCRIPTION\n");
    std::size_t count = 0;
    for (const ProcessRow& row : processes_of(io)) {
      if (row.arguments.empty() || row.parent != 1) continue;
      io.out("  " + padded(row.name + ".service", 20) + " loaded active running " + row.name +
             "\n");
      ++count;
    }
    io.out(
        "\nLOAD   = Reflects whether the unit definition was properly loaded.\nACTIVE = The "
        "high-level unit activation state, i.e. generalization of SUB.\nSUB    = The low-level "
        "unit activation state, values depend on unit type.\n" +
        std::to_string(count) + " loaded units listed.\n");
    return 0;
  }
  if (verb == "is-system-running") {
    io.out("running\n");
    return 0;
  }
  if (verb == "daemon-reload" || verb == "daemon-reexec" || verb == "reset-failed")
    return io.who.is_root() ? 0 : 1;
  if (words.size() < 2) {
    if (verb == "status") {
      io.out("\xE2\x97\x8F " + hostname_of(io) +
             "\n    State: running\n    Units: 241 loaded (incl. loaded aliases)\n     Jobs: 0 "
             "queued\n   Failed: 0 units\n");
      return 0;
    }
    io.err("Too few arguments.\n");
    return 1;
  }
  for (std::size_t at = 1; at < words.size(); ++at) {
    std::string unit = words[at];
    if (unit.find('.') == std::string::npos) unit += ".service";
    const bool runs = pid_of_unit(io, unit) != 0;
    const bool known =
        runs || io.stat("/lib/systemd/system/" + unit) || io.stat("/etc/systemd/system/" + unit);
    const bool changes = verb == "enable" || verb == "disable";
    const bool own = known && (io.who.is_root() || !changes) && unit_file_verb(io, verb, unit);
    if (own) continue;
    if (verb == "status") {
      io.status = unit_status(io, unit);
    } else if (verb == "is-active") {
      io.out(runs ? "active\n" : "inactive\n");
      io.status = runs ? 0 : 3;
    } else if (verb == "is-enabled") {
      if (!known)
        io.err("Failed to get unit file state for " + unit + ": No such file or directory\n");
      if (known) io.out(runs ? "enabled\n" : "disabled\n");
      io.status = runs ? 0 : 1;
    } else if (verb == "cat") {
      io.err("No files found for " + unit + ".\n");
      io.status = 1;
    } else if (!io.who.is_root()) {
      io.err("Failed to " + verb + " " + unit +
             ": Interactive authentication required.\nSee system logs and 'systemctl status " +
             unit + "' for details.\n");
      io.status = 1;
    } else if (!known) {
      const bool files = verb == "enable" || verb == "disable";
      io.err(files ? "Failed to " + verb + " unit: Unit file " + unit + " does not exist.\n"
                   : "Failed to " + verb + " " + unit + ": Unit " + unit +
                         (verb == "stop" ? " not loaded.\n" : " not found.\n"));
      io.status = files ? 1 : 5;
    }
  }
  return io.status;
}

int service(Io& io) {
  if (io.argc() < 3) {
    io.err(
        "Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] "
        "]\n");
    return 1;
  }
  if (io.arg(2) == "status") return unit_status(io, io.arg(1));
  if (pid_of_unit(io, io.arg(1)) != 0 || io.stat("/etc/init.d/" + io.arg(1))) return 0;
  io.err("Failed to " + io.arg(2) + " " + io.arg(1) + ".service: Unit " + io.arg(1) +
         (io.arg(2) == "stop" ? ".service not loaded.\n" : ".service not found.\n"));
  return 5;
}

constexpr Command kRows[] = {
    {"id", &plain<id>},           {"whoami", &plain<whoami>},       {"groups", &plain<groups>},
    {"logname", &plain<logname>}, {"which", &plain<which>},         {"whereis", &plain<whereis>},
    {"locale", &plain<locale>},   {"clear", &plain<clear>},         {"reset", &plain<clear>},
    {"stty", &plain<stty>},       {"systemctl", &plain<systemctl>}, {"service", &plain<service>}};

}  // namespace

std::span<const Command> identity_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
