#include <cstddef>
#include <cstdint>
#include <string>

#include "shell/cmd/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string program(reinterpret_cast<const char*>(data), size < 2048 ? size : 2048);
  decnet::shell::cmd::Bench bench;
  bench.output_max = 65536;
  bench.breaths_max = 200'000;
  static_cast<void>(bench.run({"sed", program}, "one two\nthree\n\nfour,five 6\n"));
  return 0;
}
