// What the kernel says while it starts, as dmesg shows it.
#include <fmt/format.h>

#include "shell/fs/proc.h"
#include "shell/fs/seeds.h"

namespace decnet::shell {
namespace {

constexpr std::string_view kJiffies =
    "clocksource: jiffies: mask: 0xffffffff max_cycles: 0xffffffff, "
    "max_idle_ns: 7645041785100000 ns";

// What Debian's kernel says on any host of this architecture, between its memory and its disks.
constexpr std::string_view kAnyHost[] = {
    "x86/PAT: Configuration [0-7]: WB  WC  UC- UC  WB  WP  UC- WT  ",
    "Using GB pages for direct mapping",
    "ACPI: Early table checksum verification disabled",
    "Zone ranges:",
    "  DMA      [mem 0x0000000000001000-0x0000000000ffffff]",
    "  DMA32    [mem 0x0000000001000000-0x00000000ffffffff]",
    "  Device   empty",
    "Movable zone start for each node",
    "Early memory node ranges",
    "ACPI: PM-Timer IO Port: 0x408",
    "ACPI: Using ACPI (MADT) for SMP configuration information",
    "Fallback order for Node 0: 0 ",
    "Policy zone: Normal",
    "mem auto-init: stack:all(zero), heap alloc:on, heap free:off",
    "ftrace: allocating 40229 entries in 158 pages",
    "ftrace: allocated 158 pages with 5 groups",
    "Dynamic Preempt: voluntary",
    "rcu: Preemptible hierarchical RCU implementation.",
    "\tTrampoline variant of Tasks RCU enabled.",
    "\tRude variant of Tasks RCU enabled.",
    "\tTracing variant of Tasks RCU enabled.",
    "rcu: RCU calculated value of scheduler-enlistment delay is 25 jiffies.",
    "NR_IRQS: 524544, nr_irqs: 1096, preallocated irqs: 16",
    "rcu: srcu_init: Setting srcu_struct sizes based on contention.",
    "Console: colour dummy device 80x25",
    "printk: console [tty0] enabled",
    "ACPI: Core revision 20220331",
    "APIC: Switch to symmetric I/O mode setup",
    "pid_max: default: 32768 minimum: 301",
    "LSM: Security Framework initializing",
    "landlock: Up and running.",
    "Yama: disabled by default; enable with sysctl kernel.yama.*",
    "AppArmor: AppArmor initialized",
    "TOMOYO Linux initialized",
    "LSM support for eBPF active",
    "Mount-cache hash table entries: 65536 (order: 7, 524288 bytes, linear)",
    "Mountpoint-cache hash table entries: 65536 (order: 7, 524288 bytes, linear)",
    "Spectre V1 : Mitigation: usercopy/swapgs barriers and __user pointer sanitization",
    "Freeing SMP alternatives memory: 36K",
    "devtmpfs: initialized",
    "x86/mm: Memory block size: 128MB",
    kJiffies,
    "pinctrl core: initialized pinctrl subsystem",
    "audit: initializing netlink subsys (disabled)",
    "thermal_sys: Registered thermal governor 'fair_share'",
    "thermal_sys: Registered thermal governor 'step_wise'",
    "cpuidle: using governor ladder",
    "cpuidle: using governor menu",
    "acpiphp: ACPI Hot Plug PCI Controller Driver version: 0.5",
    "PCI: Using configuration type 1 for base access",
    "HugeTLB: registered 2.00 MiB page size, pre-allocated 0 pages",
    "ACPI: Interpreter enabled",
    "ACPI: PM: (supports S0 S5)",
    "ACPI: Using IOAPIC for interrupt routing",
    "iommu: Default domain type: Translated ",
    "iommu: DMA domain TLB invalidation policy: lazy mode ",
    "pps_core: LinuxPPS API ver. 1 registered",
    "NetLabel: Initializing",
    "PCI: Using ACPI for IRQ routing",
    "clocksource: Switched to clocksource tsc-early",
    "VFS: Disk quotas dquot_6.6.0",
    "pnp: PnP ACPI init",
};

}  // namespace

std::string boot_messages(const persona::Persona& persona, const persona::HardwareFacts& hardware) {
  SeededRandom random = persona.stream("boot_messages");
  std::string text;
  double at = 0;
  const auto line = [&](double step, std::string_view what) {
    text += fmt::format("[{:12.6f}] {}\n", at, what);
    at += step * (0.5 + random.unit());
  };
  const auto* root = hardware.partition("/");
  line(0, kernel_version_line(persona));
  line(0, fmt::format("Command line: BOOT_IMAGE=/boot/vmlinuz-{} root=UUID={} ro quiet",
                      persona.kernel, root != nullptr ? root->uuid : ""));
  line(0, "BIOS-provided physical RAM map:");
  line(0, "BIOS-e820: [mem 0x0000000000000000-0x000000000009efff] usable");
  line(0, fmt::format("BIOS-e820: [mem 0x0000000000100000-0x{:016x}] usable",
                      hardware.memory_kib * 1024 & ~std::uint64_t{0xfff}));
  line(0, "NX (Execute Disable) protection: active");
  line(0, fmt::format("DMI: {} {}/{}, BIOS {} {}", hardware.vendor, hardware.product,
                      hardware.board, hardware.bios_version, hardware.bios_date));
  if (hardware.hypervisor == persona::Hypervisor::vmware) line(0, "Hypervisor detected: VMware");
  if (hardware.hypervisor == persona::Hypervisor::microsoft)
    line(0, "Hypervisor detected: Microsoft Hyper-V");
  line(0.01, fmt::format("tsc: Detected {:.3f} MHz processor", hardware.cpu_mhz));
  line(0.02,
       fmt::format(
           "Memory: {}K/{}K available (14342K kernel code, 2337K rwdata, 9060K rodata, 2796K init)",
           hardware.memory_kib - 61'000, hardware.memory_kib + 90'000));
  line(0.05, fmt::format("smpboot: CPU0: {} (family: {:#x}, model: {:#x}, stepping: {:#x})",
                         hardware.cpu_model, hardware.cpu_family, hardware.cpu_number,
                         hardware.cpu_stepping));
  line(0.2, fmt::format("smp: Brought up 1 node, {} CPU{}", hardware.threads,
                        hardware.threads > 1 ? "s" : ""));
  for (const std::string_view said : kAnyHost) {
    if (!hardware.arm) line(0.006, said);
  }
  line(0.3, "NET: Registered PF_INET protocol family");
  line(0.2, "Freeing initrd memory: 31264K");
  line(0.4, "Run /init as init process");
  line(0.2,
       fmt::format("{} 0000:0b:00.0 {}: renamed from eth0", hardware.driver, hardware.interface));
  for (const persona::Disk& disk : hardware.disks) {
    line(0.2, fmt::format("sd 0:0:0:0: [{}] {} 512-byte logical blocks: ({:.1f} GB/{:.1f} GiB)",
                          disk.name, disk.kib * 2, static_cast<double>(disk.kib) * 1024 / 1e9,
                          static_cast<double>(disk.kib) / 1048576));
    std::string parts;
    for (const persona::Partition& part : disk.partitions) parts += " " + part.name;
    line(0.4, fmt::format(" {}:{}", disk.name, parts));
  }
  if (root != nullptr)
    line(0.9,
         fmt::format("EXT4-fs ({}): mounted filesystem with ordered data mode. Quota mode: none.",
                     root->name));
  line(0.5, "systemd[1]: Inserted module 'autofs4'");
  line(
      0.1,
      "systemd[1]: systemd 252.39-1~deb12u1 running in system mode (+PAM +AUDIT +SELINUX +APPARMOR "
      "+IMA +SMACK +SECCOMP +GCRYPT -GNUTLS +OPENSSL +ACL +BLKID +CURL +ELFUTILS +FIDO2 +IDN2 -IDN "
      "+IPTC +KMOD +LIBCRYPTSETUP +LIBFDISK +PCRE2 -PWQUALITY +P11KIT +QRENCODE +TPM2 +BZIP2 +LZ4 "
      "+XZ +ZLIB +ZSTD -BPF_FRAMEWORK -XKBCOMMON +UTMP +SYSVINIT default-hierarchy=unified)");
  line(0.4, fmt::format("systemd[1]: Hostname set to <{}>.", persona.hostname));
  line(0.6, "systemd[1]: Queued start job for default target graphical.target.");
  if (const auto* swap = hardware.partition("[SWAP]")) {
    line(0.3, fmt::format("Adding {}k swap on /dev/{}.  Priority:-2 extents:1 across:{}k FS",
                          swap->kib - 4, swap->name, swap->kib - 4));
  }
  line(1.5,
       fmt::format("IPv6: ADDRCONF(NETDEV_CHANGE): {}: link becomes ready", hardware.interface));
  return text;
}

}  // namespace decnet::shell
