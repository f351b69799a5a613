#include <cstddef>
#include <cstdint>
#include <string_view>

#include "shell/cmd/file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(decnet::shell::cmd::kind_of_bytes({reinterpret_cast<const char*>(data), size}));
  return 0;
}
