// Hardware: what a host is made of, as DMI, /proc/cpuinfo, lsblk, free and lspci show it. It agrees
// with the archetype and with the vendor of the MAC address.
//
//   const HardwareFacts facts = make_hardware(persona);   // {"VMware, Inc.", "VMware7,1", …}
//
// A pure function of the persona; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "persona/persona.h"

namespace decnet::persona {

enum class Hypervisor : std::uint8_t { none, vmware, microsoft };

struct Partition {
  std::string name;  // "sda1"
  std::uint64_t kib = 0;
  std::string type;   // "ext4", "vfat", "swap"; "" for an extended one
  std::string mount;  // "/", "/boot/efi", "[SWAP]"
  std::string uuid;   // "4b1c…" or "1A2B-3C4D"
  std::string part_uuid;
};

struct Disk {
  std::string name;  // "sda", "mmcblk0"
  std::uint64_t kib = 0;
  std::string model;  // "Virtual disk"
  std::string vendor;
  std::string serial;
  bool rotational = false;
  std::uint32_t number = 8 << 8;  // major << 8 | minor
  std::vector<Partition> partitions;
};

struct HardwareFacts {
  Hypervisor hypervisor = Hypervisor::none;
  bool arm = false;
  std::string vendor, product, product_version, serial, uuid, board;  // DMI
  std::string bios_vendor, bios_version, bios_date;
  std::string cpu_vendor, cpu_model, cpu_flags, microcode;
  int cpu_family = 6, cpu_number = 85, cpu_stepping = 7;
  double cpu_mhz = 2100;
  std::uint32_t cache_kib = 16384;
  int sockets = 1;
  int cores = 2;                 // Of all sockets.
  int threads = 2;               // Logical processors.
  std::uint64_t memory_kib = 0;  // What MemTotal says.
  std::vector<Disk> disks;
  std::string interface;  // "ens192"
  std::string driver;     // "vmxnet3"
  std::uint32_t speed_mbit = 1000;
  double root_used = 0.2;  // Share of / that is in use.

  const Partition* partition(std::string_view mount) const noexcept;  // Null if there is none.
};

HardwareFacts make_hardware(const Persona& persona);

}  // namespace decnet::persona
