// Zip archives: their directory, and what their members hold.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decnet::shell::cmd {

inline constexpr std::size_t kZipMembersMax = 20'000;         // Further ones are not read.
inline constexpr std::size_t kZipMemberBytesMax = 32U << 20;  // Unpacked; beyond: an error.
inline constexpr std::size_t kZipTotalBytesMax = 128U << 20;  // Of all members of one archive.
inline constexpr std::size_t kZipPieceBytes = 256U << 10;     // Unpacked without a breath.

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

// What a member holds, unpacked a piece at a time.
//
//   ZipContent content(archive, member);
//   while (content.step()) co_await process.breathe(…);
//   const std::optional<std::string> bytes = content.take();
class ZipContent {
 public:
  ZipContent(std::string_view archive, const ZipMember& member);  // The archive outlives it.
  ~ZipContent();
  ZipContent(const ZipContent&) = delete;
  ZipContent& operator=(const ZipContent&) = delete;

  bool step();  // At most kZipPieceBytes more. False: nothing is left to do.
  // Nothing: encrypted, of an unknown method, broken, or too large.
  std::optional<std::string> take();

 private:
  struct Stream;  // zlib's.
  void inflate_piece();

  const ZipMember& member_;
  std::string_view packed_;
  std::string out_;
  std::unique_ptr<Stream> stream_;
  bool good_ = false, over_ = false;
};

}  // namespace decnet::shell::cmd
