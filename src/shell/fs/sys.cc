// /sys: what people and scripts look at there: the network card, DMI, disks, processors.
#include <algorithm>
#include <cerrno>
#include <deque>

#include <fmt/format.h>

#include "shell/fs/proc.h"
#include "shell/fs/table_mount.h"

namespace decnet::shell {
namespace {

using fs::Row;

const InterfaceView* card_of(const std::vector<InterfaceView>& all, std::string_view name) {
  for (const InterfaceView& card : all) {
    if (card.name == name) return &card;
  }
  return nullptr;
}

// `argument` is "interface counter".
std::string traffic(const SystemView& view, std::string_view argument) {
  const std::size_t blank = argument.find(' ');
  const std::vector<InterfaceView> all = view.interfaces();
  const InterfaceView* card = card_of(all, argument.substr(0, blank));
  const std::string_view what = argument.substr(blank + 1);
  if (card == nullptr) return "0\n";
  if (what == "rx_bytes") return fmt::format("{}\n", card->receive_bytes);
  if (what == "rx_packets") return fmt::format("{}\n", card->receive_packets);
  if (what == "tx_bytes") return fmt::format("{}\n", card->send_bytes);
  return fmt::format("{}\n", card->send_packets);
}

class SysMount final : public fs::TableMount {
 public:
  explicit SysMount(const SystemView& view) : TableMount(view, {EACCES, EPERM, EPERM}) {}

 protected:
  std::span<const Row> rows() const override {
    if (rows_.empty()) build();
    return rows_;
  }
  std::uint64_t first_inode() const override { return 1'100; }
  std::uint64_t file_size() const override { return 4'096; }

 private:
  std::string_view keep(std::string text) const { return texts_.emplace_back(std::move(text)); }
  void add(std::string path, std::string text, std::uint16_t mode = 0444) const {
    rows_.push_back(
        {.path = keep(std::move(path)), .mode = mode, .argument = keep(std::move(text))});
  }

  void build_card(const InterfaceView& card) const {
    const bool lo = card.name == "lo";
    const std::string at = "class/net/" + card.name + "/";
    const persona::HardwareFacts& hardware = view().hardware();
    add(at + "address", card.mac + "\n");
    add(at + "addr_len", "6\n");
    add(at + "broadcast", lo ? "00:00:00:00:00:00\n" : "ff:ff:ff:ff:ff:ff\n");
    add(at + "carrier", "1\n", 0644);
    add(at + "dev_id", "0x0\n");
    add(at + "duplex", lo ? "" : "full\n");
    add(at + "flags", lo ? "0x9\n" : "0x1003\n", 0644);
    add(at + "ifindex", lo ? "1\n" : "2\n");
    add(at + "mtu", fmt::format("{}\n", card.mtu), 0644);
    add(at + "operstate", lo ? "unknown\n" : "up\n");
    add(at + "speed", lo ? "" : fmt::format("{}\n", hardware.speed_mbit));
    for (const char* what : {"rx_bytes", "rx_packets", "tx_bytes", "tx_packets"}) {
      rows_.push_back({.path = keep(at + "statistics/" + what),
                       .make = traffic,
                       .argument = keep(card.name + " " + what)});
    }
    add(at + "tx_queue_len", "1000\n", 0644);
    add(at + "type", lo ? "772\n" : "1\n");
    if (!lo) add(at + "uevent", "INTERFACE=" + card.name + "\nIFINDEX=2\n", 0644);
  }

  void build() const {
    const persona::HardwareFacts& hardware = view().hardware();
    for (const persona::Disk& disk : hardware.disks) {
      const std::string at = "block/" + disk.name + "/";
      add(at + "dev", fmt::format("{}:{}\n", disk.number >> 8, disk.number & 0xff));
      if (!disk.model.empty()) add(at + "device/model", fmt::format("{:<16}\n", disk.model));
      if (!disk.vendor.empty()) add(at + "device/vendor", fmt::format("{:<8}\n", disk.vendor));
      add(at + "queue/logical_block_size", "512\n");
      add(at + "queue/rotational", disk.rotational ? "1\n" : "0\n", 0644);
      add(at + "queue/scheduler", "[mq-deadline] none\n", 0644);
      add(at + "removable", "0\n");
      add(at + "ro", "0\n");
      for (const persona::Partition& part : disk.partitions) {
        add(at + part.name + "/size", fmt::format("{}\n", part.kib * 2));
      }
      add(at + "size", fmt::format("{}\n", disk.kib * 2));
    }
    if (!hardware.arm) {
      const std::string at = "class/dmi/id/";
      add(at + "bios_date", hardware.bios_date + "\n");
      add(at + "bios_vendor", hardware.bios_vendor + "\n");
      add(at + "bios_version", hardware.bios_version + "\n");
      add(at + "board_name", hardware.board + "\n");
      add(at + "board_vendor",
          (hardware.hypervisor == persona::Hypervisor::vmware ? "Intel Corporation"
                                                              : hardware.vendor) +
              "\n");
      add(at + "chassis_vendor",
          (hardware.hypervisor == persona::Hypervisor::vmware ? "No Enclosure" : hardware.vendor) +
              "\n");
      add(at + "product_name", hardware.product + "\n");
      add(at + "product_serial", hardware.serial + "\n", 0400);
      add(at + "product_uuid", hardware.uuid + "\n", 0400);
      add(at + "product_version", hardware.product_version + "\n");
      add(at + "sys_vendor", hardware.vendor + "\n");
    } else {
      add("firmware/devicetree/base/model", hardware.product + std::string(1, '\0'));
    }
    for (const InterfaceView& card : view().interfaces()) build_card(card);
    const std::string range =
        hardware.threads > 1 ? fmt::format("0-{}\n", hardware.threads - 1) : "0\n";
    for (int n = 0; n < hardware.threads; ++n) {
      add(fmt::format("devices/system/cpu/cpu{}/topology/core_id", n),
          fmt::format("{}\n", n % hardware.cores));
    }
    for (const char* name : {"online", "possible", "present"}) {
      add(std::string("devices/system/cpu/") + name, range);
    }
    add("devices/system/node/online", "0\n");
    if (hardware.product != "VMware Virtual Platform" && !hardware.arm) {
      add("firmware/efi/fw_platform_size", "64\n");
    }
    add("fs/cgroup/cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma misc\n");
    if (hardware.hypervisor != persona::Hypervisor::none) {
      add("hypervisor/type",
          hardware.hypervisor == persona::Hypervisor::microsoft ? "hyperv\n" : "vmware\n");
    }
    add("kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n", 0644);
    add("kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "0\n", 0644);
    add("kernel/uevent_seqnum", fmt::format("{}\n", 2'000 + view().persona().seed % 900));
    std::sort(rows_.begin(), rows_.end(),
              [](const Row& a, const Row& b) { return a.path < b.path; });
  }

  mutable std::vector<Row> rows_;  // Made at the first look.
  mutable std::deque<std::string> texts_;
};

}  // namespace

std::unique_ptr<Mount> make_sys(const SystemView& view) {
  return std::make_unique<SysMount>(view);
}

}  // namespace decnet::shell
