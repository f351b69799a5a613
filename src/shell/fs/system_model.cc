#include "shell/fs/system_model.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/hash.h"

namespace decnet::shell {

using persona::HardwareFacts;
using persona::Persona;

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

double random_unit(std::uint64_t seed, std::string_view purpose, std::int64_t step) {
  return SeededRandom(seed ^ (static_cast<std::uint64_t>(step) * 0x9e3779b97f4a7c15U), purpose)
      .unit();
}

std::uint64_t kib(double value) {
  return static_cast<std::uint64_t>(std::max(value, 0.0)) & ~std::uint64_t{3};
}

double uptime_of(const Persona& persona, TimePoint now) {
  return std::max(1.0, static_cast<double>((now - persona.booted_at).count()) / 1e6);
}

// A counter that grows by `rate` a second on average, faster and slower by the hour and the minute.
double counted(const Persona& persona, std::string_view what, TimePoint now, double rate) {
  const double up = uptime_of(persona, now);
  const double slow = model_noise(persona.seed, what, now, hours{1}) * 3600 * 0.4;
  const double fast = model_noise(persona.seed + 1, what, now, seconds{20}) * 20 * 0.25;
  return rate * std::max(0.0, up - 1500 + slow + fast + 1500 * up / (up + 1500));
}

double business(const Persona& persona) {  // Share of one processor that the host's own work takes.
  return 0.006 + 0.06 * SeededRandom(persona.seed, "model.busy").unit();
}

}  // namespace

std::optional<ProcessView> SystemView::process(int pid) const {
  for (ProcessView& process : processes()) {
    if (process.pid == pid) return std::move(process);
  }
  return std::nullopt;
}

double model_noise(std::uint64_t seed, std::string_view purpose, TimePoint now, Duration period) {
  const std::int64_t at = to_micros(now);
  const std::int64_t step = at / period.count();
  const double part =
      static_cast<double>(at % period.count()) / static_cast<double>(period.count());
  const double smooth = part * part * (3 - 2 * part);
  return random_unit(seed, purpose, step) * (1 - smooth) +
         random_unit(seed, purpose, step + 1) * smooth;
}

MemoryView model_memory(const Persona& persona, const HardwareFacts& hardware, TimePoint now,
                        std::uint64_t used_kib) {
  SeededRandom random(persona.seed, "model.memory");
  MemoryView memory;
  const auto total = static_cast<double>(hardware.memory_kib);
  const double up = uptime_of(persona, now);
  const double slow = model_noise(persona.seed, "memory.slow", now, minutes{40});
  const double fast = model_noise(persona.seed, "memory.fast", now, seconds{3});
  const double used =
      std::min(total * 0.7, 95'000 + total * (0.03 + 0.2 * random.unit()) + total * 0.02 * slow +
                                2'600 * fast + static_cast<double>(used_kib));
  const double cache_share = 0.15 + 0.35 * random.unit();
  const double fill = up / (up + 40'000);  // Caches fill within a day or two.
  memory.total = hardware.memory_kib;
  memory.buffers = kib(total * 0.012 * fill + 9'000 + 350 * fast);
  memory.cached = kib((total - used) * cache_share * fill + 140'000 * std::min(1.0, up / 120) +
                      700 * fast + total * 0.01 * slow);
  memory.reclaimable = kib(static_cast<double>(memory.cached) * 0.11 + 18'000);
  memory.unreclaimable = kib(38'000 + total * 0.004);
  const auto taken = static_cast<double>(memory.buffers + memory.cached + memory.reclaimable);
  memory.free = kib(std::max(total * 0.03, total - used - taken));
  memory.shared = kib(1'100 + total * 0.0007 + 12 * std::floor(slow * 40));
  memory.anonymous = kib(used * 0.62);
  memory.active = kib(used * 0.2 + static_cast<double>(memory.cached) * 0.31);
  memory.inactive = kib(used * 0.45 + static_cast<double>(memory.cached) * 0.62);
  memory.mapped = kib(62'000 + used * 0.12);
  memory.dirty = kib(8 + 420 * model_noise(persona.seed, "memory.dirty", now, seconds{7}));
  memory.page_tables = kib(2'000 + used * 0.006);
  memory.kernel_stack = 2'016 + 16 * random.below(60);
  memory.available =
      kib(static_cast<double>(memory.free) + static_cast<double>(memory.buffers) +
          static_cast<double>(memory.cached + memory.reclaimable) * 0.93 - total * 0.012);
  memory.available = std::min(memory.available, memory.total - memory.total / 20);
  if (const auto* swap = hardware.partition("[SWAP]")) {
    memory.swap_total = swap->kib - 4;
    const double swapped = random.chance(0.5) ? 0 : random.unit() * 0.2 * fill;
    memory.swap_free = memory.swap_total - kib(static_cast<double>(memory.swap_total) * swapped);
  }
  return memory;
}

CpuView model_cpu(const Persona& persona, const HardwareFacts& hardware, TimePoint now,
                  Duration busy) {
  CpuView cpu;
  const double rate = business(persona) * 100;  // Ticks a second.
  const auto ticks = [&](std::string_view what, double share) {
    return static_cast<std::uint64_t>(counted(persona, what, now, rate * share));
  };
  const auto own = static_cast<std::uint64_t>(busy.count() / 10'000);
  cpu.user = ticks("cpu.user", 0.55) + own * 7 / 10 + 800;
  cpu.nice = ticks("cpu.nice", 0.01);
  cpu.system = ticks("cpu.system", 0.3) + own * 3 / 10 + 600;
  cpu.iowait = ticks("cpu.iowait", 0.06) + 150;
  cpu.softirq = ticks("cpu.softirq", 0.08);
  const auto all = static_cast<std::uint64_t>(uptime_of(persona, now) * 100 * hardware.threads);
  const std::uint64_t spent = cpu.user + cpu.nice + cpu.system + cpu.iowait + cpu.softirq;
  cpu.idle = all > spent ? all - spent : 0;
  cpu.context_switches =
      90'000 + static_cast<std::uint64_t>(counted(persona, "cpu.switches", now, 140 + rate * 60));
  cpu.interrupts =
      50'000 + static_cast<std::uint64_t>(counted(persona, "cpu.interrupts", now, 80 + rate * 35));
  cpu.forks = static_cast<std::uint64_t>(model_next_pid(persona, now));
  return cpu;
}

LoadView model_load(const Persona& persona, const HardwareFacts& hardware, TimePoint now,
                    int running) {
  LoadView load;
  const double base = business(persona) * 1.5;
  const auto wave = [&](std::string_view what, Duration period) {
    const double noise = model_noise(persona.seed, what, now, period);
    return base * (0.2 + 1.6 * noise) + running * (period < minutes{3} ? 0.4 : 0.1);
  };
  load.average = {wave("load.1", seconds{55}) +
                      0.25 * std::pow(model_noise(persona.seed, "load.peak", now, seconds{70}), 6),
                  wave("load.5", minutes{4}) + 0.03, wave("load.15", minutes{11})};
  load.running = 1 + running;
  load.threads = 92 + hardware.threads * 9 + static_cast<int>(persona.seed % 37);
  load.last_pid = model_next_pid(persona, now);
  return load;
}

std::vector<DiskView> model_disks(const Persona& persona, const HardwareFacts& hardware,
                                  TimePoint now, std::uint64_t used_kib) {
  std::vector<DiskView> disks;
  const std::uint64_t memory = hardware.memory_kib;
  const auto add = [&](std::string device, std::string path, std::string type, std::string options,
                       std::uint64_t size = 0, std::uint64_t used = 0) {
    DiskView view{
        std::move(device), std::move(path), std::move(type), std::move(options), size, used,
        size - used,       memory / 4,      memory / 4 - 2};
    disks.push_back(std::move(view));
  };
  const std::uint64_t tenth = memory / 10 & ~std::uint64_t{3};
  const auto run_used = static_cast<std::uint64_t>(
      620 + persona.seed % 300 +
      static_cast<std::uint64_t>(8 * model_noise(persona.seed, "disk.run", now, hours{2})) * 4);
  add("sysfs", "/sys", "sysfs", "rw,nosuid,nodev,noexec,relatime");
  add("proc", "/proc", "proc", "rw,nosuid,nodev,noexec,relatime");
  add("udev", "/dev", "devtmpfs",
      "rw,nosuid,relatime,size=" + std::to_string(memory / 2 - 24'000) +
          "k,nr_inodes=" + std::to_string(memory / 8 - 6'000) + ",mode=755,inode64",
      memory / 2 - 24'000);
  add("devpts", "/dev/pts", "devpts", "rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=000");
  add("tmpfs", "/run", "tmpfs",
      "rw,nosuid,nodev,noexec,relatime,size=" + std::to_string(tenth) + "k,mode=755,inode64", tenth,
      run_used);
  if (const auto* root = hardware.partition("/")) {
    DiskView view{"/dev/" + root->name, "/", "ext4", "rw,relatime,errors=remount-ro"};
    view.inodes = root->kib / 16 & ~std::uint64_t{8191};
    view.blocks_kib = root->kib - view.inodes / 4 - 66'000;  // Without tables and journal.
    const double days = static_cast<double>((now - persona.installed_at) / hours{24});
    view.used_kib =
        static_cast<std::uint64_t>(static_cast<double>(view.blocks_kib) * hardware.root_used) +
        1'400'000 + static_cast<std::uint64_t>(days * 900) + used_kib +
        static_cast<std::uint64_t>(counted(persona, "disk.root", now, 0.02) / 4) * 4;
    view.used_kib = std::min(view.used_kib, view.blocks_kib * 19 / 20 - 4);
    view.available_kib = view.blocks_kib * 19 / 20 - view.used_kib;
    view.inodes_free = view.inodes - 41'000 - view.used_kib / 220;
    disks.push_back(std::move(view));
  }
  add("securityfs", "/sys/kernel/security", "securityfs", "rw,nosuid,nodev,noexec,relatime");
  add("tmpfs", "/dev/shm", "tmpfs", "rw,nosuid,nodev,inode64", tenth * 5);
  add("tmpfs", "/run/lock", "tmpfs", "rw,nosuid,nodev,noexec,relatime,size=5120k,inode64", 5'120);
  add("cgroup2", "/sys/fs/cgroup", "cgroup2",
      "rw,nosuid,nodev,noexec,relatime,nsdelegate,memory_recursiveprot");
  add("pstore", "/sys/fs/pstore", "pstore", "rw,nosuid,nodev,noexec,relatime");
  add("bpf", "/sys/fs/bpf", "bpf", "rw,nosuid,nodev,noexec,relatime,mode=700");
  add("systemd-1", "/proc/sys/fs/binfmt_misc", "autofs",
      "rw,relatime,fd=30,pgrp=1,timeout=0,minproto=5,maxproto=5,direct,pipe_ino=" +
          std::to_string(14'000 + persona.seed % 6'000));
  add("hugetlbfs", "/dev/hugepages", "hugetlbfs", "rw,relatime,pagesize=2M");
  add("mqueue", "/dev/mqueue", "mqueue", "rw,nosuid,nodev,noexec,relatime");
  add("debugfs", "/sys/kernel/debug", "debugfs", "rw,nosuid,nodev,noexec,relatime");
  add("tracefs", "/sys/kernel/tracing", "tracefs", "rw,nosuid,nodev,noexec,relatime");
  for (const char* efi : {"/boot/efi", "/boot/firmware"}) {
    if (const auto* boot = hardware.partition(efi)) {
      add("/dev/" + boot->name, efi, "vfat",
          "rw,relatime,fmask=0077,dmask=0077,codepage=437,iocharset=ascii,shortname=mixed,utf8,"
          "errors=remount-ro",
          boot->kib - 1'000, hardware.arm ? 72'000 : 5'972);
      disks.back().inodes = disks.back().inodes_free = 0;
    }
  }
  add("tmpfs", "/run/user/0", "tmpfs",
      "rw,nosuid,nodev,relatime,size=" + std::to_string(tenth) +
          "k,nr_inodes=" + std::to_string(tenth / 4) + ",mode=700,inode64",
      tenth);
  return disks;
}

std::vector<InterfaceView> model_interfaces(const Persona& persona, const HardwareFacts& hardware,
                                            TimePoint now, std::string_view address, int prefix,
                                            std::string_view gateway) {
  SeededRandom random(persona.seed, "model.traffic");
  InterfaceView lo{.name = "lo",
                   .mac = "00:00:00:00:00:00",
                   .address = "127.0.0.1",
                   .prefix = 8,
                   .gateway = {},
                   .mtu = 65'536};
  lo.receive_packets = lo.send_packets =
      static_cast<std::uint64_t>(counted(persona, "net.lo", now, 0.05 + random.unit()));
  lo.receive_bytes = lo.send_bytes = lo.receive_packets * (96 + persona.seed % 300);
  InterfaceView card{.name = hardware.interface,
                     .mac = persona.mac,
                     .address = std::string(address),
                     .prefix = prefix,
                     .gateway = std::string(gateway)};
  const double rate = 1.5 + 14 * random.unit() * random.unit();
  card.receive_packets = static_cast<std::uint64_t>(counted(persona, "net.rx", now, rate));
  card.send_packets = static_cast<std::uint64_t>(counted(persona, "net.tx", now, rate * 0.55));
  card.receive_bytes = card.receive_packets * (110 + random.below(500)) + persona.seed % 61;
  card.send_bytes = card.send_packets * (140 + random.below(700)) + persona.seed % 53;
  return {lo, card};
}

int model_next_pid(const Persona& persona, TimePoint now) {
  SeededRandom random(persona.seed, "model.pid");
  constexpr double kPidMax = 4'194'304 - 1'700;  // kernel.pid_max of 64-bit systems
  const double started = 1'640 + counted(persona, "pid", now, 0.006 + 0.05 * random.unit());
  return 1'640 + static_cast<int>(std::fmod(started - 1'640, kPidMax));
}

}  // namespace decnet::shell
