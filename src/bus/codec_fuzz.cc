// However a stream is cut, the frames are the same; and a frame that was read can be written again.
#include <algorithm>
#include <cstdlib>

#include "bus/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::bus;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  FrameBuffer pieces;
  std::size_t whole = 0;
  for (std::size_t at = 0, cut = 1U + data[0]; at < bytes.size(); at += cut) {
    pieces.push(bytes.substr(at, cut));
    for (auto frame = pieces.next(); frame && *frame; frame = pieces.next()) {
      const auto again = parse_frame(bytes.substr(whole));
      if (again.state != FrameState::complete || again.frame.args != (*frame)->args ||
          again.frame.body != (*frame)->body)
        std::abort();
      whole += again.frame.bytes;
      std::string written;
      append_frame(written, (*frame)->verb, (*frame)->args, (*frame)->body);
      if (parse_frame(written).frame.body != again.frame.body) std::abort();
    }
  }
  return 0;
}
