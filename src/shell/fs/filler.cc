#include <algorithm>

#include "base/hash.h"
#include "base/random.h"
#include "shell/fs/lower.h"

namespace decnet::shell::fs {
namespace {

constexpr std::size_t kRunBytesMax = 96;
constexpr std::size_t kChunkBytes = 16 * 1024;  // Made at once.

// The file header of a position-independent x86-64 program, for programs without a kept head.
std::string elf_head() {
  std::string head(
      "\x7f"
      "ELF\x02\x01\x01",
      7);
  head.resize(64, '\0');
  const auto put = [&](std::size_t at, std::uint32_t value) {
    for (std::size_t n = 0; n < 4; ++n) head[at + n] = static_cast<char>(value >> (8 * n) & 0xff);
  };
  put(16, 3 | 62U << 16);   // ET_DYN, EM_X86_64
  put(20, 1);               // EV_CURRENT
  put(24, 0x4760);          // e_entry
  put(32, 64);              // e_phoff
  put(52, 64 | 56U << 16);  // e_ehsize, e_phentsize
  put(56, 13 | 64U << 16);  // e_phnum, e_shentsize
  put(60, 31 | 30U << 16);  // e_shnum, e_shstrndx
  return head;
}

// Compiled code compresses to about half: runs of noise between runs of zeros and repetition.
std::string chunk(std::string_view name, std::uint64_t number) {
  SeededRandom random(stable_hash(name) + number, "shell.filler");
  std::string bytes;
  bytes.reserve(kChunkBytes + kRunBytesMax);
  while (bytes.size() < kChunkBytes) {
    const std::size_t run = 1 + random.below(kRunBytesMax);
    switch (random.below(3)) {
      case 0:
        bytes.append(run, '\0');
        break;
      case 1:
        bytes.append(std::string(bytes, bytes.size() - std::min(bytes.size(), run * 4), run));
        break;
      default:
        bytes += random.bytes(run);
    }
  }
  bytes.resize(kChunkBytes);
  return bytes;
}

}  // namespace

std::string filler(std::string_view name, std::string_view head, std::uint64_t offset,
                   std::size_t count) {
  std::string made;
  if (head.empty() && name.find('.') == std::string_view::npos) head = made = elf_head();
  std::string bytes;
  bytes.reserve(count);
  if (offset < head.size()) bytes = head.substr(static_cast<std::size_t>(offset), count);
  while (bytes.size() < count) {
    const std::uint64_t at = offset + bytes.size();
    const std::string noise = chunk(name, at / kChunkBytes);
    bytes.append(noise, static_cast<std::size_t>(at % kChunkBytes), count - bytes.size());
  }
  return bytes;
}

}  // namespace decnet::shell::fs
