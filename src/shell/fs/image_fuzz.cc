// Any bytes as an image of files, with a sum that is right: what it says it holds can be walked.
#include <cstdint>
#include <cstdlib>

#include "base/hash.h"
#include "shell/filesystem.h"
#include "shell/image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::shell;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (size < 24) return 0;
  const auto at = [&](std::size_t n) {
    return std::size_t{data[n]} | std::size_t{data[n + 1]} << 8;
  };
  const std::uint32_t sum =
      decnet::crc32c(std::string_view(bytes).substr(24, at(8) * 32 + at(12) + at(16) * 8));
  for (std::size_t n = 0; n < 4; ++n) bytes[20 + n] = static_cast<char>(sum >> (8 * n) & 0xff);
  const auto image = Image::read(bytes);
  if (!image) return 0;
  for (const Image::Node& node : (*image)->nodes()) {
    if ((*image)->content(node).size() > node.kept) std::abort();
  }
  return 0;
}
