// /proc/<pid>/…
#include <algorithm>
#include <cerrno>
#include <chrono>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/random.h"
#include "shell/fs/proc_tables.h"

namespace decnet::shell::fs {
namespace {

constexpr Row kRows[] = {
    {"autogroup", 0644},
    {"cgroup"},
    {"cmdline"},
    {"comm", 0644},
    {"coredump_filter", 0644},
    {"cpuset"},
    {.path = "cwd", .mode = 0777, .kind = Kind::symlink},
    {"environ", 0400},
    {.path = "exe", .mode = 0777, .kind = Kind::symlink},
    {.path = "fd", .mode = 0500, .kind = Kind::directory},
    {"io", 0400},
    {"limits"},
    {"loginuid", 0644},
    {"maps"},
    {"mountinfo"},
    {"mounts"},
    {"oom_adj", 0644},
    {"oom_score"},
    {"oom_score_adj", 0644},
    {"personality", 0400},
    {.path = "root", .mode = 0777, .kind = Kind::symlink},
    {"sched", 0644},
    {"schedstat"},
    {"sessionid"},
    {"stat"},
    {"statm"},
    {"status"},
    {"syscall", 0400},
    {"timers"},
    {"wchan"},
};

std::string_view state_word(char state) {
  switch (state) {
    case 'R':
      return "running";
    case 'D':
      return "disk sleep";
    case 'T':
      return "stopped";
    case 'Z':
      return "zombie";
    case 'I':
      return "idle";
    default:
      return "sleeping";
  }
}

bool is_kernel(const ProcessView& process) {
  return process.arguments.empty() && process.path.empty();
}

std::uint64_t ticks(Duration time) {
  return static_cast<std::uint64_t>(time.count() / 10'000);
}

std::string stat_line(const SystemView& view, const ProcessView& p) {
  const bool kernel = is_kernel(p);
  SeededRandom random(view.persona().seed + static_cast<std::uint64_t>(p.pid), "proc.addresses");
  const std::uint64_t code = kernel ? 0 : 0x55'0000'0000'00 + (random.below(1U << 28) << 12);
  const std::uint64_t stack = kernel ? 0 : 0x7ff'c000'0000'0 + (random.below(1U << 20) << 12);
  return fmt::format(
      "{} ({}) {} {} {} {} {} {} {} {} 0 {} 0 {} {} 0 0 {} {} {} 0 {} {} {} 18446744073709551615 "
      "{} {} {} 0 0 0 {} {} {} 0 0 0 17 {} 0 0 0 0 0 {} {} {} {} {} {} {} 0\n",
      p.pid, p.name, p.state, p.parent, p.group, p.session, p.terminal, p.foreground_group,
      kernel ? 2'129'984 : 4'194'560, p.resident_kib / 8, p.resident_kib / 2'000,
      ticks(p.user_time), ticks(p.system_time), 20 + p.nice, p.nice, p.threads,
      ticks(p.started - view.persona().booted_at), p.virtual_kib * 1024, p.resident_kib / 4, code,
      code + (kernel ? 0 : 94'000), stack, 0, kernel ? 2'147'483'647 : 4'096,
      kernel ? 0 : 134'234'626,
      static_cast<unsigned>(p.pid) % static_cast<unsigned>(std::max(1, view.hardware().threads)),
      code, code + (kernel ? 0 : 140'000), code + (kernel ? 0 : 1'200'000), stack, stack + 40,
      stack + 40, stack + 4'000);
}

std::string status_text(const SystemView& view, const ProcessView& p) {
  std::string text = fmt::format(
      "Name:\t{}\nUmask:\t{}\nState:\t{} ({})\nTgid:\t{}\nNgid:\t0\nPid:\t{}\nPPid:\t{}\n"
      "TracerPid:\t0\nUid:\t{}\t{}\t{}\t{}\nGid:\t{}\t{}\t{}\t{}\nFDSize:\t{}\nGroups:\t{} \n"
      "NStgid:\t{}\nNSpid:\t{}\nNSpgid:\t{}\nNSsid:\t{}\n",
      p.name, is_kernel(p) ? "0000" : "0022", p.state, state_word(p.state), p.pid, p.pid, p.parent,
      p.uid, p.uid, p.uid, p.uid, p.gid, p.gid, p.gid, p.gid, is_kernel(p) ? 64 : 256, p.gid, p.pid,
      p.pid, p.group, p.session);
  if (!is_kernel(p)) {
    const std::uint64_t anonymous = p.resident_kib - std::min(p.resident_kib, p.shared_kib);
    text += fmt::format(
        "VmPeak:\t{:>8} kB\nVmSize:\t{:>8} kB\nVmLck:\t       0 kB\nVmPin:\t       0 kB\n"
        "VmHWM:\t{:>8} kB\nVmRSS:\t{:>8} kB\nRssAnon:\t{:>8} kB\nRssFile:\t{:>8} kB\n"
        "RssShmem:\t       0 kB\nVmData:\t{:>8} kB\nVmStk:\t     132 kB\nVmExe:\t     688 kB\n"
        "VmLib:\t    1924 kB\nVmPTE:\t      60 kB\nVmSwap:\t       0 kB\nHugetlbPages:\t       0 "
        "kB\n"
        "CoreDumping:\t0\nTHP_enabled:\t1\n",
        p.virtual_kib + 60, p.virtual_kib, p.resident_kib + 12, p.resident_kib, anonymous,
        p.shared_kib, anonymous + 132);
  }
  const std::string_view caps = p.uid == 0 ? "000001ffffffffff" : "0000000000000000";
  text += fmt::format(
      "Threads:\t{}\nSigQ:\t0/{}\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000000\n"
      "SigBlk:\t0000000000000000\nSigIgn:\t0000000000001000\nSigCgt:\t0000000000000000\n"
      "CapInh:\t0000000000000000\nCapPrm:\t{}\nCapEff:\t{}\nCapBnd:\t000001ffffffffff\n"
      "CapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\n"
      "Speculation_Store_Bypass:\tthread vulnerable\nSpeculationIndirectBranch:\tconditional "
      "enabled\n"
      "Cpus_allowed:\t{:x}\nCpus_allowed_list:\t{}\nMems_allowed:\t00000000,00000001\n"
      "Mems_allowed_list:\t0\nvoluntary_ctxt_switches:\t{}\nnonvoluntary_ctxt_switches:\t{}\n",
      p.threads, view.hardware().memory_kib / 260, caps, caps,
      (std::uint64_t{1} << std::min(view.hardware().threads, 63)) - 1,
      view.hardware().threads > 1 ? fmt::format("0-{}", view.hardware().threads - 1) : "0",
      20 + ticks(p.user_time) * 3, ticks(p.system_time));
  return text;
}

std::string limits_text(const SystemView& view) {
  const std::uint64_t processes = view.hardware().memory_kib / 260;
  std::string text =
      fmt::format("{:<26}{:<21}{:<21}{:<10}\n", "Limit", "Soft Limit", "Hard Limit", "Units");
  const auto line = [&](std::string_view name, std::string soft, std::string hard,
                        std::string_view unit) {
    text += fmt::format("{:<26}{:<21}{:<21}{:<10}\n", name, soft, hard, unit);
  };
  const std::string most = fmt::format("{}", processes);
  line("Max cpu time", "unlimited", "unlimited", "seconds");
  line("Max file size", "unlimited", "unlimited", "bytes");
  line("Max data size", "unlimited", "unlimited", "bytes");
  line("Max stack size", "8388608", "unlimited", "bytes");
  line("Max core file size", "0", "unlimited", "bytes");
  line("Max resident set", "unlimited", "unlimited", "bytes");
  line("Max processes", most, most, "processes");
  line("Max open files", "1024", "1048576", "files");
  line("Max locked memory", fmt::format("{}", view.hardware().memory_kib / 8 * 1024),
       fmt::format("{}", view.hardware().memory_kib / 8 * 1024), "bytes");
  line("Max address space", "unlimited", "unlimited", "bytes");
  line("Max file locks", "unlimited", "unlimited", "locks");
  line("Max pending signals", most, most, "signals");
  line("Max msgqueue size", "819200", "819200", "bytes");
  line("Max nice priority", "0", "0", "");
  line("Max realtime priority", "0", "0", "");
  line("Max realtime timeout", "unlimited", "unlimited", "us");
  return text;
}

std::string maps_text(const SystemView& view, const ProcessView& p) {
  if (is_kernel(p)) return {};
  SeededRandom random(view.persona().seed + static_cast<std::uint64_t>(p.pid), "proc.addresses");
  const std::uint64_t code = 0x55'0000'0000'00 + (random.below(1U << 28) << 12);
  const std::uint64_t stack = 0x7ff'c000'0000'0 + (random.below(1U << 20) << 12);
  const std::uint64_t library = 0x7f0'0000'0000'0 + (random.below(1U << 26) << 12);
  std::string text;
  const auto part = [&](std::uint64_t from, std::uint64_t bytes, std::string_view mode,
                        std::uint64_t offset, std::string_view file) {
    const std::string left =
        fmt::format("{:x}-{:x} {} {:08x} {} {}", from, from + bytes, mode, offset,
                    file.starts_with('/') ? "08:01" : "00:00",
                    file.starts_with('/') ? 131'072 + stable_hash(file) % 60'000 : 0);
    text += file.empty() ? left + " \n" : fmt::format("{:<72} {}\n", left, file);
  };
  const std::string libc = view.hardware().arm ? "/usr/lib/aarch64-linux-gnu/libc.so.6"
                                               : "/usr/lib/x86_64-linux-gnu/libc.so.6";
  part(code, 0x2f000, "r--p", 0, p.path);
  part(code + 0x2f000, 0xdb000, "r-xp", 0x2f000, p.path);
  part(code + 0x10a000, 0x39000, "r--p", 0x10a000, p.path);
  part(code + 0x143000, 0x9000, "rw-p", 0x142000, p.path);
  part(code + 0x1'200'000, 0x21000, "rw-p", 0, "[heap]");
  part(library, 0x26000, "r--p", 0, libc);
  part(library + 0x26000, 0x155000, "r-xp", 0x26000, libc);
  part(library + 0x17b000, 0x53000, "r--p", 0x17b000, libc);
  part(library + 0x1d2000, 0x2000, "rw-p", 0x1d2000, libc);
  part(library + 0x1d4000, 0xd000, "rw-p", 0, "");
  part(stack, 0x21000, "rw-p", 0, "[stack]");
  part(stack + 0x40000, 0x4000, "r--p", 0, "[vvar]");
  part(stack + 0x44000, 0x2000, "r-xp", 0, "[vdso]");
  return text;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text.append(part).push_back('\0');
  return text;
}

std::string cgroup_of(const ProcessView& p) {
  if (is_kernel(p)) return "0::/\n";
  if (p.pid == 1) return "0::/init.scope\n";
  if (p.terminal >> 8 == 136 || p.uid >= 1000) {
    return fmt::format("0::/user.slice/user-{}.slice/session-{}.scope\n", p.uid,
                       1 + p.session % 97);
  }
  std::string unit = p.name;
  if (unit == "systemd-journal") unit = "systemd-journald";
  if (unit == "systemd-timesyn") unit = "systemd-timesyncd";
  if (unit == "dbus-daemon") unit = "dbus";
  if (unit == "rsyslogd") unit = "rsyslog";
  if (unit == "sshd") unit = "ssh";
  if (unit == "unattended-upgr") unit = "unattended-upgrades";
  return fmt::format("0::/system.slice/{}.service\n", unit);
}

}  // namespace

std::span<const Row> process_rows() {
  return kRows;
}

Sys<std::string> process_text(const SystemView& view, const ProcessView& p, std::string_view name) {
  const bool kernel = is_kernel(p);
  if (name == "cmdline") return joined(p.arguments);
  if (name == "comm") return p.name + "\n";
  if (name == "status") return status_text(view, p);
  if (name == "stat") return stat_line(view, p);
  if (name == "statm") {
    return fmt::format("{} {} {} 172 0 {} 0\n", p.virtual_kib / 4, p.resident_kib / 4,
                       p.shared_kib / 4, p.virtual_kib / 16);
  }
  if (name == "limits") return limits_text(view);
  if (name == "maps") return maps_text(view, p);
  if (name == "environ") return joined(p.environment);
  if (name == "cgroup") return cgroup_of(p);
  if (name == "mounts") return proc_mounts(view, {});
  if (name == "exe") return kernel ? Sys<std::string>(sys_fail(ENOENT)) : p.path;
  if (name == "cwd") return p.directory;
  if (name == "root" || name == "cpuset") return name == "root" ? "/" : "/\n";
  if (name == "loginuid") return p.terminal >> 8 == 136 ? fmt::format("{}", p.uid) : "4294967295";
  if (name == "sessionid")
    return p.terminal >> 8 == 136 ? fmt::format("{}", 1 + p.session % 97) : "4294967295";
  if (name == "oom_score") return kernel || p.pid == 1 ? "0\n" : "666\n";
  if (name == "oom_score_adj") return p.name == "sshd" && p.parent == 1 ? "-1000\n" : "0\n";
  if (name == "oom_adj") return p.name == "sshd" && p.parent == 1 ? "-17\n" : "0\n";
  if (name == "wchan") return p.state == 'R' ? "0" : "do_wait";
  if (name == "coredump_filter") return "00000033\n";
  if (name == "personality") return "00000000\n";
  if (name == "autogroup") return fmt::format("/autogroup-{} nice 0\n", 1 + p.session % 300);
  if (name == "schedstat") {
    return fmt::format("{} {} {}\n", (p.user_time + p.system_time).count() * 1000, p.pid * 911,
                       40 + p.pid % 77);
  }
  if (name == "io") {
    return fmt::format(
        "rchar: {}\nwchar: {}\nsyscr: {}\nsyscw: {}\nread_bytes: {}\nwrite_bytes: {}\n"
        "cancelled_write_bytes: 0\n",
        p.resident_kib * 190, p.resident_kib * 4, p.resident_kib / 7, p.resident_kib / 90,
        p.resident_kib * 80 / 4096 * 4096, p.resident_kib * 2 / 4096 * 4096);
  }
  if (name == "mountinfo") {
    std::string text;
    int number = 22;
    for (const DiskView& disk : view.disks()) {
      text += fmt::format("{} {} {} / {} rw,relatime shared:{} - {} {} {}\n", number,
                          disk.path == "/" ? 1 : 27,
                          disk.type == "ext4" ? "8:1" : fmt::format("0:{}", number - 1), disk.path,
                          number - 15, disk.type, disk.device, disk.options);
      ++number;
    }
    return text;
  }
  return std::string{};
}

}  // namespace decnet::shell::fs
