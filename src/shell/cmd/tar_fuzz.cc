#include <cstddef>
#include <cstdint>
#include <string>

#include "shell/cmd/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  decnet::shell::cmd::Bench bench;
  bench.directory = "/tmp";
  static_cast<void>(
      bench.run({"tar", "xvf", "-"}, std::string(reinterpret_cast<const char*>(data), size)));
  return 0;
}
