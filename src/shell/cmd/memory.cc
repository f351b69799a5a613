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
      io.out(version_text(io, "free"));
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
  Options options(io, "afmndDp:stS:ywhV", {}, "[options] [delay [count]]");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
  }
  const MemoryView memory = memory_of(io);
  const CpuView cpu = cpu_of(io);
  const auto seconds_up =
      static_cast<std::uint64_t>(std::max<std::int64_t>(1, uptime_of(io).count() / 1'000'000));
  const std::uint64_t all =
      std::max<std::uint64_t>(1, cpu.user + cpu.nice + cpu.system + cpu.idle + cpu.iowait);
  io.out(
      "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n"
      " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n");
  SeededRandom blocks = persona_of(io).stream("vmstat.blocks");  // The mean since boot.
  const int blocks_in = static_cast<int>(blocks.between(1, 38));
  const int blocks_out = static_cast<int>(blocks.between(6, 71));
  io.out(text_of(
      "%2d %2d %6llu %6llu %6llu %6llu %4d %4d %5d %5d %4llu %4llu %2llu %2llu %2llu %2llu %2d\n",
      1, 0, static_cast<unsigned long long>(memory.swap_total - memory.swap_free),
      static_cast<unsigned long long>(memory.free), static_cast<unsigned long long>(memory.buffers),
      static_cast<unsigned long long>(memory.cached + memory.reclaimable), 0, 0, blocks_in,
      blocks_out, static_cast<unsigned long long>(cpu.interrupts / seconds_up),
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
    // Without a terminal the rows are not indented.
    if (!io.on_terminal()) name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    out += padded(std::string(name) + ":", io.on_terminal() ? 33 : 41) + value + "\n";
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
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word.starts_with("-") || word.starts_with("/dev/sd") || word.starts_with("/dev/nvme"))
      continue;
    io.err("lsblk: " + word + ": not a block device\n");
    return 32;
  }
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

constexpr Command kRows[] = {{"free", &plain<free_command>},
                             {"vmstat", &plain<vmstat>},
                             {"lscpu", &plain<lscpu>},
                             {"lsblk", &plain<lsblk>},
                             {"blkid", &plain<blkid>}};

}  // namespace

std::span<const Command> memory_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
