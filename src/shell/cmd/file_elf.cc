// What file says of ELF files.
#include <array>
#include <cstdint>

#include "shell/cmd/file.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kProgramHeadersMax = 64;
constexpr std::size_t kSectionsMax = 1'024;
constexpr std::size_t kNoteBytesMax = 64 * 1024;
constexpr std::size_t kInterpreterBytesMax = 256;

class Elf {
 public:
  explicit Elf(std::string_view bytes) : bytes_(bytes) {}

  std::string text() {
    if (!bytes_.starts_with("\177ELF") || bytes_.size() < 20) return {};
    wide_ = bytes_[4] == 2;
    big_ = bytes_[5] == 2;
    const std::uint64_t type = number(16, 2), machine = number(18, 2);
    std::string out = std::string("ELF ") +
                      (wide_            ? "64"
                       : bytes_[4] == 1 ? "32"
                                        : "unknown") +
                      (wide_ || bytes_[4] == 1 ? "-bit " : "-class ") + (big_ ? "MSB " : "LSB ");
    read_headers();
    out += type == 1                                    ? "relocatable"
           : type == 2                                  ? "executable"
           : type == 3 && interpreter_.empty() && !pie_ ? "shared object"
           : type == 3                                  ? "pie executable"
           : type == 4                                  ? "core file"
                                                        : "no file type";
    out += ", " + machine_name(machine) + ", " +
           (number(20, 4) == 1 ? "version 1" : "invalid version") + " (" +
           (bytes_[7] == 3 ? "GNU/Linux" : "SYSV") + ")";
    if (type == 2 || type == 3) {
      out += dynamic_    ? ", dynamically linked"
             : type == 3 ? ", static-pie linked"
                         : ", statically linked";
      if (!interpreter_.empty()) out += ", interpreter " + interpreter_;
      if (!build_id_.empty()) out += ", BuildID[sha1]=" + build_id_;
      if (!system_.empty()) out += ", for GNU/Linux " + system_;
      out += sections_ == 0 ? ", no section header" : symbols_ ? ", not stripped" : ", stripped";
    }
    return out;
  }

 private:
  // 0 beyond the end.
  std::uint64_t number(std::uint64_t at, std::size_t size) const {
    std::uint64_t value = 0;
    if (at > bytes_.size() || bytes_.size() - at < size) return 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t place = big_ ? i : size - 1 - i;
      value = value << 8 | static_cast<unsigned char>(bytes_[at + place]);
    }
    return value;
  }
  std::uint64_t word(std::uint64_t at) const { return number(at, wide_ ? 8 : 4); }

  static std::string machine_name(std::uint64_t machine) {
    struct Row {
      std::uint64_t number;
      std::string_view name;
    };
    static constexpr Row kRows[] = {
        {2, "SPARC"},       {3, "Intel 80386"}, {8, "MIPS, MIPS-I"}, {20, "PowerPC or cisco 4500"},
        {40, "ARM, EABI5"}, {42, "Renesas SH"}, {62, "x86-64"},      {183, "ARM aarch64"},
        {243, "UCB RISC-V"}};
    for (const Row& row : kRows) {
      if (row.number == machine) return std::string(row.name);
    }
    return machine == 0 ? "no machine"
                        : "*unknown arch 0x" +
                              text_of("%llx", static_cast<unsigned long long>(machine)) + "*";
  }

  void read_headers() {
    const std::uint64_t headers = word(wide_ ? 32 : 28), sections = word(wide_ ? 40 : 32);
    const std::uint64_t size = number(wide_ ? 54 : 42, 2);
    const std::uint64_t count = number(wide_ ? 56 : 44, 2);
    for (std::uint64_t i = 0; i < count && i < kProgramHeadersMax; ++i) {
      const std::uint64_t at = headers + i * size;
      const std::uint64_t kind = number(at, 4);
      const std::uint64_t offset = word(at + (wide_ ? 8 : 4)), bytes = word(at + (wide_ ? 32 : 16));
      if (kind == 2) dynamic_ = true;
      if (kind == 3 && offset < bytes_.size()) {
        const std::string_view name =
            bytes_.substr(offset, std::min(bytes, std::uint64_t{kInterpreterBytesMax}));
        interpreter_ = std::string(name.substr(0, name.find('\0')));
      }
      if (kind == 4) read_notes(offset, std::min(bytes, std::uint64_t{kNoteBytesMax}));
    }
    pie_ = !interpreter_.empty();
    sections_ = sections;
    const std::uint64_t section_size = number(wide_ ? 58 : 46, 2),
                        section_count = number(wide_ ? 60 : 48, 2);
    for (std::uint64_t i = 0; i < section_count && i < kSectionsMax; ++i)
      symbols_ = symbols_ || number(sections + i * section_size + 4, 4) == 2;
  }

  void read_notes(std::uint64_t from, std::uint64_t bytes) {
    std::uint64_t at = from;
    while (at + 12 <= from + bytes && at + 12 <= bytes_.size()) {
      const std::uint64_t name = (number(at, 4) + 3) / 4 * 4, size = number(at + 4, 4);
      const std::uint64_t kind = number(at + 8, 4), data = at + 12 + name;
      if (name > kNoteBytesMax || size > kNoteBytesMax || data + size > bytes_.size()) return;
      const bool gnu = bytes_.substr(at + 12, 3) == "GNU";
      if (gnu && kind == 3) {
        build_id_.clear();
        for (std::uint64_t i = 0; i < size && i < 32; ++i)
          build_id_ +=
              text_of("%02x", static_cast<unsigned>(static_cast<unsigned char>(bytes_[data + i])));
      }
      if (gnu && kind == 1 && size >= 16)
        system_ = std::to_string(number(data + 4, 4)) + "." + std::to_string(number(data + 8, 4)) +
                  "." + std::to_string(number(data + 12, 4));
      at = data + (size + 3) / 4 * 4;
    }
  }

  std::string_view bytes_;
  bool wide_ = false, big_ = false, dynamic_ = false, pie_ = false, symbols_ = false;
  std::uint64_t sections_ = 0;
  std::string interpreter_, build_id_, system_;
};

}  // namespace

std::string elf_text(std::string_view bytes) {
  return Elf(bytes).text();
}

}  // namespace decnet::shell::cmd
