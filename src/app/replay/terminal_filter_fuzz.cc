// Any bytes as the output of a terminal: nothing passes that a terminal answers to, wherever it is
// cut; and what has passed passes again as it is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "app/replay/terminal_filter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using decnet::app::TerminalFilter;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  TerminalFilter whole, bytewise, again;
  const std::string out = whole.filter(text);
  std::string pieces;
  for (const char c : text) pieces += bytewise.filter({&c, 1});
  if (pieces != out || again.filter(out) != out) std::abort();
  for (const std::string_view never :
       {"\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x1bZ", "\x1b[c", "\x1b[6n", "\x05", "\a"})
    if (out.find(never) != std::string::npos) std::abort();
  return 0;
}
