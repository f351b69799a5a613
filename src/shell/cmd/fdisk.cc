// fdisk: its list of disks, and its questions. Nothing is ever changed: what is there is that of
// the persona.
#include <algorithm>
#include <array>

#include "shell/cmd/answers.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::uint64_t kSectorBytes = 512;
constexpr std::uint64_t kFirstSector = 2048;
constexpr std::size_t kDeviceColumns = 10;     // At least.
constexpr std::size_t kCommandBytesMax = 256;  // Of what is typed to its question.

constexpr std::string_view kMenu =
    "   d   delete a partition\n   F   list free unpartitioned space\n"
    "   l   list known partition types\n   n   add a new partition\n"
    "   p   print the partition table\n   t   change a partition type\n"
    "   v   verify the partition table\n   i   print information about a partition\n";
constexpr std::string_view kMenuMisc =
    "   m   print this menu\n   u   change display/entry units\n"
    "   x   extra functionality (experts only)\n";
constexpr std::string_view kMenuScript =
    "   I   load disk layout from sfdisk script file\n"
    "   O   dump disk layout to sfdisk script file\n";
constexpr std::string_view kMenuLabel =
    "   g   create a new empty GPT partition table\n"
    "   G   create a new empty SGI (IRIX) partition table\n"
    "   o   create a new empty MBR (DOS) partition table\n"
    "   s   create a new empty Sun partition table\n";

class Fdisk {
 public:
  explicit Fdisk(Io& io) : io_(io), color_(io.on_terminal()) {}
  void list(const persona::Disk& disk);
  void welcome();
  void menu(const persona::Disk& disk);
  void complain(const std::string& text);
  void ask() { io_.out(std::string(color_ ? "\033[?2004h" : "") + "Command (m for help): "); }

 private:
  using Row = std::vector<std::string>;
  void table(const std::vector<Row>& rows, std::string_view left);
  std::string colored(std::string_view color, std::string_view text) const {
    if (!color_) return std::string(text);
    return std::string(color) + std::string(text) + "\033[0m";
  }

  Io& io_;
  bool color_;
};

std::string with_unit(std::uint64_t bytes) {
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit < 4; ++unit) value /= 1024;
  std::string text = text_of("%.1f", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + "BKMGT"[unit];
}

// An extended partition, or a board's boot loader: the old label.
bool is_dos(const persona::Disk& disk) {
  return std::any_of(disk.partitions.begin(), disk.partitions.end(),
                     [](const persona::Partition& part) {
                       return part.type.empty() || part.mount == "/boot/firmware";
                     });
}

std::string identifier(const persona::Disk& disk) {
  if (is_dos(disk)) return "0x" + disk.partitions.front().part_uuid.substr(0, 8);
  std::string made =
      disk.partitions.back().uuid.substr(0, 19) + disk.partitions.front().part_uuid.substr(19);
  for (char& letter : made) {
    if (letter >= 'a' && letter <= 'f') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return made;
}

// Columns as wide as their widest text; a letter of `left` is '<' for those that begin at the left.
void Fdisk::table(const std::vector<Row>& rows, std::string_view left) {
  std::vector<std::size_t> widths(rows.front().size());
  widths[0] = kDeviceColumns;
  for (const Row& row : rows) {
    for (std::size_t at = 0; at < row.size(); ++at)
      widths[at] = std::max(widths[at], row[at].size());
  }
  for (std::size_t line = 0; line < rows.size(); ++line) {
    std::string out;
    for (std::size_t at = 0; at < widths.size(); ++at) {
      const bool last = at + 1 == widths.size();
      std::string text = last              ? rows[line][at]
                         : left[at] == '<' ? padded(rows[line][at], widths[at])
                                           : padded_left(rows[line][at], widths[at]);
      if (line == 0) text = colored("\033[1m", text);
      out += (at > 0 ? " " : "") + text;
    }
    io_.out(out + "\n");
  }
}

void Fdisk::list(const persona::Disk& disk) {
  const std::uint64_t bytes = disk.kib * 1024;
  std::string unit = with_unit(bytes);
  const char letter = unit.back();
  unit.pop_back();
  io_.out(colored("\033[1m", "Disk /dev/" + disk.name + ": " + unit + " " + letter + "iB, " +
                                 std::to_string(bytes) + " bytes, " +
                                 std::to_string(bytes / kSectorBytes) + " sectors\n"));
  if (!disk.model.empty()) io_.out("Disk model: " + padded(disk.model, 16) + "\n");
  io_.out(
      "Units: sectors of 1 * 512 = 512 bytes\nSector size (logical/physical): 512 bytes / 512 "
      "bytes\nI/O size (minimum/optimal): 512 bytes / 512 bytes\n");
  if (disk.partitions.empty()) return;
  const bool dos = is_dos(disk);
  io_.out(std::string("Disklabel type: ") + (dos ? "dos" : "gpt") +
          "\nDisk identifier: " + identifier(disk) + "\n\n");
  std::vector<Row> rows = {
      dos ? Row{"Device", "Boot", "Start", "End", "Sectors", "Size", "Id", "Type"}
          : Row{"Device", "Start", "End", "Sectors", "Size", "Type"}};
  std::uint64_t start = kFirstSector;
  for (std::size_t at = 0; at < disk.partitions.size(); ++at) {
    const persona::Partition& part = disk.partitions[at];
    const bool extended = part.type.empty(), swap = part.type == "swap", fat = part.type == "vfat";
    std::uint64_t first = start, sectors = part.kib * 1024 / kSectorBytes;
    // An extended one holds what comes behind it, and begins two sectors before that.
    if (extended && at + 1 < disk.partitions.size()) {
      sectors = disk.partitions[at + 1].kib * 1024 / kSectorBytes + 2;
      first = start + kFirstSector - 2;
    }
    Row row = {"/dev/" + part.name};
    if (dos) row.emplace_back(part.mount == "/" && at == 0 ? "*" : "");
    for (const std::uint64_t number : {first, first + sectors - 1, sectors})
      row.push_back(std::to_string(number));
    row.push_back(with_unit(sectors * kSectorBytes));
    if (dos) row.emplace_back(extended ? "5" : swap ? "82" : fat ? "c" : "83");
    row.emplace_back(dos ? (extended ? "Extended"
                            : swap   ? "Linux swap / Solaris"
                            : fat    ? "W95 FAT32 (LBA)"
                                     : "Linux")
                         : (swap  ? "Linux swap"
                            : fat ? "EFI System"
                                  : "Linux filesystem"));
    rows.push_back(std::move(row));
    start = extended ? start + kFirstSector : first + sectors;
  }
  table(rows, dos ? "<<>>>>><" : "<>>>><");
}

void Fdisk::welcome() {
  io_.out(colored("\033[32m", "\nWelcome to fdisk (util-linux 2.38.1).\n"));
  io_.out(
      "Changes will remain in memory only, until you decide to write them.\n"
      "Be careful before using the write command.\n\n");
}

void Fdisk::menu(const persona::Disk& disk) {
  const auto section = [&](std::string_view name, std::string_view text) {
    io_.out(colored("\033[1m", "\n  " + std::string(name) + "\n"));
    io_.out(text);
  };
  io_.out("\nHelp:\n");
  if (is_dos(disk))
    section("DOS (MBR)",
            "   a   toggle a bootable flag\n   b   edit nested BSD disklabel\n"
            "   c   toggle the dos compatibility flag\n");
  else
    section("GPT", "   M   enter protective/hybrid MBR\n");
  section("Generic", kMenu);
  section("Misc", kMenuMisc);
  section("Script", kMenuScript);
  section("Save & Exit",
          "   w   write table to disk and exit\n   q   quit without saving changes\n");
  section("Create a new label", kMenuLabel);
  io_.out("\n");
}

void Fdisk::complain(const std::string& text) {
  io_.err(colored("\033[31m", text));
  io_.err("\n");
}

const persona::Disk* find_disk(const Io& io, const std::string& path) {
  for (const persona::Disk& disk : hardware_of(io).disks) {
    if (path == "/dev/" + disk.name) return &disk;
  }
  return nullptr;
}

int list_disks(Io& io) {
  Fdisk fdisk(io);
  bool first = true;
  int status = 0;
  const auto show = [&](const persona::Disk& disk) {
    if (!io.who.is_root()) {
      io.err("fdisk: cannot open /dev/" + disk.name + ": Permission denied\n");
      return;
    }
    if (!first) io.out("\n\n");
    first = false;
    fdisk.list(disk);
  };
  if (io.argc() < 3) {
    for (const persona::Disk& disk : hardware_of(io).disks) show(disk);
    return 0;
  }
  for (std::size_t at = 2; at < io.argc(); ++at) {
    if (const persona::Disk* disk = find_disk(io, io.arg(at))) {
      show(*disk);
    } else {
      io.err(
          "fdisk: cannot open " + io.arg(at) + ": " +
          (io.stat(io.arg(at)) ? "Inappropriate ioctl for device" : "No such file or directory") +
          "\n");
      status = 1;
    }
  }
  return status;
}

// Reads commands until q, w or the end. What would change the disk is not understood.
Task<void> converse(Io& io, const persona::Disk& disk) {
  Fdisk fdisk(io);
  const bool terminal = io.on_terminal();
  io.out("\n");
  for (bool going = true; going;) {
    fdisk.ask();
    const Sys<void> wrote = co_await io.flush();
    if (!wrote) co_return;
    const Sys<std::string> line =
        co_await io.process.read_until(0, '\n', kCommandBytesMax, std::nullopt);
    if (terminal) io.out("\033[?2004l\r");
    const std::string word = line && !line->empty() ? line->substr(0, line->find('\n')) : "q";
    going = word != "q" && word != "w";
    if (word == "w") {
      io.out(
          "The partition table has been altered.\nCalling ioctl() to re-read partition table.\n");
      fdisk.complain("Re-reading the partition table failed.: Device or resource busy");
      io.out(
          "\nThe kernel still uses the old table. The new table will be used at the next reboot "
          "or after you run partprobe(8) or partx(8).\n\nSyncing disks.\n\n");
    } else if (word == "q") {
      io.out("\n");
    } else if (word == "p") {
      fdisk.list(disk);
      io.out("\n");
    } else if (word == "m") {
      fdisk.menu(disk);
      io.out("\n");
    } else {
      fdisk.complain(word + ": unknown command");
      io.out("\n");
    }
  }
  co_await io.flush();
}

Task<int> fdisk(Process& process) {
  Io io(process);
  const bool lists = io.argc() > 1 && (io.arg(1) == "-l" || io.arg(1) == "--list");
  if (lists) {
    io.status = list_disks(io);
  } else if (!recorded_answer(io)) {
    const std::string name = io.arg(io.argc() - 1);
    Fdisk(io).welcome();
    const persona::Disk* disk = find_disk(io, name);
    if (disk != nullptr && io.who.is_root()) {
      co_await converse(io, *disk);
      co_return 0;
    }
    const bool there = disk != nullptr || io.stat(name).has_value();
    io.err("fdisk: cannot open " + name + ": " +
           (there ? "Permission denied" : "No such file or directory") + "\n");
    io.status = 1;
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"fdisk", &fdisk}};

}  // namespace

std::span<const Command> fdisk_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
