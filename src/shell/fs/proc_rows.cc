// What lies in /proc beside the processes.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "persona/releases_debian.h"
#include "shell/fs/proc.h"
#include "shell/fs/proc_tables.h"

namespace decnet::shell {

std::string kernel_build(const persona::Persona& persona) {
  for (const auto& kernels : {persona::debian12_kernels(), persona::raspios12_kernels()}) {
    for (const persona::Release& kernel : kernels) {
      if (kernel.version != persona.kernel) continue;
      const int day = kernel.available;
      if (kernel.package.empty()) {
        return fmt::format("#1 SMP PREEMPT Debian 1:{} ({:04}-{:02}-{:02})", kernel.version,
                           day / 10'000, day / 100 % 100, day % 100);
      }
      return fmt::format("#1 SMP PREEMPT_DYNAMIC Debian {} ({:04}-{:02}-{:02})", kernel.package,
                         day / 10'000, day / 100 % 100, day % 100);
    }
  }
  return "#1 SMP PREEMPT_DYNAMIC Debian";
}

std::string kernel_version_line(const persona::Persona& persona) {
  return fmt::format(
      "Linux version {} (debian-kernel@lists.debian.org) (gcc-12 (Debian "
      "12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) {}",
      persona.kernel, kernel_build(persona));
}

namespace fs {
namespace {

std::string uptime(const SystemView& view, std::string_view) {
  const double idle = static_cast<double>(view.cpu().idle) / 100;
  return fmt::format("{:.2f} {:.2f}\n", static_cast<double>(view.uptime().count()) / 1e6, idle);
}

std::string loadavg(const SystemView& view, std::string_view) {
  const LoadView load = view.load();
  return fmt::format("{:.2f} {:.2f} {:.2f} {}/{} {}\n", load.average[0], load.average[1],
                     load.average[2], load.running, load.threads, load.last_pid);
}

std::string version(const SystemView& view, std::string_view) {
  return kernel_version_line(view.persona()) + "\n";
}

std::string cmdline(const SystemView& view, std::string_view) {
  const auto* root = view.hardware().partition("/");
  if (view.hardware().arm) {
    return fmt::format(
        "coherent_pool=1M 8250.nr_uarts=0 console=ttyS0,115200 console=tty1 "
        "root=PARTUUID={}-02 rootfstype=ext4 fsck.repair=yes rootwait\n",
        root->part_uuid.substr(0, 8));
  }
  return fmt::format("BOOT_IMAGE=/boot/vmlinuz-{} root=UUID={} ro quiet\n", view.persona().kernel,
                     root->uuid);
}

std::string hostname(const SystemView& view, std::string_view) {
  return view.hostname() + "\n";
}
std::string osrelease(const SystemView& view, std::string_view) {
  return view.persona().kernel + "\n";
}
std::string build(const SystemView& view, std::string_view) {
  return kernel_build(view.persona()) + "\n";
}

std::string uuid_text(SeededRandom& random) {
  const std::uint64_t a = random.next();
  const std::uint64_t b = random.next();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}\n", a >> 32, a >> 16 & 0xffff, a & 0xfff,
                     0x8000 | (b >> 48 & 0x3fff), b & 0xffff'ffff'ffff);
}
std::string boot_id(const SystemView& view, std::string_view) {
  SeededRandom random(view.persona().seed, "boot_id");
  return uuid_text(random);
}
std::string fresh_uuid(const SystemView&, std::string_view) {
  SeededRandom random(random_u64(), "uuid");
  return uuid_text(random);
}

std::string most_threads(const SystemView& view, std::string_view) {
  return fmt::format("{}\n", view.hardware().memory_kib / 130);
}
std::string file_nr(const SystemView& view, std::string_view) {
  return fmt::format("{}\t0\t9223372036854775807\n", 900 + 32 * view.processes().size());
}
std::string buddyinfo(const SystemView& view, std::string_view) {
  const std::uint64_t pages = view.memory().free / 4;
  return fmt::format(
      "Node 0, zone      DMA      0      0      0      0      0      0      0      0      1      1 "
      "     2 \n"
      "Node 0, zone    DMA32 {:6} {:6} {:6} {:6} {:6} {:6} {:6} {:6} {:6} {:6} {:6} \n",
      pages % 911, pages % 613, pages % 407, pages % 211, pages % 97, pages % 61, pages % 31,
      pages % 17, pages % 11, pages % 7, pages / 1'300);
}

constexpr std::string_view kFilesystems =
    "nodev\tsysfs\nnodev\ttmpfs\nnodev\tbdev\nnodev\tproc\nnodev\tcgroup\nnodev\tcgroup2\n"
    "nodev\tcpuset\nnodev\tdevtmpfs\nnodev\tconfigfs\nnodev\tdebugfs\nnodev\ttracefs\n"
    "nodev\tsecurityfs\nnodev\tsockfs\nnodev\tbpf\nnodev\tpipefs\nnodev\tramfs\n"
    "nodev\thugetlbfs\nnodev\tdevpts\nnodev\tmqueue\nnodev\tpstore\nnodev\tefivarfs\n"
    "nodev\tautofs\n\text3\n\text2\n\text4\n\tvfat\n";
constexpr std::string_view kDevices =
    "Character devices:\n  1 mem\n  4 /dev/vc/0\n  4 tty\n  4 ttyS\n  5 /dev/tty\n  5 "
    "/dev/console\n"
    "  5 /dev/ptmx\n  5 ttyprintk\n  7 vcs\n 10 misc\n 13 input\n 21 sg\n 29 fb\n128 ptm\n136 pts\n"
    "180 usb\n189 usb_device\n226 drm\n246 bsg\n247 watchdog\n248 ptp\n249 pps\n250 rtc\n251 "
    "dma_heap\n"
    "252 dax\n253 tpm\n254 gpiochip\n\nBlock devices:\n  8 sd\n 11 sr\n 65 sd\n 66 sd\n253 "
    "device-mapper\n"
    "254 mdp\n259 blkext\n";
constexpr std::string_view kModules =
    "tcp_diag 16384 0 - Live 0x0000000000000000\ninet_diag 24576 1 tcp_diag, Live "
    "0x0000000000000000\n"
    "binfmt_misc 28672 1 - Live 0x0000000000000000\nintel_rapl_msr 20480 0 - Live "
    "0x0000000000000000\n"
    "intel_rapl_common 32768 1 intel_rapl_msr, Live 0x0000000000000000\n"
    "ghash_clmulni_intel 16384 0 - Live 0x0000000000000000\nsha512_ssse3 49152 0 - Live "
    "0x0000000000000000\n"
    "aesni_intel 393216 0 - Live 0x0000000000000000\ncrypto_simd 16384 1 aesni_intel, Live "
    "0x0000000000000000\n"
    "cryptd 28672 2 ghash_clmulni_intel,crypto_simd, Live 0x0000000000000000\n"
    "rapl 20480 0 - Live 0x0000000000000000\npcspkr 16384 0 - Live 0x0000000000000000\n"
    "evdev 28672 2 - Live 0x0000000000000000\nsg 40960 0 - Live 0x0000000000000000\n"
    "button 24576 0 - Live 0x0000000000000000\ndrm 614400 0 - Live 0x0000000000000000\n"
    "fuse 176128 1 - Live 0x0000000000000000\nefi_pstore 16384 0 - Live 0x0000000000000000\n"
    "configfs 57344 1 - Live 0x0000000000000000\nip_tables 36864 0 - Live 0x0000000000000000\n"
    "x_tables 61440 1 ip_tables, Live 0x0000000000000000\nautofs4 53248 2 - Live "
    "0x0000000000000000\n"
    "ext4 983040 1 - Live 0x0000000000000000\ncrc16 16384 1 ext4, Live 0x0000000000000000\n"
    "mbcache 16384 1 ext4, Live 0x0000000000000000\njbd2 167936 1 ext4, Live 0x0000000000000000\n"
    "crc32c_generic 16384 0 - Live 0x0000000000000000\nsd_mod 65536 3 - Live 0x0000000000000000\n"
    "sr_mod 28672 0 - Live 0x0000000000000000\ncdrom 81920 1 sr_mod, Live 0x0000000000000000\n"
    "ahci 49152 0 - Live 0x0000000000000000\nlibahci 49152 1 ahci, Live 0x0000000000000000\n"
    "libata 401408 2 ahci,libahci, Live 0x0000000000000000\nscsi_mod 286720 4 "
    "sg,sd_mod,sr_mod,libata, Live 0x0000000000000000\n"
    "scsi_common 16384 4 sg,sr_mod,libata,scsi_mod, Live 0x0000000000000000\n"
    "crc32c_intel 24576 2 - Live 0x0000000000000000\npsmouse 184320 0 - Live 0x0000000000000000\n";

// Sorted by path.
constexpr Row kRows[] = {
    {"buddyinfo", 0444, buddyinfo},
    {.path = "cgroups",
     .argument = "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t0\t74\t1\ncpu\t0\t74\t1\n"
                 "cpuacct\t0\t74\t1\nblkio\t0\t74\t1\nmemory\t0\t74\t1\ndevices\t0\t74\t1\n"
                 "freezer\t0\t74\t1\nnet_cls\t0\t74\t1\nperf_event\t0\t74\t1\nnet_prio\t0\t74\t1\n"
                 "hugetlb\t0\t74\t1\npids\t0\t74\t1\nrdma\t0\t74\t1\nmisc\t0\t74\t1\n"},
    {"cmdline", 0444, cmdline},
    {.path = "consoles", .argument = "tty0                 -WU (EC  p  )    4:1\n"},
    {"cpuinfo", 0444, proc_cpuinfo},
    {.path = "crypto",
     .argument = "name         : crc32c\ndriver       : crc32c-intel\nmodule       : crc32c_intel\n"
                 "priority     : 200\nrefcnt       : 5\nselftest     : passed\ninternal     : no\n"
                 "type         : shash\nblocksize    : 1\ndigestsize   : 4\n\n"},
    {.path = "devices", .argument = kDevices},
    {"diskstats", 0444, proc_diskstats},
    {.path = "dma", .argument = " 4: cascade\n"},
    {.path = "filesystems", .argument = kFilesystems},
    {"interrupts", 0444, proc_interrupts},
    {.path = "iomem", .argument = "00000000-00000000 : Reserved\n00000000-00000000 : System RAM\n"},
    {.path = "kcore", .mode = 0400},
    {.path = "kmsg", .mode = 0400},
    {"loadavg", 0444, loadavg},
    {.path = "locks"},
    {"meminfo", 0444, proc_meminfo},
    {.path = "misc",
     .argument = "229 fuse\n235 autofs\n 61 cpu_dma_latency\n144 nvram\n228 hpet\n183 "
                 "hw_random\n227 mcelog\n"},
    {.path = "modules", .argument = kModules},
    {.path = "mounts", .mode = 0777, .argument = "self/mounts", .kind = Kind::symlink},
    {.path = "mtrr",
     .mode = 0644,
     .argument = "reg00: base=0x000000000 (    0MB), size=262144MB, count=1: write-back\n"},
    {"net/arp", 0444, proc_net_arp},
    {"net/dev", 0444, proc_net_dev},
    {"net/if_inet6", 0444, proc_net_if_inet6},
    {.path = "net/packet",
     .argument = "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"},
    {.path = "net/raw",
     .argument = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   "
                 "uid  timeout inode ref pointer drops\n"},
    {"net/route", 0444, proc_net_route},
    {"net/sockstat", 0444, proc_net_sockstat},
    {.path = "net/tcp", .make = proc_net_sockets, .argument = "tcp"},
    {.path = "net/tcp6", .make = proc_net_sockets, .argument = "tcp6"},
    {.path = "net/udp", .make = proc_net_sockets, .argument = "udp"},
    {.path = "net/udp6", .make = proc_net_sockets, .argument = "udp6"},
    {"net/unix", 0444, proc_net_unix},
    {"partitions", 0444, proc_partitions},
    {"stat", 0444, proc_stat},
    {"swaps", 0444, proc_swaps},
    {.path = "sys/fs/file-max", .mode = 0644, .argument = "9223372036854775807\n"},
    {"sys/fs/file-nr", 0444, file_nr},
    {.path = "sys/fs/inotify/max_user_watches", .mode = 0644, .argument = "65536\n"},
    {.path = "sys/fs/protected_symlinks", .mode = 0600, .argument = "1\n"},
    {.path = "sys/fs/suid_dumpable", .mode = 0644, .argument = "0\n"},
    {.path = "sys/kernel/cap_last_cap", .argument = "40\n"},
    {.path = "sys/kernel/core_pattern", .mode = 0644, .argument = "core\n"},
    {.path = "sys/kernel/dmesg_restrict", .mode = 0644, .argument = "1\n"},
    {.path = "sys/kernel/domainname", .mode = 0644, .argument = "(none)\n"},
    {"sys/kernel/hostname", 0644, hostname},
    {.path = "sys/kernel/kptr_restrict", .mode = 0644, .argument = "0\n"},
    {.path = "sys/kernel/modules_disabled", .mode = 0644, .argument = "0\n"},
    {.path = "sys/kernel/nmi_watchdog", .mode = 0644, .argument = "0\n"},
    {"sys/kernel/osrelease", 0444, osrelease},
    {.path = "sys/kernel/ostype", .argument = "Linux\n"},
    {.path = "sys/kernel/panic", .mode = 0644, .argument = "0\n"},
    {.path = "sys/kernel/perf_event_paranoid", .mode = 0644, .argument = "3\n"},
    {.path = "sys/kernel/pid_max", .mode = 0644, .argument = "4194304\n"},
    {"sys/kernel/random/boot_id", 0444, boot_id},
    {.path = "sys/kernel/random/entropy_avail", .argument = "256\n"},
    {.path = "sys/kernel/random/poolsize", .argument = "256\n"},
    {"sys/kernel/random/uuid", 0444, fresh_uuid},
    {.path = "sys/kernel/randomize_va_space", .mode = 0644, .argument = "2\n"},
    {.path = "sys/kernel/sysrq", .mode = 0644, .argument = "438\n"},
    {.path = "sys/kernel/tainted", .mode = 0644, .argument = "0\n"},
    {"sys/kernel/threads-max", 0644, most_threads},
    {.path = "sys/kernel/unprivileged_userns_clone", .mode = 0644, .argument = "1\n"},
    {"sys/kernel/version", 0444, build},
    {.path = "sys/kernel/yama/ptrace_scope", .mode = 0644, .argument = "0\n"},
    {.path = "sys/net/core/somaxconn", .mode = 0644, .argument = "4096\n"},
    {.path = "sys/net/ipv4/icmp_echo_ignore_all", .mode = 0644, .argument = "0\n"},
    {.path = "sys/net/ipv4/ip_default_ttl", .mode = 0644, .argument = "64\n"},
    {.path = "sys/net/ipv4/ip_forward", .mode = 0644, .argument = "0\n"},
    {.path = "sys/net/ipv4/ip_local_port_range", .mode = 0644, .argument = "32768\t60999\n"},
    {.path = "sys/net/ipv4/tcp_congestion_control", .mode = 0644, .argument = "cubic\n"},
    {.path = "sys/net/ipv4/tcp_fin_timeout", .mode = 0644, .argument = "60\n"},
    {.path = "sys/net/ipv4/tcp_syncookies", .mode = 0644, .argument = "1\n"},
    {.path = "sys/net/ipv4/tcp_timestamps", .mode = 0644, .argument = "1\n"},
    {.path = "sys/net/ipv6/conf/all/disable_ipv6", .mode = 0644, .argument = "0\n"},
    {.path = "sys/vm/drop_caches", .mode = 0200, .argument = "0\n"},
    {.path = "sys/vm/max_map_count", .mode = 0644, .argument = "65530\n"},
    {.path = "sys/vm/nr_hugepages", .mode = 0644, .argument = "0\n"},
    {.path = "sys/vm/overcommit_memory", .mode = 0644, .argument = "0\n"},
    {.path = "sys/vm/swappiness", .mode = 0644, .argument = "60\n"},
    {.path = "sysrq-trigger", .mode = 0200},
    {"uptime", 0444, uptime},
    {"version", 0444, version},
    {"vmstat", 0444, proc_vmstat},
};

}  // namespace

std::span<const Row> proc_rows() {
  return kRows;
}

}  // namespace fs
}  // namespace decnet::shell
