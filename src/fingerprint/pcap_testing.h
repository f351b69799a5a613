// For tests only: reads capture files and puts TCP streams together, no more than the vectors need.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace decnet::fingerprint {

// One direction of a conversation.
struct Flow {
  bool is_udp = false;
  std::string source, destination;  // Addresses, 4 or 16 bytes.
  std::uint16_t source_port = 0, destination_port = 0;

  Flow reversed() const { return {is_udp, destination, source, destination_port, source_port}; }
  auto operator<=>(const Flow&) const = default;
};

// The IP packets of a capture file (little endian, link type Ethernet or raw IP), in order.
// Aborts where the file is none.
void for_each_packet(const std::string& path, const std::function<void(std::string_view ip)>& each);

// Calls `each` with what every direction carries: bytes of TCP in order and once, or a datagram.
void for_each_payload(const std::string& path,
                      const std::function<void(const Flow&, std::string_view)>& each);

}  // namespace decnet::fingerprint
