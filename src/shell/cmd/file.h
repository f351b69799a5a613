// What file says of bytes: "ELF 64-bit LSB pie executable, x86-64, …", "ASCII text".
#pragma once

#include <string>
#include <string_view>

namespace decnet::shell::cmd {

inline constexpr std::size_t kFileBytesLookedAt = 1U << 20;  // As file reads of each.

struct FileKind {
  std::string text;  // "Bourne-Again shell script, ASCII text executable"
  std::string mime = "application/octet-stream";
  std::string charset = "binary";
};

// Of the first bytes of a file, which is not empty.
FileKind kind_of_bytes(std::string_view bytes);
// "" where it is no ELF file, or a broken one.
std::string elf_text(std::string_view bytes);

}  // namespace decnet::shell::cmd
