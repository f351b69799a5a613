// uname, arch, hostname, hostnamectl, uptime, nproc, date, sleep, who, w, users, tty
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"
#include "shell/terminal.h"

namespace decnet::shell::cmd {
namespace {

std::string machine_name(const Io& io) {
  return hardware_of(io).arm ? "aarch64" : "x86_64";
}

std::string kernel_version(const Io& io) {
  const std::string text = io.files.read_file("/proc/version", Credentials{}).value_or("");
  const std::size_t at = text.find("#1 SMP");
  if (at != std::string::npos) return text.substr(at, text.find('\n', at) - at);
  return "#1 SMP PREEMPT_DYNAMIC Debian 6.1.123-1 (2025-01-02)";
}

int uname(Io& io) {
  static constexpr Long kLongs[] = {{"all", 'a'},
                                    {"kernel-name", 's'},
                                    {"nodename", 'n'},
                                    {"kernel-release", 'r'},
                                    {"kernel-version", 'v'},
                                    {"machine", 'm'},
                                    {"processor", 'p'},
                                    {"hardware-platform", 'i'},
                                    {"operating-system", 'o'}};
  std::string wanted;
  Options options(io, "asnrvmpio", kLongs, "[OPTION]...");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    wanted += id == 'a' ? "snrvmo" : std::string(1, static_cast<char>(id));
  }
  if (!options.operands.empty()) return io.misused("extra operand " + quoted(options.operands[0]));
  if (wanted.empty()) wanted = "s";
  std::vector<std::string> parts;
  for (const char letter : std::string_view("snrvmpio")) {
    if (wanted.find(letter) == std::string::npos) continue;
    parts.push_back(letter == 's'   ? "Linux"
                    : letter == 'n' ? hostname_of(io)
                    : letter == 'r' ? persona_of(io).kernel
                    : letter == 'v' ? kernel_version(io)
                    : letter == 'm' ? machine_name(io)
                    : letter == 'o' ? "GNU/Linux"
                                    : "unknown");
  }
  io.out(join(parts, " ") + "\n");
  return 0;
}

int arch(Io& io) {
  io.out(machine_name(io) + "\n");
  return 0;
}

int hostname(Io& io) {
  const std::string option = io.argc() > 1 ? io.arg(1) : "";
  const auto interfaces = interfaces_of(io);
  const std::string address = interfaces.empty() ? "" : interfaces.back().address;
  if (option == "-f" || option == "--fqdn" || option == "--long") {
    io.out(hostname_of(io) + "." + persona_of(io).domain + "\n");
  } else if (option == "-d" || option == "--domain") {
    io.out(persona_of(io).domain + "\n");
  } else if (option == "-I" || option == "--all-ip-addresses") {
    io.out(address + " \n");
  } else if (option == "-i") {
    io.out("127.0.1.1\n");
  } else if (option.empty() || option == "-s") {
    io.out(hostname_of(io) + "\n");
  } else if (option[0] == '-') {
    io.err("hostname: invalid option -- '" + option.substr(1, 1) + "'\n");
    return 255;
  } else if (!io.who.is_root()) {
    io.err("hostname: you must be root to change the host name\n");
    return 1;
  }
  return 0;
}

int hostnamectl(Io& io) {
  const persona::HardwareFacts hardware = hardware_of(io);
  std::string id = io.files.read_file("/etc/machine-id", Credentials{}).value_or("");
  while (id.ends_with("\n")) id.pop_back();
  std::string boot =
      io.files.read_file("/proc/sys/kernel/random/boot_id", Credentials{}).value_or("\n");
  std::erase(boot, '-');
  const bool virtual_one = hardware.hypervisor != persona::Hypervisor::none;
  std::string out = " Static hostname: " + hostname_of(io) + "\n       Icon name: computer-" +
                    (virtual_one ? "vm" : "server") + "\n         Chassis: " +
                    (virtual_one ? "vm\xF0\x9F\x96\xB4" : "server\xF0\x9F\x96\xB3") +
                    "\n      Machine ID: " + id + "\n         Boot ID: " + boot;
  if (virtual_one)
    out += std::string("  Virtualization: ") +
           (hardware.hypervisor == persona::Hypervisor::vmware ? "vmware" : "microsoft") + "\n";
  out += "Operating System: Debian GNU/Linux 12 (bookworm)\n          Kernel: Linux " +
         persona_of(io).kernel + "\n    Architecture: " + (hardware.arm ? "arm64" : "x86-64") +
         "\n Hardware Vendor: " + hardware.vendor + "\n  Hardware Model: " + hardware.product +
         "\nFirmware Version: " + hardware.bios_version + "\n";
  io.out(out);
  return 0;
}

int uptime(Io& io) {
  static constexpr Long kLongs[] = {{"pretty", 'p'}, {"since", 's'}};
  Options options(io, "phsV", kLongs, "[options]");
  char kind = 0;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id == 'V') {
      io.out(version_text(io, "uptime"));
      return 0;
    }
    kind = static_cast<char>(id);
  }
  if (kind == 's') {
    io.out(date_text(persona_of(io).booted_at, "%Y-%m-%d %H:%M:%S") + "\n");
  } else if (kind == 'p') {
    const auto up = std::chrono::duration_cast<std::chrono::minutes>(uptime_of(io)).count();
    std::vector<std::string> parts;
    const auto add = [&](long long number, const char* unit) {
      if (number > 0) parts.push_back(text_of("%lld %s%s", number, unit, number > 1 ? "s" : ""));
    };
    add(up / 10080, "week");
    add(up / 1440 % 7, "day");
    add(up / 60 % 24, "hour");
    add(up % 60, "minute");
    io.out("up " + join(parts, ", ") + "\n");
  } else {
    io.out(uptime_line(io) + "\n");
  }
  return 0;
}

int nproc(Io& io) {
  io.out(std::to_string(hardware_of(io).threads) + "\n");
  return 0;
}

int date(Io& io) {
  static constexpr Long kLongs[] = {
      {"date", 'd', ':'}, {"utc", 'u'},           {"universal", 'u'}, {"iso-8601", 'I', '?'},
      {"rfc-email", 'R'}, {"rfc-3339", 300, ':'}, {"set", 's', ':'},  {"reference", 'r', ':'}};
  TimePoint time = io.now();
  std::string format = "%a %b %e %H:%M:%S %Z %Y";
  if (io.variable("LANG").find("en_US") != std::string::npos && io.variable("LC_ALL") != "C") {
    format = "%a %b %e %I:%M:%S %p %Z %Y";
  }
  Options options(io, "d:f:I::r:Rs:u", kLongs, "[OPTION]... [+FORMAT]");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id == 'd' || id == 's') {
      const auto read = date_of(options.value, io.now());
      if (!read) {
        io.fail("invalid date " + quoted(options.value));
        return 1;
      }
      time = *read;
      if (id == 's' && !io.who.is_root()) io.fail("cannot set date", EPERM);
    }
    if (id == 'r') {
      const Sys<Stat> stat = io.stat(options.value);
      if (!stat) {
        io.fail(quoted_if_odd(options.value), stat.error());
        return 1;
      }
      time = stat->modified;
    }
    if (id == 'R') format = "%a, %d %b %Y %H:%M:%S %z";
    if (id == 'I')
      format = options.value.starts_with("s")   ? "%Y-%m-%dT%H:%M:%S%:z"
               : options.value.starts_with("m") ? "%Y-%m-%dT%H:%M%:z"
                                                : "%Y-%m-%d";
    if (id == 300)
      format = options.value == "date" ? "%Y-%m-%d"
               : options.value == "ns" ? "%Y-%m-%d %H:%M:%S.%N%:z"
                                       : "%Y-%m-%d %H:%M:%S%:z";
  }
  if (options.operands.size() > 1)
    return io.misused("extra operand " + quoted(options.operands[1]));
  if (!options.operands.empty()) {
    if (!options.operands[0].starts_with("+")) {
      io.fail("invalid date " + quoted(options.operands[0]));
      return 1;
    }
    format = options.operands[0].substr(1);
  }
  io.out(date_text(time, format) + "\n");
  return io.status;
}

Task<int> sleep(Process& process) {
  Io io(process);
  double total = 0;
  bool bad = false;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const auto some = seconds_of(io.arg(at));
    if (!some) {
      io.fail("invalid time interval " + quoted(io.arg(at)));
      bad = true;
    }
    total += some.value_or(0);
  }
  if (io.argc() < 2) {
    io.misused("missing operand");
    bad = true;
  } else if (bad) {
    io.err("Try 'sleep --help' for more information.\n");
  }
  co_await io.flush();
  if (!bad) co_await process.sleep(Duration(static_cast<std::int64_t>(std::min(total, 1e9) * 1e6)));
  co_return bad ? 1 : 0;
}

int who(Io& io) {
  Options options(io, "abdHlmpqrstTuw", {});
  bool boot = false;
  bool header = false;
  bool quick = false;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    boot = boot || id == 'b' || id == 'a';
    header = header || id == 'H';
    quick = quick || id == 'q';
  }
  if (boot)
    io.out("         system boot  " + date_text(persona_of(io).booted_at, "%Y-%m-%d %H:%M") + "\n");
  if (boot) return 0;
  if (header) io.out("NAME     LINE         TIME             COMMENT\n");
  std::vector<std::string> names;
  for (const LoginRow& row : logins_of(io)) {
    names.push_back(row.user);
    if (quick) continue;
    io.out(padded(row.user, 8) + " " + padded(row.terminal, 12) + " " +
           date_text(row.since, "%Y-%m-%d %H:%M") + " (" + row.from + ")\n");
  }
  if (quick) io.out(join(names, " ") + text_of("\n# users=%zu\n", names.size()));
  return 0;
}

int users(Io& io) {
  std::vector<std::string> names;
  for (const LoginRow& row : logins_of(io)) names.push_back(row.user);
  std::sort(names.begin(), names.end());
  if (!names.empty()) io.out(join(names, " ") + "\n");
  return 0;
}

std::string idle_text(Duration idle) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(idle).count();
  if (whole >= 2 * 86400) return text_of(" %2llddays", static_cast<long long>(whole / 86400));
  if (whole >= 3600)
    return text_of(" %2lld:%02lldm", static_cast<long long>(whole / 3600),
                   static_cast<long long>(whole / 60 % 60));
  if (whole >= 60)
    return text_of(" %2lld:%02lld ", static_cast<long long>(whole / 60),
                   static_cast<long long>(whole % 60));
  return text_of(" %2lld.%02llds", static_cast<long long>(whole),
                 static_cast<long long>(idle.count() / 10'000 % 100));
}

int w(Io& io) {
  Options options(io, "hsfoiupV", {});
  bool header = true;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    header = header && id != 'h';
  }
  if (header) {
    io.out(uptime_line(io) + "\n");
    io.out("USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n");
  }
  const auto rows = processes_of(io);
  for (const LoginRow& login : logins_of(io)) {
    std::string what = "-bash";
    Duration job{};
    Duration own{};
    for (const ProcessRow& row : rows) {
      if (row.terminal != login.terminal) continue;
      job += row.cpu;
      if (row.foreground && !row.arguments.empty()) {
        what = join(row.arguments, " ");
        own = row.cpu;
      }
    }
    const bool today = date_text(login.since, "%F") == date_text(io.now(), "%F");
    io.out(padded(login.user, 8) + " " + padded(login.terminal, 8) + " " +
           padded(login.from.substr(0, 16), 16) + " " +
           date_text(login.since, today ? "%H:%M   " : "%d%b%y ") +
           idle_text(io.now() - login.active) + idle_text(job) + idle_text(own) + " " + what +
           "\n");
  }
  return 0;
}

int tty(Io& io) {
  Terminal* terminal = io.process.terminal();
  if (!io.process.is_terminal(0) || terminal == nullptr) {
    io.out("not a tty\n");
    return 1;
  }
  io.out(terminal->path() + "\n");
  return 0;
}

constexpr Command kRows[] = {{"uname", &plain<uname>},
                             {"arch", &plain<arch>},
                             {"hostname", &plain<hostname>},
                             {"hostnamectl", &plain<hostnamectl>},
                             {"uptime", &plain<uptime>},
                             {"nproc", &plain<nproc>},
                             {"date", &plain<date>},
                             {"sleep", &sleep},
                             {"who", &plain<who>},
                             {"users", &plain<users>},
                             {"w", &plain<w>},
                             {"tty", &plain<tty>}};

}  // namespace

std::span<const Command> host_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
