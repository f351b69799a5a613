#include "persona/hardware.h"

#include <array>
#include <span>

#include <fmt/format.h>

#include "persona/archetype.h"
#include "persona/mac.h"

namespace decnet::persona {
namespace {

struct Processor {
  std::string_view vendor, model, microcode;
  int family, number, stepping, cores;
  double mhz;
  std::uint32_t cache_kib;
};

// Source: lscpu of such machines.
constexpr Processor kXeons[] = {
    {"GenuineIntel", "Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz", "0x5003604", 6, 85, 7, 10,
     2400.0, 14'080},
    {"GenuineIntel", "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz", "0x5003604", 6, 85, 7, 20, 2100.0,
     28'160},
    {"GenuineIntel", "Intel(R) Xeon(R) Gold 5218 CPU @ 2.30GHz", "0x5003604", 6, 85, 7, 16, 2300.0,
     22'528},
    {"GenuineIntel", "Intel(R) Xeon(R) Silver 4314 CPU @ 2.40GHz", "0xd0003d1", 6, 106, 6, 16,
     2400.0, 24'576},
    {"GenuineIntel", "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "0xb000040", 6, 79, 1, 14, 2400.0,
     35'840},
    {"AuthenticAMD", "AMD EPYC 7302P 16-Core Processor", "0x830107a", 23, 49, 0, 16, 3000.0, 512},
};
constexpr Processor kPi{"ARM", "Cortex-A72", "", 8, 0xd08, 3, 4, 108.0, 1024};

constexpr std::string_view kIntelFlags =
    "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse "
    "sse2 ss ht syscall nx pdpe1gb rdtscp lm constant_tsc arch_perfmon nopl xtopology tsc_reliable "
    "nonstop_tsc cpuid tsc_known_freq pni pclmulqdq ssse3 fma cx16 pcid sse4_1 sse4_2 x2apic movbe "
    "popcnt tsc_deadline_timer aes xsave avx f16c rdrand hypervisor lahf_lm abm 3dnowprefetch "
    "cpuid_fault invpcid_single ssbd ibrs ibpb stibp ibrs_enhanced fsgsbase tsc_adjust bmi1 avx2 "
    "smep bmi2 invpcid avx512f avx512dq rdseed adx smap clflushopt clwb avx512cd avx512bw avx512vl "
    "xsaveopt xsavec xgetbv1 xsaves arat pku ospke avx512_vnni md_clear flush_l1d "
    "arch_capabilities";
constexpr std::string_view kAmdFlags =
    "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse "
    "sse2 ht syscall nx mmxext fxsr_opt pdpe1gb rdtscp lm constant_tsc rep_good nopl nonstop_tsc "
    "cpuid extd_apicid tsc_known_freq pni pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 x2apic movbe "
    "popcnt aes xsave avx f16c rdrand hypervisor lahf_lm cmp_legacy cr8_legacy abm sse4a "
    "misalignsse 3dnowprefetch osvw topoext ssbd ibpb stibp vmmcall fsgsbase bmi1 avx2 smep bmi2 "
    "rdseed adx smap clflushopt clwb sha_ni xsaveopt xsavec xgetbv1 clzero arat umip rdpid";

std::string hex(SeededRandom& random, int digits) {
  std::string text;
  for (int n = 0; n < digits; ++n) text.push_back("0123456789abcdef"[random.below(16)]);
  return text;
}

std::string make_uuid(SeededRandom& random) {
  return fmt::format("{}-{}-4{}-{}{}-{}", hex(random, 8), hex(random, 4), hex(random, 3),
                     "89ab"[random.below(4)], hex(random, 3), hex(random, 12));
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string service_tag(SeededRandom& random, int letters) {
  std::string tag;
  for (int n = 0; n < letters; ++n) {
    tag.push_back("BCDFGHJKLMNPQRSTVWXYZ0123456789"[random.below(31)]);
  }
  return tag;
}

std::string vendor_of(const Persona& persona) {
  for (const Archetype& archetype : archetypes()) {
    for (const Oui& oui : ouis_of(archetype)) {
      if (persona.mac.starts_with(oui.prefix)) return std::string(oui.vendor);
    }
  }
  return "VMware";
}

void make_vmware(HardwareFacts& facts, SeededRandom& random) {
  facts.hypervisor = Hypervisor::vmware;
  facts.vendor = "VMware, Inc.";
  const bool old = random.chance(0.3);
  facts.product = old ? "VMware Virtual Platform" : "VMware7,1";
  facts.product_version = "None";
  facts.board = "440BX Desktop Reference Platform";
  facts.bios_vendor = old ? "Phoenix Technologies LTD" : "VMware, Inc.";
  facts.bios_version = old ? "6.00" : "VMW71.00V.21100432.B64.2301110304";
  facts.bios_date = old ? "11/12/2020" : "01/11/2023";
  const std::string id = hex(random, 32);
  facts.serial = "VMware-42";
  for (std::size_t n = 2; n < 32; n += 2) {
    facts.serial += (n == 16 ? "-" : " ") + id.substr(n, 2);
  }
  facts.interface = random.chance(0.8) ? "ens192" : "ens160";
  facts.driver = "vmxnet3";
  facts.speed_mbit = 10'000;
}

void make_hyperv(HardwareFacts& facts, SeededRandom& random) {
  facts.hypervisor = Hypervisor::microsoft;
  facts.vendor = "Microsoft Corporation";
  facts.product = facts.board = "Virtual Machine";
  facts.product_version = "Hyper-V UEFI Release v4.1";
  facts.bios_vendor = "Microsoft Corporation";
  facts.bios_version = "Hyper-V UEFI Release v4.1";
  facts.bios_date = random.chance(0.5) ? "11/21/2022" : "05/09/2022";
  facts.serial = fmt::format("{:04}-{:04}-{:04}-{:04}-{:04}-{:04}-{:02}", random.below(10'000),
                             random.below(10'000), random.below(10'000), random.below(10'000),
                             random.below(10'000), random.below(10'000), random.below(100));
  facts.interface = "eth0";
  facts.driver = "hv_netvsc";
}

void make_metal(HardwareFacts& facts, const std::string& vendor, SeededRandom& random) {
  const bool dell = vendor == "Dell";
  if (dell) {
    facts.vendor = "Dell Inc.";
    facts.product = random.chance(0.5) ? "PowerEdge R640" : "PowerEdge R440";
    facts.board = random.chance(0.5) ? "0W23H8" : "0H28RR";
    facts.bios_vendor = "Dell Inc.";
    facts.bios_version = "2.19.1";
    facts.bios_date = "06/04/2023";
    facts.serial = service_tag(random, 7);
  } else if (vendor == "HPE") {
    facts.vendor = "HPE";
    facts.product = random.chance(0.5) ? "ProLiant DL360 Gen10" : "ProLiant DL380 Gen10";
    facts.board = facts.product;
    facts.bios_vendor = "HPE";
    facts.bios_version = "U32";
    facts.bios_date = "07/20/2023";
    facts.serial = "CZ" + std::to_string(random.between(20'000'000, 39'999'999));
  } else {
    facts.vendor = "Supermicro";
    facts.product = random.chance(0.5) ? "SYS-5019P-WT" : "Super Server";
    facts.board = "X11SPW-TF";
    facts.bios_vendor = "American Megatrends Inc.";
    facts.bios_version = "3.8b";
    facts.bios_date = "01/12/2023";
    facts.serial =
        fmt::format("S{}X{}", random.between(300'000, 499'999), random.below(10'000'000));
  }
  facts.interface = dell || vendor == "HPE" ? "eno1" : "enp1s0f0";
  facts.driver = dell ? "tg3" : vendor == "HPE" ? "tg3" : "ixgbe";
}

void make_processor(HardwareFacts& facts, SeededRandom& random) {
  const bool metal = facts.hypervisor == Hypervisor::none;
  const Processor& cpu =
      facts.arm ? kPi : kXeons[random.below(metal ? std::size(kXeons) - 1 : std::size(kXeons))];
  facts.cpu_vendor = cpu.vendor;
  facts.cpu_model = cpu.model;
  facts.microcode = cpu.microcode;
  facts.cpu_family = cpu.family;
  facts.cpu_number = cpu.number;
  facts.cpu_stepping = cpu.stepping;
  facts.cache_kib = cpu.cache_kib;
  facts.cpu_mhz = metal ? cpu.mhz - 1 + random.unit() : cpu.mhz - 0.1 + random.unit() / 5;
  facts.cpu_flags = cpu.vendor == "AuthenticAMD" ? kAmdFlags : kIntelFlags;
  if (metal && !facts.arm) {
    if (const std::size_t at = facts.cpu_flags.find(" hypervisor"); at != std::string::npos) {
      facts.cpu_flags.erase(at, std::string_view(" hypervisor").size());
    }
  }
  constexpr std::array kVirtual = {1, 2, 2, 4, 4, 8};
  facts.cores = facts.arm || metal ? cpu.cores : random.pick(kVirtual);
  facts.threads = metal && !facts.arm ? facts.cores * 2 : facts.cores;
}

void make_memory(HardwareFacts& facts, SeededRandom& random) {
  constexpr std::array<std::uint64_t, 6> kVirtual = {2, 4, 4, 8, 8, 16};
  constexpr std::array<std::uint64_t, 3> kMetal = {32, 64, 128};
  constexpr std::array<std::uint64_t, 3> kBoard = {1, 2, 4};
  const std::uint64_t gib = facts.arm                              ? random.pick(kBoard)
                            : facts.hypervisor == Hypervisor::none ? random.pick(kMetal)
                                                                   : random.pick(kVirtual);
  // The firmware and the kernel keep some of it.
  const std::uint64_t kept = 34'000 + gib * 14'200 + random.below(9'000);
  facts.memory_kib = (gib * 1024 * 1024 - kept) & ~std::uint64_t{3};
}

Partition partition(SeededRandom& random, const std::string& disk, int number, std::uint64_t kib,
                    std::string type, std::string mount) {
  const bool digit = disk.back() >= '0' && disk.back() <= '9';
  Partition made{disk + (digit ? "p" : "") + std::to_string(number),
                 kib,
                 std::move(type),
                 std::move(mount),
                 {},
                 {}};
  made.uuid = make_uuid(random);
  if (made.type == "vfat") made.uuid = upper(hex(random, 4)) + "-" + upper(hex(random, 4));
  made.part_uuid = make_uuid(random);
  return made;
}

void make_disk(HardwareFacts& facts, SeededRandom& random) {
  Disk disk;
  constexpr std::array<std::uint64_t, 5> kVirtual = {20, 32, 40, 60, 100};
  const bool metal = facts.hypervisor == Hypervisor::none;
  disk.kib = random.pick(kVirtual) * 1024 * 1024;
  disk.name = "sda";
  disk.vendor = facts.hypervisor == Hypervisor::vmware ? "VMware" : "Msft";
  disk.model = "Virtual Disk";
  disk.rotational = true;
  if (facts.hypervisor == Hypervisor::vmware) disk.model = "Virtual disk";
  if (facts.arm) {
    disk.name = "mmcblk0";
    disk.kib = (random.chance(0.5) ? 31'166'976U : 15'558'144U);
    disk.model = "SC32G";
    disk.vendor.clear();
    disk.rotational = false;
    disk.number = 179 << 8;
  } else if (metal) {
    disk.kib = random.chance(0.5) ? 468'851'544 : 937'692'504;
    disk.vendor = "ATA";
    disk.model = random.chance(0.5) ? "MTFDDAK480TDS" : "SSDSC2KB480G8R";
    disk.rotational = false;
  }
  disk.serial = service_tag(random, 14);
  const bool uefi = !facts.arm && facts.product != "VMware Virtual Platform";
  if (facts.arm) {
    disk.partitions.push_back(partition(random, disk.name, 1, 524'288, "vfat", "/boot/firmware"));
    disk.partitions.push_back(partition(random, disk.name, 2, disk.kib - 528'384, "ext4", "/"));
  } else {
    const std::uint64_t swap = 999'424;
    const std::uint64_t first = uefi ? 524'288 : 0;
    if (uefi) {
      disk.partitions.push_back(partition(random, disk.name, 1, first, "vfat", "/boot/efi"));
    }
    disk.partitions.push_back(
        partition(random, disk.name, uefi ? 2 : 1, disk.kib - first - swap - 3'072, "ext4", "/"));
    if (!uefi) disk.partitions.push_back(partition(random, disk.name, 2, 1, "", ""));
    disk.partitions.push_back(partition(random, disk.name, uefi ? 3 : 5, swap, "swap", "[SWAP]"));
  }
  facts.disks.push_back(std::move(disk));
  facts.root_used = 0.08 + random.unit() * 0.55;
}

}  // namespace

const Partition* HardwareFacts::partition(std::string_view mount) const noexcept {
  for (const Disk& disk : disks) {
    for (const Partition& found : disk.partitions) {
      if (found.mount == mount) return &found;
    }
  }
  return nullptr;
}

HardwareFacts make_hardware(const Persona& persona) {
  SeededRandom random = persona.stream("persona.hardware");
  HardwareFacts facts;
  const std::string vendor = vendor_of(persona);
  const Archetype* archetype = find_archetype(persona.archetype);
  facts.arm = archetype != nullptr && archetype->hardware == Hardware::raspberry_pi;
  if (facts.arm) {
    facts.vendor = "Raspberry Pi";
    facts.product = "Raspberry Pi 4 Model B Rev 1.4";
    facts.serial = "10000000" + hex(random, 8);
    facts.interface = "eth0";
    facts.driver = "bcmgenet";
  } else if (vendor == "VMware") {
    make_vmware(facts, random);
  } else if (vendor == "Microsoft") {
    make_hyperv(facts, random);
  } else {
    make_metal(facts, vendor, random);
  }
  facts.uuid = make_uuid(random);
  if (facts.product_version.empty()) facts.product_version = "Not Specified";
  make_processor(facts, random);
  make_memory(facts, random);
  make_disk(facts, random);
  return facts;
}

}  // namespace decnet::persona
