// /proc/meminfo, vmstat, swaps, mounts.
#include <algorithm>

#include <fmt/format.h>

#include "shell/fs/proc_tables.h"

namespace decnet::shell::fs {
namespace {

constexpr std::uint64_t kPageKib = 4;

}  // namespace

std::string proc_meminfo(const SystemView& view, std::string_view) {
  const MemoryView m = view.memory();
  std::string text;
  const auto line = [&](std::string_view name, std::uint64_t kib) {
    text += fmt::format("{:<16}{:>8} kB\n", fmt::format("{}:", name), kib);
  };
  const std::uint64_t limit = m.total / 2 + m.swap_total;
  const std::uint64_t file =
      m.active + m.inactive > m.anonymous ? m.active + m.inactive - m.anonymous : 0;
  line("MemTotal", m.total);
  line("MemFree", m.free);
  line("MemAvailable", m.available);
  line("Buffers", m.buffers);
  line("Cached", m.cached);
  line("SwapCached", (m.swap_total - m.swap_free) / 20);
  line("Active", m.active);
  line("Inactive", m.inactive);
  line("Active(anon)", m.shared);
  line("Inactive(anon)", m.anonymous);
  line("Active(file)", m.active - std::min(m.active, m.shared));
  line("Inactive(file)", file - std::min(file, m.active));
  line("Unevictable", 0);
  line("Mlocked", 0);
  line("SwapTotal", m.swap_total);
  line("SwapFree", m.swap_free);
  line("Zswap", 0);
  line("Zswapped", 0);
  line("Dirty", m.dirty);
  line("Writeback", 0);
  line("AnonPages", m.anonymous);
  line("Mapped", m.mapped);
  line("Shmem", m.shared);
  line("KReclaimable", m.reclaimable);
  line("Slab", m.reclaimable + m.unreclaimable);
  line("SReclaimable", m.reclaimable);
  line("SUnreclaim", m.unreclaimable);
  line("KernelStack", m.kernel_stack);
  line("PageTables", m.page_tables);
  line("SecPageTables", 0);
  line("NFS_Unstable", 0);
  line("Bounce", 0);
  line("WritebackTmp", 0);
  line("CommitLimit", limit);
  line("Committed_AS", m.anonymous * 5 / 3 + 200'000);
  text += fmt::format("{:<15}{:>12} kB\n", "VmallocTotal:", 34'359'738'367U);
  line("VmallocUsed", 14'000 + m.total / 2'000);
  line("VmallocChunk", 0);
  line("Percpu", 700 + 500 * static_cast<std::uint64_t>(view.hardware().threads));
  line("HardwareCorrupted", 0);
  line("AnonHugePages", m.anonymous / 6 / 2'048 * 2'048);
  line("ShmemHugePages", 0);
  line("ShmemPmdMapped", 0);
  line("FileHugePages", 0);
  line("FilePmdMapped", 0);
  for (const char* name :
       {"HugePages_Total", "HugePages_Free", "HugePages_Rsvd", "HugePages_Surp"}) {
    text += fmt::format("{:<16}{:>8}\n", fmt::format("{}:", name), 0);
  }
  line("Hugepagesize", 2'048);
  line("Hugetlb", 0);
  const std::uint64_t mapped = 120'000 + m.total / 40;
  line("DirectMap4k", mapped & ~std::uint64_t{63});
  line("DirectMap2M", (m.total - mapped) / 2'048 * 2'048 + 2'048);
  if (m.total > 4U << 20) line("DirectMap1G", (m.total >> 20) / 2 << 20);
  return text;
}

std::string proc_vmstat(const SystemView& view, std::string_view) {
  const MemoryView m = view.memory();
  const CpuView cpu = view.cpu();
  std::string text;
  const auto line = [&](std::string_view name, std::uint64_t value) {
    text += fmt::format("{} {}\n", name, value);
  };
  line("nr_free_pages", m.free / kPageKib);
  line("nr_zone_inactive_anon", m.anonymous / kPageKib);
  line("nr_zone_active_anon", m.shared / kPageKib);
  line("nr_zone_inactive_file", (m.inactive - std::min(m.inactive, m.anonymous)) / kPageKib);
  line("nr_zone_active_file", m.active / kPageKib);
  line("nr_zone_unevictable", 0);
  line("nr_zone_write_pending", m.dirty / kPageKib);
  line("nr_mlock", 0);
  line("nr_bounce", 0);
  line("nr_anon_pages", m.anonymous / kPageKib);
  line("nr_mapped", m.mapped / kPageKib);
  line("nr_file_pages", (m.cached + m.buffers) / kPageKib);
  line("nr_dirty", m.dirty / kPageKib);
  line("nr_writeback", 0);
  line("nr_shmem", m.shared / kPageKib);
  line("nr_slab_reclaimable", m.reclaimable / kPageKib);
  line("nr_slab_unreclaimable", m.unreclaimable / kPageKib);
  line("nr_page_table_pages", m.page_tables / kPageKib);
  line("nr_kernel_stack", m.kernel_stack);
  line("pgpgin", (14'000 + cpu.context_switches / 3'000) * 23);
  line("pgpgout", (3'000 + cpu.context_switches / 900) * 13);
  line("pswpin", (m.swap_total - m.swap_free) / 40);
  line("pswpout", (m.swap_total - m.swap_free) / kPageKib);
  line("pgalloc_normal", cpu.context_switches * 2 + 900'000);
  line("pgfree", cpu.context_switches * 2 + 1'100'000);
  line("pgfault", cpu.forks * 210 + cpu.context_switches / 9);
  line("pgmajfault", 1'900 + cpu.forks / 700);
  line("oom_kill", 0);
  return text;
}

std::string proc_swaps(const SystemView& view, std::string_view) {
  std::string text = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
  const MemoryView m = view.memory();
  if (const auto* swap = view.hardware().partition("[SWAP]")) {
    text += fmt::format("{:<40}partition\t{}\t\t{}\t\t-2\n", "/dev/" + swap->name, m.swap_total,
                        m.swap_total - m.swap_free);
  }
  return text;
}

std::string proc_mounts(const SystemView& view, std::string_view) {
  std::string text;
  for (const DiskView& disk : view.disks()) {
    text += fmt::format("{} {} {} {} 0 0\n", disk.device, disk.path, disk.type, disk.options);
  }
  return text;
}

}  // namespace decnet::shell::fs
