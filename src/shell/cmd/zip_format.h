// Zip archives: their directory, and what their members hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decnet::shell::cmd {

inline constexpr std::size_t kZipMembersMax = 20'000;         // Further ones are not read.
inline constexpr std::size_t kZipMemberBytesMax = 32U << 20;  // Unpacked; beyond: an error.

struct ZipMember {
  std::string name;
  std::uint16_t method = 0;  // 0 stored, 8 deflated.
  std::uint16_t flags = 0;   // Bit 0: encrypted.
  std::uint32_t time = 0;    // DOS date and time.
  std::uint32_t crc = 0;
  std::uint64_t packed = 0, size = 0, at = 0;
  std::uint32_t mode = 0;  // Of Unix; 0: unknown.
};

// Nothing: it has no directory.
std::optional<std::vector<ZipMember>> zip_members(std::string_view archive);
// Nothing: encrypted, of an unknown method, broken, or too large.
std::optional<std::string> zip_content(std::string_view archive, const ZipMember& member);

}  // namespace decnet::shell::cmd
