// free, vmstat, lscpu, lsblk, blkid, df, mount, umount, dmesg, lsmod, lspci
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

std::string small_human(std::uint64_t kib) {
  static constexpr std::string_view kUnits[] = {"Ki", "Mi", "Gi", "Ti"};
  double value = static_cast<double>(kib);
  std::size_t unit = 0;
  while (value >= 1024 && unit < 3) {
    value /= 1024;
    ++unit;
  }
  if (kib == 0) return "0B";
  const std::string tenths = text_of("%.1f", value);
  return (tenths.size() <= 3
              ? tenths
              : text_of("%.0f", static_cast<double>(static_cast<std::uint64_t>(value)))) +
         std::string(kUnits[unit]);
}

int free_command(Io& io) {
  static constexpr Long kLongs[] = {{"human", 'h'}, {"mebi", 'm'},  {"gibi", 'g'}, {"kibi", 'k'},
                                    {"bytes", 'b'}, {"total", 't'}, {"wide", 'w'}, {"si", 300},
                                    {"mega", 301},  {"giga", 302}};
  char unit = 'k';
  bool total = false;
  bool wide = false;
  Options options(io, "bhkmgltwc:s:V", kLongs, "[options]");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id == 'b' || id == 'h' || id == 'k' || id == 'm' || id == 'g') unit = static_cast<char>(id);
    total = total || id == 't';
    wide = wide || id == 'w';
    if (id == 'V') {
      io.out(version_text("free"));
      return 0;
    }
  }
  const auto shown = [&](std::uint64_t kib) {
    if (unit == 'h') return small_human(kib);
    return std::to_string(unit == 'b'   ? kib * 1024
                          : unit == 'm' ? kib / 1024
                          : unit == 'g' ? kib / 1024 / 1024
                                        : kib);
  };
  const MemoryView memory = memory_of(io);
  const auto row = [&](std::string_view title, std::initializer_list<std::uint64_t> numbers) {
    std::string line = padded(title, 8);
    for (const std::uint64_t number : numbers) line += padded_left(shown(number), 12);

    io.out(line + "\n");
  };
  const std::uint64_t used = memory.total - memory.available;
  io.out(
      wide ? "               total        used        free      shared     buffers       cache   "
             "available\n"
           : "               total        used        free      shared  buff/cache   available\n");
  if (wide) {
    row("Mem:", {memory.total, used, memory.free, memory.shared, memory.buffers,
                 memory.cached + memory.reclaimable, memory.available});
  } else {
    row("Mem:",
        {memory.total, used, memory.free, memory.shared, memory.buff_cache(), memory.available});
  }
  row("Swap:", {memory.swap_total, memory.swap_total - memory.swap_free, memory.swap_free});
  if (total) {
    row("Total:", {memory.total + memory.swap_total, used + memory.swap_total - memory.swap_free,
                   memory.free + memory.swap_free});
  }
  return 0;
}

int vmstat(Io& io) {
  const MemoryView memory = memory_of(io);
  const CpuView cpu = cpu_of(io);
  const auto seconds_up =
      static_cast<std::uint64_t>(std::max<std::int64_t>(1, uptime_of(io).count() / 1'000'000));
  const std::uint64_t all =
      std::max<std::uint64_t>(1, cpu.user + cpu.nice + cpu.system + cpu.idle + cpu.iowait);
  io.out(
      "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n"
      " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n");
  io.out(text_of(
      "%2d %2d %6llu %6llu %6llu %6llu %4d %4d %5d %5d %4llu %4llu %2llu %2llu %2llu %2llu %2d\n",
      1, 0, static_cast<unsigned long long>(memory.swap_total - memory.swap_free),
      static_cast<unsigned long long>(memory.free), static_cast<unsigned long long>(memory.buffers),
      static_cast<unsigned long long>(memory.cached + memory.reclaimable), 0, 0, 3, 11,
      static_cast<unsigned long long>(cpu.interrupts / seconds_up),
      static_cast<unsigned long long>(cpu.context_switches / seconds_up),
      static_cast<unsigned long long>(cpu.user * 100 / all),
      static_cast<unsigned long long>(cpu.system * 100 / all),
      static_cast<unsigned long long>(cpu.idle * 100 / all),
      static_cast<unsigned long long>(cpu.iowait * 100 / all), 0));
  return 0;
}

int lscpu(Io& io) {
  const persona::HardwareFacts facts = hardware_of(io);
  const int per_core = std::max(1, facts.threads / std::max(1, facts.cores));
  std::string out;
  const auto row = [&](std::string_view name, const std::string& value) {
    out += padded(std::string(name) + ":", 33) + value + "\n";
  };
  row("Architecture", facts.arm ? "aarch64" : "x86_64");
  row("  CPU op-mode(s)", facts.arm ? "32-bit, 64-bit" : "32-bit, 64-bit");
  if (!facts.arm)
    row("  Address sizes", facts.hypervisor == persona::Hypervisor::vmware
                               ? "45 bits physical, 48 bits virtual"
                               : "46 bits physical, 48 bits virtual");
  row("  Byte Order", "Little Endian");
  row("CPU(s)", std::to_string(facts.threads));
  row("  On-line CPU(s) list", facts.threads > 1 ? "0-" + std::to_string(facts.threads - 1) : "0");
  row("Vendor ID", facts.cpu_vendor);
  row("  Model name", facts.cpu_model);
  row("    CPU family", std::to_string(facts.cpu_family));
  row("    Model", std::to_string(facts.cpu_number));
  row("    Thread(s) per core", std::to_string(per_core));
  row("    Core(s) per socket", std::to_string(facts.cores / std::max(1, facts.sockets)));
  row("    Socket(s)", std::to_string(facts.sockets));
  row("    Stepping", std::to_string(facts.cpu_stepping));
  row("    BogoMIPS", text_of("%.2f", facts.cpu_mhz * 2));
  row("    Flags", facts.cpu_flags);
  if (facts.hypervisor != persona::Hypervisor::none) {
    row("Virtualization features", "");
    out.resize(out.size() - 1);
    while (out.ends_with(" ")) out.pop_back();
    out += " \n";
    row("  Hypervisor vendor",
        facts.hypervisor == persona::Hypervisor::vmware ? "VMware" : "Microsoft");
    row("  Virtualization type", "full");
  }
  row("NUMA", "");
  while (out.ends_with(" ") || out.ends_with("\n")) out.pop_back();
  out += "                            \n";
  row("  NUMA node(s)", "1");
  row("  NUMA node0 CPU(s)", facts.threads > 1 ? "0-" + std::to_string(facts.threads - 1) : "0");
  io.out(out);
  return 0;
}

std::string size_text(std::uint64_t kib) {
  double value = static_cast<double>(kib);
  std::size_t unit = 0;
  while (value >= 1024 && unit < 3) {
    value /= 1024;
    ++unit;
  }
  std::string text = text_of("%.1f", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + "KMGT"[unit];
}

int lsblk(Io& io) {
  const bool file_systems = io.argc() > 1 && (io.arg(1) == "-f" || io.arg(1) == "--fs");
  io.out(file_systems ? "NAME   FSTYPE FSVER LABEL UUID                                 FSAVAIL "
                        "FSUSE% MOUNTPOINTS\n"
                      : "NAME   MAJ:MIN RM  SIZE RO TYPE MOUNTPOINTS\n");
  for (const persona::Disk& disk : hardware_of(io).disks) {
    const auto row = [&](const std::string& name, std::uint32_t minor, std::uint64_t kib,
                         std::string_view type, const std::string& mount) {
      io.out(text_of("%s %3u:%-3u  0 %5s  0 %s %s\n", name.c_str(), disk.number >> 8, minor,
                     size_text(kib).c_str(), type == "disk" ? "disk" : "part", mount.c_str()));
    };
    if (!file_systems) row(padded(disk.name, 6), disk.number & 255U, disk.kib, "disk", "");
    if (file_systems) io.out(disk.name + "\n");
    for (std::size_t at = 0; at < disk.partitions.size(); ++at) {
      const persona::Partition& part = disk.partitions[at];
      const std::string branch = at + 1 == disk.partitions.size() ? "\xE2\x94\x94\xE2\x94\x80"
                                                                  : "\xE2\x94\x9C\xE2\x94\x80";
      const auto number = number_of(part.name.substr(part.name.find_last_not_of("0123456789") + 1))
                              .value_or(at + 1);
      if (file_systems) {
        io.out(branch + padded(part.name, 4) + " " + padded(part.type, 6) + " 1.0         " +
               padded(part.uuid, 36) + "                " + part.mount + "\n");
      } else {
        row(branch + padded(part.name, 4),
            (disk.number & 255U) + static_cast<std::uint32_t>(number), part.kib, "part",
            part.mount);
      }
    }
  }
  return 0;
}

int blkid(Io& io) {
  if (!io.who.is_root()) return 2;
  for (const persona::Disk& disk : hardware_of(io).disks) {
    for (const persona::Partition& part : disk.partitions) {
      if (part.type.empty()) continue;
      io.out("/dev/" + part.name + ": UUID=\"" + part.uuid + "\" " +
             (part.type == "ext4" ? "BLOCK_SIZE=\"4096\" " : "") + "TYPE=\"" + part.type +
             "\" PARTUUID=\"" + part.part_uuid + "\"\n");
    }
  }
  return 0;
}

bool pseudo(const DiskView& disk) {
  return disk.blocks_kib == 0;
}

const DiskView* disk_of(const std::vector<DiskView>& disks, const std::string& path) {
  const DiskView* best = nullptr;
  for (const DiskView& disk : disks) {
    const bool below = path == disk.path || disk.path == "/" || path.starts_with(disk.path + "/");
    if (below && (best == nullptr || disk.path.size() >= best->path.size())) best = &disk;
  }
  return best;
}

int df(Io& io) {
  static constexpr Long kLongs[] = {
      {"all", 'a'},    {"human-readable", 'h'},  {"si", 'H'},
      {"inodes", 'i'}, {"print-type", 'T'},      {"portability", 'P'},
      {"local", 'l'},  {"type", 't', ':'},       {"exclude-type", 'x', ':'},
      {"total", 300},  {"block-size", 'B', ':'}, {"output", 301, '?'},
      {"sync", 302}};
  bool all = false, human_sizes = false, inodes = false, types = false, posix = false;
  std::uint64_t base = 1024;
  std::uint64_t unit = 1024;
  std::vector<std::string> only, without;
  Options options(io, "aB:hHiklmPt:Tx:", kLongs);
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    all = all || id == 'a';
    human_sizes = human_sizes || id == 'h' || id == 'H';
    if (id == 'H') base = 1000;
    inodes = inodes || id == 'i';
    types = types || id == 'T';
    posix = posix || id == 'P';
    if (id == 't') only.push_back(options.value);
    if (id == 'x') without.push_back(options.value);
    if (id == 'm') unit = 1024 * 1024;
    if (id == 'B')
      unit = std::max<std::uint64_t>(
          1,
          size_of(number_of(options.value) ? options.value : "1" + options.value).value_or(1024));
  }
  const std::vector<DiskView> disks = disks_of(io);
  std::vector<const DiskView*> rows;
  for (const std::string& name : options.operands) {
    const Sys<std::string> path = io.files.real_path(io.absolute(name), io.who);
    if (!path) {
      io.fail(quoted_if_odd(name), path.error());
      continue;
    }
    if (const DiskView* disk = disk_of(disks, *path)) rows.push_back(disk);
  }
  if (options.operands.empty()) {
    for (const DiskView& disk : disks) {
      const bool chosen =
          only.empty() || std::find(only.begin(), only.end(), disk.type) != only.end();
      const bool left_out = std::find(without.begin(), without.end(), disk.type) != without.end();
      if ((all || !pseudo(disk)) && chosen && !left_out) rows.push_back(&disk);
    }
  }
  if (rows.empty()) {
    if (options.operands.empty()) io.fail("no file systems processed");
    return 1;
  }
  std::vector<std::vector<std::string>> table;
  const std::string blocks = human_sizes    ? "Size"
                             : unit == 1024 ? (posix ? "1024-blocks" : "1K-blocks")
                                            : human(unit).substr(0, human(unit).find('.')) +
                                                  std::string(1, human(unit).back()) + "-blocks";
  std::vector<std::string> head = {"Filesystem"};
  if (types) head.push_back("Type");
  if (inodes) {
    head.insert(head.end(), {"Inodes", "IUsed", "IFree", "IUse%", "Mounted on"});
  } else {
    head.insert(head.end(), {blocks, "Used", human_sizes ? "Avail" : "Available",
                             posix ? "Capacity" : "Use%", "Mounted on"});
  }
  table.push_back(head);
  for (const DiskView* disk : rows) {
    std::vector<std::string> row = {disk->device};
    if (types) row.push_back(disk->type);
    const auto shown = [&](std::uint64_t kib) {
      return human_sizes ? human(kib * 1024, base) : std::to_string((kib * 1024 + unit - 1) / unit);
    };
    const auto percent = [](std::uint64_t used, std::uint64_t rest) {
      return used + rest == 0
                 ? std::string("-")
                 : std::to_string((used * 100 + used + rest - 1) / (used + rest)) + "%";
    };
    if (inodes) {
      const std::uint64_t used = disk->inodes - disk->inodes_free;
      const auto count = [&](std::uint64_t number) {
        return human_sizes ? human(number, base) : std::to_string(number);
      };
      row.insert(row.end(), {count(disk->inodes), count(used), count(disk->inodes_free),
                             percent(used, disk->inodes_free)});
    } else {
      row.insert(row.end(),
                 {shown(disk->blocks_kib), shown(disk->used_kib), shown(disk->available_kib),
                  percent(disk->used_kib, disk->available_kib)});
    }
    row.push_back(disk->path);
    table.push_back(std::move(row));
  }
  std::vector<std::size_t> width(head.size(), 0);
  const std::size_t first_number = types ? 2 : 1;
  width[0] = 14;
  for (const auto& row : table) {
    for (std::size_t at = 0; at < row.size(); ++at) width[at] = std::max(width[at], row[at].size());
  }
  for (std::size_t at = first_number; at < first_number + 3; ++at)
    width[at] = std::max<std::size_t>(width[at], human_sizes ? (at == first_number ? 5 : 5) : 5);
  for (const auto& row : table) {
    std::string line;
    for (std::size_t at = 0; at < row.size(); ++at) {
      if (at > 0) line += ' ';
      const bool end = at + 1 == row.size();
      line += end                 ? row[at]
              : at < first_number ? padded(row[at], width[at])
                                  : padded_left(row[at], width[at]);
    }
    io.out(line + "\n");
  }
  return io.status;
}

int mount(Io& io) {
  Options options(io, "afFhilLno:O:rRt:T:U:vVwB", {});
  std::string type;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id == 't') type = options.value;
    if (id == 'V') {
      io.out(
          "mount from util-linux 2.38.1 (libmount 2.38.1: selinux, smack, btrfs, verity, "
          "namespaces, assert, debug)\n");
      return 0;
    }
  }
  if (options.operands.empty()) {
    for (const DiskView& disk : disks_of(io)) {
      if (!type.empty() && disk.type != type) continue;
      io.out(disk.device + " on " + disk.path + " type " + disk.type + " (" + disk.options + ")\n");
    }
    return 0;
  }
  const std::string& target = options.operands.back();
  if (!io.who.is_root()) {
    io.err("mount: " + target +
           ": must be superuser to use mount.\n       dmesg(1) may have more information after "
           "failed mount system call.\n");
    return 1;
  }
  if (options.operands.size() == 1) {
    io.err("mount: " + target + ": can't find in /etc/fstab.\n");
    return 1;
  }
  const Sys<Stat> there = io.stat(target);
  if (!there) {
    io.err("mount: " + target +
           ": mount point does not exist.\n       dmesg(1) may have more information after failed "
           "mount system call.\n");
    return 32;
  }
  if (type == "tmpfs" || type == "proc" || options.operands.size() > 2) return 0;
  io.err("mount: " + target + ": special device " + options.operands[0] +
         " does not exist.\n       dmesg(1) may have more information after failed mount system "
         "call.\n");
  return 32;
}

int umount(Io& io) {
  Options options(io, "aflnrvRdcqt:O:", {});
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
  }
  if (options.operands.empty()) return io.misused("bad usage");
  for (const std::string& name : options.operands) {
    const std::string path = io.absolute(name);
    const auto disks = disks_of(io);
    const bool mounted = std::any_of(disks.begin(), disks.end(),
                                     [&](const DiskView& disk) { return disk.path == path; });
    if (!io.stat(name)) {
      io.err("umount: " + name + ": no mount point specified.\n");
    } else if (!io.who.is_root()) {
      io.err("umount: " + name + ": must be superuser to unmount.\n");
    } else {
      io.err("umount: " + name + (mounted ? ": target is busy.\n" : ": not mounted.\n"));
    }
    io.status = 32;
  }
  return io.status;
}

int dmesg(Io& io) {
  if (!io.who.is_root()) {
    io.err("dmesg: read kernel buffer failed: Operation not permitted\n");
    return 1;
  }
  std::string log = io.files.read_file("/var/log/dmesg", Credentials{}).value_or("");
  if (log.empty()) {
    const persona::HardwareFacts facts = hardware_of(io);
    log = "[    0.000000] Linux version " + persona_of(io).kernel +
          " (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld (GNU "
          "Binutils for Debian) 2.40)\n"
          "[    0.000000] DMI: " +
          facts.vendor + " " + facts.product + "/" + facts.board + ", BIOS " + facts.bios_version +
          " " + facts.bios_date + "\n" +
          text_of("[    0.000000] tsc: Detected %.3f MHz processor\n", facts.cpu_mhz) +
          "[    0.246810] smpboot: CPU0: " + facts.cpu_model +
          "\n[    1.905123] systemd[1]: Set hostname to <" + persona_of(io).hostname + ">.\n" +
          "[    3.112094] " + facts.driver + " " + facts.interface + ": NIC Link is Up " +
          std::to_string(facts.speed_mbit) + " Mbps\n";
  }
  io.out(log);
  return 0;
}

int lsmod(Io& io) {
  io.out("Module                  Size  Used by\n");
  for (const std::string_view line :
       lines_of(io.files.read_file("/proc/modules", Credentials{}).value_or(""))) {
    const auto parts = split(line, ' ');
    if (parts.size() < 4) continue;
    std::string by = parts[3] == "-" ? "" : " " + parts[3];
    if (by.ends_with(",")) by.pop_back();
    io.out(padded(parts[0], 19) + " " + padded_left(parts[1], 8) + "  " + parts[2] + by + "\n");
  }
  return 0;
}

int detect(Io& io) {
  const persona::Hypervisor kind = hardware_of(io).hypervisor;
  io.out(kind == persona::Hypervisor::vmware      ? "vmware\n"
         : kind == persona::Hypervisor::microsoft ? "microsoft\n"
                                                  : "none\n");
  return kind == persona::Hypervisor::none ? 1 : 0;
}

constexpr Command kRows[] = {{"free", &plain<free_command>},
                             {"vmstat", &plain<vmstat>},
                             {"lscpu", &plain<lscpu>},
                             {"lsblk", &plain<lsblk>},
                             {"blkid", &plain<blkid>},
                             {"df", &plain<df>},
                             {"mount", &plain<mount>},
                             {"umount", &plain<umount>},
                             {"dmesg", &plain<dmesg>},
                             {"lsmod", &plain<lsmod>},
                             {"systemd-detect-virt", &plain<detect>}};

}  // namespace

std::span<const Command> memory_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
