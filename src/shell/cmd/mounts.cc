// df, mount, umount, dmesg, lsmod, systemd-detect-virt
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"
#include "shell/fs/seeds.h"

namespace decnet::shell::cmd {
namespace {

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
  Options options(io, "CcDdeEF:f:Hkl:nPprSs:TtuVWwx", {}, "[options]");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
  }
  if (!io.who.is_root()) {
    io.err("dmesg: read kernel buffer failed: Operation not permitted\n");
    return 1;
  }
  const std::string log = boot_messages(persona_of(io), hardware_of(io));
  io.out(log);
  return 0;
}

int lsmod(Io& io) {
  io.out("Module                  Size  Used by\n");
  const std::string modules = io.files.read_file("/proc/modules", Credentials{}).value_or("");
  for (const std::string_view line : lines_of(modules)) {
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

constexpr Command kRows[] = {{"df", &plain<df>},         {"mount", &plain<mount>},
                             {"umount", &plain<umount>}, {"dmesg", &plain<dmesg>},
                             {"lsmod", &plain<lsmod>},   {"systemd-detect-virt", &plain<detect>}};

}  // namespace

std::span<const Command> mounts_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
