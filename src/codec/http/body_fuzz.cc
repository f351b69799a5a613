// Any bytes as a chunked body: the readers take no more than there is and come to an end or want
// more.
#include <cstdint>
#include <cstdlib>

#include "codec/http/body.h"

using namespace decnet::codec::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto play = [&](auto body) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    while (!rest.empty() && body.state() == BodyState::more) {
      const BodyPiece piece = body.feed(rest.substr(0, 1 + rest.size() / 2));
      if (piece.taken == 0 || piece.taken > rest.size() || piece.data.size() > piece.taken)
        std::abort();
      rest.remove_prefix(piece.taken);
    }
  };
  play(NginxBody({.chunked = true, .bytes = 0}));
  play(ApacheBody({.chunked = true, .bytes = 0}));
  return 0;
}
