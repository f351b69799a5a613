// What a SYN tells of the system that sent it.
#pragma once

#include <string>
#include <string_view>

namespace decnet::engine {

// The raw signature of a SYN packet (from the IP header on); empty if it is none.
std::string syn_fingerprint(std::string_view packet);

}  // namespace decnet::engine
