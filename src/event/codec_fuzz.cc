// Any bytes: the parser must not crash, and what it has read must survive being written and read
// again.
#include <cstdint>
#include <cstdlib>

#include "event/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::event;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Framer framer;
  framer.feed(bytes);
  for (std::string_view line; framer.next(line);) {
    Event first;
    if (!parse_line(line, {}, first)) continue;
    Event second;
    if (!parse_line(to_line(first), {}, second)) std::abort();
    Event third;
    if (!parse_line(to_line(second), {}, third) || third != second) std::abort();
  }
  return 0;
}
