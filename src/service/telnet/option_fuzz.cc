// Any commands of the peer to the option engine, with our own in between.
#include <cstdint>
#include <cstdlib>

#include "service/telnet/option.h"
using namespace decnet::service::telnet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string output;
  Options options(output);
  options.support(Side::us, kEcho);
  options.support(Side::peer, kWindowSize);
  for (std::size_t at = 0; at + 1 < size; at += 2) {
    const Side side = (data[at] & 8) != 0 ? Side::us : Side::peer;
    output.clear();
    if ((data[at] & 16) != 0) {
      options.ask(side, data[at + 1]);
    } else if ((data[at] & 32) != 0) {
      options.end(side, data[at + 1]);
    } else {
      options.receive(static_cast<Verb>(251 + (data[at] & 3)), data[at + 1]);
    }
    if (output.size() > 3) std::abort();  // One command at most for each.
  }
  return 0;
}
