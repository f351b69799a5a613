// What a host is made of and how it is set: dmidecode, lspci, ipcs, chage, timedatectl,
// loginctl.
#include <algorithm>

#include "shell/cmd/answers.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kServerBus =
    "00:00.0 Host bridge: Intel Corporation Sky Lake-E DMI3 Registers (rev 07)\n"
    "00:05.0 System peripheral: Intel Corporation Sky Lake-E MM/Vt-d Configuration Registers (rev "
    "07)\n"
    "00:08.0 System peripheral: Intel Corporation Sky Lake-E Ubox Registers (rev 07)\n"
    "00:11.0 Unassigned class [ff00]: Intel Corporation C620 Series Chipset Family MROM 0 (rev "
    "09)\n"
    "00:11.5 SATA controller: Intel Corporation C620 Series Chipset Family SSATA Controller [AHCI "
    "mode] (rev 09)\n"
    "00:14.0 USB controller: Intel Corporation C620 Series Chipset Family USB 3.0 xHCI Controller "
    "(rev 09)\n"
    "00:16.0 Communication controller: Intel Corporation C620 Series Chipset Family MEI Controller "
    "#1 (rev 09)\n"
    "00:17.0 SATA controller: Intel Corporation C620 Series Chipset Family SATA Controller [AHCI "
    "mode] (rev 09)\n"
    "00:1c.0 PCI bridge: Intel Corporation C620 Series Chipset Family PCI Express Root Port #1 "
    "(rev "
    "f9)\n"
    "00:1f.0 ISA bridge: Intel Corporation C621 Series Chipset LPC/eSPI Controller (rev 09)\n"
    "00:1f.2 Memory controller: Intel Corporation C620 Series Chipset Family Power Management "
    "Controller (rev 09)\n"
    "00:1f.4 SMBus: Intel Corporation C620 Series Chipset Family SMBus (rev 09)\n"
    "00:1f.5 Serial bus controller: Intel Corporation C620 Series Chipset Family SPI Controller "
    "(rev "
    "09)\n";
constexpr std::int64_t kDaySeconds = 86'400;

int dmidecode(Io& io) {
  if (io.argc() > 1 && recorded_answer(io)) return io.status;
  const persona::HardwareFacts& facts = hardware_of(io);
  if (!io.who.is_root()) {
    if (io.argc() < 2) io.out("# dmidecode 3.4\nScanning /dev/mem for entry point.\n");
    io.err("/dev/mem: Permission denied\n");
    return 1;
  }
  struct Row {
    std::string_view keyword;
    const std::string* value;
  };
  const std::string chassis = facts.hypervisor == persona::Hypervisor::none ? "Desktop" : "Other";
  const bool vmware = facts.hypervisor == persona::Hypervisor::vmware;
  const std::string board_vendor = vmware ? "Intel Corporation" : facts.vendor;
  const Row rows[] = {{"bios-vendor", &facts.bios_vendor},
                      {"bios-version", &facts.bios_version},
                      {"bios-release-date", &facts.bios_date},
                      {"system-manufacturer", &facts.vendor},
                      {"system-product-name", &facts.product},
                      {"system-version", &facts.product_version},
                      {"system-serial-number", &facts.serial},
                      {"system-uuid", &facts.uuid},
                      {"baseboard-manufacturer", &board_vendor},
                      {"baseboard-product-name", &facts.board},
                      {"chassis-type", &chassis},
                      {"processor-version", &facts.cpu_model}};
  if (io.argc() > 2 && (io.arg(1) == "-s" || io.arg(1) == "--string")) {
    for (const Row& row : rows) {
      if (row.keyword != io.arg(2)) continue;
      io.out(*row.value + "\n");
      return 0;
    }
    io.err("Invalid string keyword: " + io.arg(2) + "\n");
    return 2;
  }
  const std::string type = io.argc() > 2 ? io.arg(2) : "";
  const auto wants = [&](std::string_view number, std::string_view name) {
    return type.empty() || type == number || type == name;
  };
  io.out("# dmidecode 3.4\nGetting SMBIOS data from sysfs.\nSMBIOS 2.7 present.\n\n");
  if (wants("0", "bios"))
    io.out("Handle 0x0000, DMI type 0, 24 bytes\nBIOS Information\n\tVendor: " + facts.bios_vendor +
           "\n\tVersion: " + facts.bios_version + "\n\tRelease Date: " + facts.bios_date + "\n\n");
  if (wants("1", "system"))
    io.out(
        "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: " + facts.vendor +
        "\n\tProduct Name: " + facts.product + "\n\tVersion: " + facts.product_version +
        "\n\tSerial Number: " + facts.serial + "\n\tUUID: " + facts.uuid +
        "\n\tWake-up Type: Power Switch\n\tSKU Number: Not Specified\n\tFamily: Not Specified\n\n");
  if (wants("2", "baseboard"))
    io.out("Handle 0x0002, DMI type 2, 15 bytes\nBase Board Information\n\tManufacturer: " +
           board_vendor + "\n\tProduct Name: " + facts.board + "\n\n");
  if (wants("4", "processor"))
    io.out(
        "Handle 0x0004, DMI type 4, 42 bytes\nProcessor Information\n\tType: Central Processor\n\t"
        "Version: " +
        facts.cpu_model +
        "\n\tStatus: Populated, Enabled\n\tCore Count: " + std::to_string(facts.cores) +
        "\n\tThread Count: " + std::to_string(facts.threads) + "\n\n");
  return 0;
}

// "Mar 04, 2024" of days since 1970.
std::string day_text(std::int64_t days) {
  return date_text(TimePoint(std::chrono::seconds(days * kDaySeconds)), "%b %d, %Y");
}

int chage(Io& io) {
  const bool lists = io.argc() > 2 && (io.arg(1) == "-l" || io.arg(1) == "--list");
  if (!lists) {
    if (recorded_answer(io)) return io.status;
    if (!io.who.is_root()) io.err("chage: Permission denied.\n");
    return io.who.is_root() ? 0 : 1;
  }
  const std::string& name = io.arg(2);
  const auto user = find_user(io, name);
  if (!user) {
    io.err("chage: user '" + name + "' does not exist in /etc/passwd\n");
    return 1;
  }
  if (!io.who.is_root() && io.who.uid != user->uid) {
    io.err("chage: Permission denied.\n");
    return 1;
  }
  const std::string shadow = io.files.read_file("/etc/shadow", Credentials{}).value_or("");
  for (const std::string_view line : lines_of(shadow)) {
    const std::vector<std::string> fields = split(line, ':');
    if (fields.size() < 8 || fields[0] != name) continue;
    const auto number = [&](std::size_t at, std::string_view absent) {
      return fields[at].empty() ? std::string(absent) : fields[at];
    };
    const auto day = number_of(fields[2]);
    io.out(
        "Last password change\t\t\t\t\t: " +
        (day && *day > 0 && *day < 100'000 ? day_text(static_cast<std::int64_t>(*day))
         : day && *day == 0                ? std::string("password must be changed")
                                           : std::string("never")) +
        "\nPassword expires\t\t\t\t\t: never\nPassword inactive\t\t\t\t\t: never\n"
        "Account expires\t\t\t\t\t\t: never\nMinimum number of days between password change\t\t: " +
        number(3, "-1") +
        "\nMaximum number of days between password change\t\t: " + number(4, "-1") +
        "\nNumber of days of warning before password expires\t: " + number(5, "-1") + "\n");
    return 0;
  }
  return 0;
}

int timedatectl(Io& io) {
  const std::string verb = io.argc() > 1 ? io.arg(1) : "status";
  if (verb != "status" && recorded_answer(io)) return io.status;
  if (verb != "status" && verb != "show" && !verb.starts_with("-")) {
    if (verb == "list-timezones")
      io.out("UTC\n");
    else if (!io.who.is_root())
      io.err("Failed to set time zone: Interactive authentication required.\n");
    return verb == "list-timezones" || io.who.is_root() ? 0 : 1;
  }
  const std::string now = date_text(io.now(), "%a %Y-%m-%d %H:%M:%S");
  if (verb == "show") {
    io.out("Timezone=Etc/UTC\nLocalRTC=no\nCanNTP=yes\nNTP=yes\nNTPSynchronized=yes\nTimeUSec=" +
           now + " UTC\nRTCTimeUSec=" + now + " UTC\n");
    return 0;
  }
  io.out("               Local time: " + now + " UTC\n           Universal time: " + now +
         " UTC\n                 RTC time: " + now +
         "\n                Time zone: Etc/UTC (UTC, +0000)\nSystem clock synchronized: yes\n"
         "              NTP service: active\n          RTC in local TZ: no\n");
  return 0;
}

int loginctl(Io& io) {
  const std::string verb = io.argc() > 1 ? io.arg(1) : "list-sessions";
  if (verb.starts_with("-") && recorded_answer(io)) return io.status;
  const std::vector<LoginRow> logins = logins_of(io);
  if (verb == "list-sessions" || verb == "--no-pager") {
    io.out("SESSION  UID USER SEAT TTY  \n");
    int number = 1;
    for (const LoginRow& login : logins) {
      const auto user = find_user(io, login.user);
      io.out(text_of("%7d %4u ", number++, user ? user->uid : 0) + padded(login.user, 4) +
             "      " + login.terminal + "\n");
    }
    io.out("\n" + std::to_string(logins.size()) + " sessions listed.\n");
    return 0;
  }
  if (verb == "list-users") {
    io.out(" UID USER\n");
    std::vector<std::string> names;
    for (const LoginRow& login : logins) {
      if (std::find(names.begin(), names.end(), login.user) != names.end()) continue;
      const auto user = find_user(io, login.user);
      names.push_back(login.user);
      io.out(text_of("%4u ", user ? user->uid : 0) + login.user + "\n");
    }
    io.out("\n" + std::to_string(names.size()) + " users listed.\n");
    return 0;
  }
  if (verb == "list-seats") {
    io.out("SEAT \nseat0\n\n1 seats listed.\n");
    return 0;
  }
  io.err("Unknown command verb " + verb + ".\n");
  return 1;
}

// Of a virtual machine of VMware, and of a server with Xeons; Microsoft's have no such bus.
int lspci(Io& io) {
  if (io.argc() > 1 && recorded_answer(io)) return io.status;
  const persona::HardwareFacts& facts = hardware_of(io);
  if (facts.hypervisor == persona::Hypervisor::none && !facts.arm) {
    const bool broadcom = facts.driver == "tg3";
    const std::string port =
        broadcom ? "Ethernet controller: Broadcom Inc. and subsidiaries NetXtreme BCM5720 2-port "
                   "Gigabit Ethernet PCIe\n"
                 : "Ethernet controller: Intel Corporation Ethernet Controller 10-Gigabit X540-AT2 "
                   "(rev 01)\n";
    io.out(kServerBus);
    io.out(broadcom ? "03:00.0 VGA compatible controller: Matrox Electronics Systems Ltd. "
                      "Integrated Matrox G200eW3 Graphics Controller (rev 04)\n"
                    : "03:00.0 VGA compatible controller: ASPEED Technology, Inc. ASPEED Graphics "
                      "Family (rev 41)\n");
    io.out("04:00.0 " + port + "04:00.1 " + port);
  }
  if (facts.hypervisor != persona::Hypervisor::vmware) return 0;
  io.out(
      "00:00.0 Host bridge: Intel Corporation 440BX/ZX/DX - 82443BX/ZX/DX Host bridge (rev 01)\n"
      "00:01.0 PCI bridge: Intel Corporation 440BX/ZX/DX - 82443BX/ZX/DX AGP bridge (rev 01)\n"
      "00:07.0 ISA bridge: Intel Corporation 82371AB/EB/MB PIIX4 ISA (rev 08)\n"
      "00:07.1 IDE interface: Intel Corporation 82371AB/EB/MB PIIX4 IDE (rev 01)\n"
      "00:07.3 Bridge: Intel Corporation 82371AB/EB/MB PIIX4 ACPI (rev 08)\n"
      "00:07.7 System peripheral: VMware Virtual Machine Communication Interface (rev 10)\n"
      "00:0f.0 VGA compatible controller: VMware SVGA II Adapter\n"
      "00:11.0 PCI bridge: VMware PCI bridge (rev 02)\n"
      "00:15.0 PCI bridge: VMware PCI Express Root Port (rev 01)\n"
      "00:16.0 PCI bridge: VMware PCI Express Root Port (rev 01)\n"
      "03:00.0 Serial Attached SCSI controller: VMware PVSCSI SCSI Controller (rev 02)\n"
      "0b:00.0 Ethernet controller: VMware VMXNET3 Ethernet Controller (rev 01)\n");
  return 0;
}

int ipcs(Io& io) {
  if (io.argc() > 1 && recorded_answer(io)) return io.status;
  const std::string which = io.argc() > 1 ? io.arg(1) : "-a";
  if (which == "-q" || which == "-a")
    io.out(
        "\n------ Message Queues --------\nkey        msqid      owner      perms      used-bytes  "
        " "
        "messages    \n");
  if (which == "-m" || which == "-a")
    io.out(
        "\n------ Shared Memory Segments --------\nkey        shmid      owner      perms      "
        "bytes  "
        "    nattch     status      \n");
  if (which == "-s" || which == "-a")
    io.out(
        "\n------ Semaphore Arrays --------\nkey        semid      owner      perms      nsems     "
        "\n");
  io.out("\n");
  return 0;
}

constexpr Command kRows[] = {{"lspci", &plain<lspci>},
                             {"ipcs", &plain<ipcs>},
                             {"dmidecode", &plain<dmidecode>},
                             {"chage", &plain<chage>},
                             {"timedatectl", &plain<timedatectl>},
                             {"loginctl", &plain<loginctl>}};

}  // namespace

std::span<const Command> inventory_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
