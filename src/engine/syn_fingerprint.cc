#include "engine/syn_fingerprint.h"

#include "fingerprint/tcp_syn.h"

namespace decnet::engine {

std::string syn_fingerprint(std::string_view packet) {
  const auto syn = fingerprint::parse_tcp_packet(packet);
  return syn ? fingerprint::tcp_syn_signature(*syn) : std::string{};
}

}  // namespace decnet::engine
