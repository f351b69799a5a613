// Any bytes as an IP packet: no crash, and what is a TCP packet has a signature of eight parts.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "fingerprint/tcp_syn.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::fingerprint;
  const auto syn = parse_tcp_packet(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!syn) return 0;
  const std::string signature = tcp_syn_signature(*syn);
  if (std::count(signature.begin(), signature.end(), ':') != 7) std::abort();
  if (tcp_flags_text(syn->flags).empty()) std::abort();
  return 0;
}
