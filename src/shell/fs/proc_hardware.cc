// /proc/cpuinfo, interrupts, partitions, diskstats, stat.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "shell/fs/proc_tables.h"
#include "shell/fs/system_model.h"

namespace decnet::shell::fs {

using persona::HardwareFacts;

namespace {

std::string x86_processor(const HardwareFacts& cpu, int number, double mhz) {
  const bool amd = cpu.cpu_vendor == "AuthenticAMD";
  const int per_core = std::max(1, cpu.threads / cpu.cores);
  std::string text = fmt::format(
      "processor\t: {}\nvendor_id\t: {}\ncpu family\t: {}\nmodel\t\t: {}\nmodel name\t: {}\n"
      "stepping\t: {}\nmicrocode\t: {}\ncpu MHz\t\t: {:.3f}\ncache size\t: {} KB\n"
      "physical id\t: 0\nsiblings\t: {}\ncore id\t\t: {}\ncpu cores\t: {}\napicid\t\t: {}\n"
      "initial apicid\t: {}\nfpu\t\t: yes\nfpu_exception\t: yes\ncpuid level\t: {}\nwp\t\t: yes\n",
      number, cpu.cpu_vendor, cpu.cpu_family, cpu.cpu_number, cpu.cpu_model, cpu.cpu_stepping,
      cpu.microcode, mhz, cpu.cache_kib, cpu.threads, number % cpu.cores, cpu.cores,
      number % cpu.cores * per_core + number / cpu.cores,
      number % cpu.cores * per_core + number / cpu.cores, amd ? 16 : 22);
  text += fmt::format(
      "flags\t\t: {}\nbugs\t\t: {}\nbogomips\t: {:.2f}\n", cpu.cpu_flags,
      amd ? "sysret_ss_attrs null_seg spectre_v1 spectre_v2 spec_store_bypass retbleed smt_rsb"
          : "spectre_v1 spectre_v2 spec_store_bypass swapgs itlb_multihit mmio_stale_data "
            "retbleed eibrs_pbrsb gds bhi",
      cpu.cpu_mhz * 2);
  if (amd) text += "TLB size\t: 3072 4K pages\n";
  text += fmt::format(
      "clflush size\t: 64\ncache_alignment\t: 64\naddress sizes\t: {}\n"
      "power management:\n\n",
      amd                                           ? "43 bits physical, 48 bits virtual"
      : cpu.hypervisor == persona::Hypervisor::none ? "46 bits physical, 48 bits virtual"
                                                    : "45 bits physical, 48 bits virtual");
  return text;
}

}  // namespace

std::string proc_cpuinfo(const SystemView& view, std::string_view) {
  const HardwareFacts& cpu = view.hardware();
  std::string text;
  for (int n = 0; n < cpu.threads; ++n) {
    if (cpu.arm) {
      text += fmt::format(
          "processor\t: {}\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd evtstrm crc32 cpuid\n"
          "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x0\n"
          "CPU part\t: 0xd08\nCPU revision\t: 3\n\n",
          n);
      continue;
    }
    double mhz = cpu.cpu_mhz;
    if (cpu.hypervisor == persona::Hypervisor::none) {  // The governor moves it.
      mhz = 800 +
            (cpu.cpu_mhz - 800) * model_noise(view.persona().seed + static_cast<std::uint64_t>(n),
                                              "cpu.mhz", view.now(), std::chrono::seconds{2});
    }
    text += x86_processor(cpu, n, mhz);
  }
  if (cpu.arm) {
    text += fmt::format("Hardware\t: BCM2835\nRevision\t: c03114\nSerial\t\t: {}\nModel\t\t: {}\n",
                        cpu.serial, cpu.product);
  }
  return text;
}

std::string proc_stat(const SystemView& view, std::string_view) {
  const CpuView cpu = view.cpu();
  const auto count = static_cast<std::uint64_t>(std::max(1, view.hardware().threads));
  std::string text = fmt::format("cpu  {} {} {} {} {} {} {} 0 0 0\n", cpu.user, cpu.nice,
                                 cpu.system, cpu.idle, cpu.iowait, cpu.irq, cpu.softirq);
  for (std::uint64_t n = 0; n < count; ++n) {
    // Every processor has its share, the first one the rest.
    const auto part = [&](std::uint64_t all) {
      return n == 0 ? all - all / count * (count - 1) : all / count;
    };
    text += fmt::format("cpu{} {} {} {} {} {} {} {} 0 0 0\n", n, part(cpu.user), part(cpu.nice),
                        part(cpu.system), part(cpu.idle), part(cpu.iowait), part(cpu.irq),
                        part(cpu.softirq));
  }
  const auto booted = std::chrono::floor<std::chrono::seconds>(view.persona().booted_at);
  text += fmt::format("intr {} 0 9 0 0 0 0 0 0 1 0 0 0 16 0 0 0", cpu.interrupts);
  for (int n = 0; n < 40; ++n) text += " 0";
  text += fmt::format("\nctxt {}\nbtime {}\nprocesses {}\nprocs_running {}\nprocs_blocked 0\n",
                      cpu.context_switches, booted.time_since_epoch().count(), cpu.forks,
                      view.load().running);
  text += fmt::format("softirq {} 0 {} 14 {} {} 0 121 {} 0 {}\n", cpu.interrupts * 6 / 10,
                      cpu.interrupts / 5, cpu.interrupts / 20, cpu.interrupts / 30,
                      cpu.interrupts / 6, cpu.interrupts / 8);
  return text;
}

std::string proc_interrupts(const SystemView& view, std::string_view) {
  const HardwareFacts& hardware = view.hardware();
  const CpuView cpu = view.cpu();
  std::string text = "     ";
  for (int n = 0; n < hardware.threads; ++n) text += fmt::format("       CPU{}", n);
  text += "\n";
  const auto line = [&](std::string_view name, std::uint64_t all, std::string_view what) {
    text += fmt::format("{:>4}:", name);
    for (int n = 0; n < hardware.threads; ++n) {
      const auto parts = static_cast<std::uint64_t>(hardware.threads);
      text += fmt::format(" {:>10}", n == 0 ? all - all / parts * (parts - 1) : all / parts);
    }
    text += fmt::format("   {}\n", what);
  };
  if (!hardware.arm) {
    line("0", 9, "IO-APIC    2-edge      timer");
    line("1", 9, "IO-APIC    1-edge      i8042");
    line("8", 1, "IO-APIC    8-edge      rtc0");
    line("9", 0, "IO-APIC    9-fasteoi   acpi");
    line("12", 16, "IO-APIC   12-edge      i8042");
  }
  line("24", cpu.interrupts / 9, "PCI-MSI 1572864-edge      " + hardware.interface + "-rxtx-0");
  line("25", cpu.interrupts / 40, "PCI-MSI 1130496-edge      " + hardware.disks.front().name);
  line("NMI", 0, "Non-maskable interrupts");
  line("LOC", cpu.interrupts * 6 / 10, "Local timer interrupts");
  line("RES", cpu.context_switches / 400, "Rescheduling interrupts");
  line("CAL", cpu.context_switches / 900, "Function call interrupts");
  line("TLB", cpu.context_switches / 2'000, "TLB shootdowns");
  text += " ERR:          0\n MIS:          0\n";
  return text;
}

std::string proc_partitions(const SystemView& view, std::string_view) {
  std::string text = "major minor  #blocks  name\n\n";
  for (const persona::Disk& disk : view.hardware().disks) {
    const std::uint32_t major = disk.number >> 8;
    std::uint32_t minor = disk.number & 0xff;
    text += fmt::format("{:4}  {:7} {:10} {}\n", major, minor, disk.kib, disk.name);
    for (const persona::Partition& part : disk.partitions) {
      minor = static_cast<std::uint32_t>(part.name.back() - '0');
      text += fmt::format("{:4}  {:7} {:10} {}\n", major, minor, part.kib, part.name);
    }
  }
  return text;
}

std::string proc_diskstats(const SystemView& view, std::string_view) {
  const CpuView cpu = view.cpu();
  std::string text;
  for (const persona::Disk& disk : view.hardware().disks) {
    const std::uint64_t reads = 14'000 + cpu.context_switches / 3'000;
    const std::uint64_t writes = 3'000 + cpu.context_switches / 900;
    const auto line = [&](std::uint32_t minor, std::string_view name, std::uint64_t share) {
      text += fmt::format("{:4} {:7} {} {} {} {} {} {} {} {} {} 0 {} {} 0 0 0 0 {} {}\n",
                          disk.number >> 8, minor, name, reads * share / 100, reads * share / 260,
                          reads * share * 46 / 100, reads * share / 180, writes * share / 100,
                          writes * share / 90, writes * share * 27 / 100, writes * share / 70,
                          writes * share / 60, (reads + writes) * share / 90, writes * share / 300,
                          writes * share / 800);
    };
    line(disk.number & 0xff, disk.name, 100);
    for (const persona::Partition& part : disk.partitions) {
      line(static_cast<std::uint32_t>(part.name.back() - '0'), part.name,
           part.mount == "/" ? 98 : 1);
    }
  }
  return text;
}

}  // namespace decnet::shell::fs
