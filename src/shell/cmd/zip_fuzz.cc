#include <cstddef>
#include <cstdint>
#include <string_view>

#include "shell/cmd/zip_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view archive(reinterpret_cast<const char*>(data), size);
  const auto members = decnet::shell::cmd::zip_members(archive);
  for (const auto& member : members.value_or(std::vector<decnet::shell::cmd::ZipMember>{})) {
    if (member.size >= 65536) continue;
    decnet::shell::cmd::ZipContent content(archive, member);
    while (content.step()) {
    }
    static_cast<void>(content.take());
  }
  return 0;
}
