// Addresses of deckies: whether one is well-formed, and which are free in a prefix. Text
// throughout: one address has one spelling, so that texts can be compared.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace decnet::fleet {

// An IPv4 or IPv6 address as inet_ntop writes it ("10.0.0.7", "2001:db8::7"); no zone, no prefix.
bool is_address(std::string_view text) noexcept;

// An IPv4 network. create("127.66.0.0/16"): the address must be the network's own.
class Prefix {
 public:
  // Errors: invalid_argument (not a.b.c.d/n, bits below the mask set, n not from 8 to 30).
  static Result<Prefix> create(std::string_view text);

  bool contains(std::string_view address) const noexcept;  // False for what is no IPv4 address.

  // The lowest `count` addresses from `first` (an offset into the network) that are not `taken`.
  // Those that end in .0 or .255 are left out whatever the length of the prefix: many programs take
  // them for networks. The same arguments give the same answer.
  // Errors: limit (there are not as many).
  Result<std::vector<std::string>> allocate(std::size_t count, std::span<const std::string> taken,
                                            std::uint32_t first = 1) const;

 private:
  Prefix(std::uint32_t network, unsigned length) : network_(network), length_(length) {}

  std::uint32_t network_;
  unsigned length_;
};

// Where a service goes whose port is taken on the host: port + 10000, or 0 where that is no port.
constexpr std::uint16_t fallback_port(std::uint16_t port) noexcept {
  return port <= 55'535 ? static_cast<std::uint16_t>(port + 10'000) : std::uint16_t{0};
}

}  // namespace decnet::fleet
