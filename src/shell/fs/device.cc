#include "shell/fs/device.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "base/random.h"
#include "shell/fs/lower.h"

namespace decnet::shell::fs {
namespace {

constexpr std::uint32_t kNull = 1 << 8 | 3;
constexpr std::uint32_t kZero = 1 << 8 | 5;
constexpr std::uint32_t kFull = 1 << 8 | 7;
constexpr std::uint32_t kRandom = 1 << 8 | 8;
constexpr std::uint32_t kUrandom = 1 << 8 | 9;
constexpr std::size_t kSectorBytes = 512;

// A boot sector: code, and the mark at its end.
std::string boot_sector() {
  std::string sector = "\xeb\x63\x90";
  sector.resize(kSectorBytes, '\0');
  const std::string_view text = "GRUB \0Geom\0Hard Disk\0Read\0 Error\r\n";
  sector.replace(0x180, text.size(), text);
  sector[510] = '\x55';
  sector[511] = '\xaa';
  return sector;
}

}  // namespace

Sys<std::string> read_device(const Stat& stat, std::uint64_t offset, std::size_t count) {
  count = static_cast<std::size_t>(std::min<std::uint64_t>(count, kDeviceReadMax));
  if (stat.kind == Kind::block) {
    return filler(fmt::format("disk.{}", stat.special), boot_sector(), offset, count);
  }
  switch (stat.special) {
    case kNull:
      return std::string{};
    case kZero:
    case kFull:
      return std::string(count, '\0');
    case kRandom:
    case kUrandom:
      return random_bytes(count);
    default:
      return sys_fail(ENXIO);
  }
}

Sys<void> write_device(const Stat& stat) {
  if (stat.kind == Kind::block) return {};
  switch (stat.special) {
    case kFull:
      return sys_fail(ENOSPC);
    case kNull:
    case kZero:
    case kRandom:
    case kUrandom:
      return {};
    default:
      return sys_fail(ENXIO);
  }
}

}  // namespace decnet::shell::fs
