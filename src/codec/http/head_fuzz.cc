// Any bytes as a head, whole and in two pieces: both servers' readers must come to the same end.
#include <cstdint>
#include <cstdlib>

#include "codec/http/apache_head.h"
#include "codec/http/nginx_head.h"

using namespace decnet::codec::http;

template <class Head>
void play(std::string_view bytes) {
  Head whole;
  const std::size_t taken = whole.feed(bytes);
  Head pieces;
  std::size_t taken_in_pieces = pieces.feed(bytes.substr(0, bytes.size() / 2));
  taken_in_pieces += pieces.feed(bytes.substr(taken_in_pieces));
  if (whole.state() != pieces.state() || whole.refusal() != pieces.refusal()) std::abort();
  if (whole.state() != Head::State::complete) return;
  if (taken != taken_in_pieces || whole.request().path != pieces.request().path) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  play<NginxHead>(bytes);
  play<ApacheHead>(bytes);
  return 0;
}
