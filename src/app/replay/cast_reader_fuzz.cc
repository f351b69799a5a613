// Any bytes as a recording: no crash; times never go back; what is printed of it is harmless.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "app/replay/cast_reader.h"
#include "app/replay/terminal_filter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::app;
  const Cast cast = parse_cast({reinterpret_cast<const char*>(data), size});
  TerminalFilter filter;
  double before = 0;
  for (const CastEvent& event : cast.events) {
    if (!(event.time >= before)) std::abort();
    before = event.time;
    if (filter.filter(event.text).find('\a') != std::string::npos) std::abort();
  }
  return 0;
}
