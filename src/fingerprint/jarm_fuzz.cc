// Any bytes as a raw JARM: what parses has 62 characters.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "fingerprint/jarm.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::fingerprint;
  const auto answers = parse_jarm_raw(std::string_view(reinterpret_cast<const char*>(data), size));
  if (answers && jarm(*answers).size() != 62) std::abort();
  return 0;
}
