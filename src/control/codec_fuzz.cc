// Any bytes: decode() must not crash, and what it takes must be written the same way again.
#include <cstdint>
#include <cstdlib>

#include "control/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::control;
  const auto message = decode({reinterpret_cast<const char*>(data), size});
  if (!message) return 0;
  const std::string bytes = encode(*message);
  const auto again = decode(bytes);
  if (!again || encode(*again) != bytes) std::abort();
  return 0;
}
