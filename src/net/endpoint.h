// Addresses: an IP with a port. IPv4 and IPv6.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/try.h"

namespace decnet::net {

class IpAddress {
 public:
  constexpr IpAddress() = default;  // 0.0.0.0
  static Result<IpAddress> parse(
      std::string_view text);  // Errors: invalid_argument. No names, no zones, no ports.
  static IpAddress v4(std::uint32_t host_order) noexcept;
  static IpAddress v6(
      const std::array<std::uint8_t, 16>& bytes) noexcept;  // ::ffff:a.b.c.d becomes v4

  bool is_v4() const noexcept { return v4_; }
  std::uint32_t to_v4() const noexcept;  // Host order; 0 for v6.
  const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }
  std::string text() const;  // RFC 5952 for v6.
  bool is_loopback() const noexcept;
  bool is_private() const noexcept;  // RFC 1918, RFC 4193, loopback, link-local.

  auto operator<=>(const IpAddress&) const noexcept = default;

 private:
  std::array<std::uint8_t, 16> bytes_{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
  bool v4_ = true;
};

struct Endpoint {
  IpAddress ip;
  std::uint16_t port = 0;

  std::string text() const;  // "1.2.3.4:80", "[::1]:80"
  static Result<Endpoint> parse(std::string_view text);
  auto operator<=>(const Endpoint&) const noexcept = default;
};

// "127.66.0.0/16": an address and the length of its prefix.
struct Prefix {
  IpAddress ip;
  std::uint8_t bits = 32;

  static Result<Prefix> parse(std::string_view text);
  bool contains(IpAddress address) const noexcept;
  std::string text() const;
};

}  // namespace decnet::net
