#include "net/endpoint.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace decnet::net {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return fail(Errc::invalid_argument, "not a port");
  }
  return port;
}

bool same_bits(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b,
               std::size_t bits) noexcept {
  for (std::size_t n = 0; n < bits; ++n) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> n % 8);
    if ((a[n / 8] & mask) != (b[n / 8] & mask)) return false;
  }
  return true;
}

}  // namespace

Result<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string copy(text);
  in_addr four{};
  if (::inet_pton(AF_INET, copy.c_str(), &four) == 1) return v4(ntohl(four.s_addr));
  std::array<std::uint8_t, 16> six{};
  if (::inet_pton(AF_INET6, copy.c_str(), six.data()) == 1) return v6(six);
  return fail(Errc::invalid_argument, "not an IP address");
}

IpAddress IpAddress::v4(std::uint32_t host_order) noexcept {
  IpAddress out;
  for (unsigned n = 0; n < 4; ++n)
    out.bytes_[12 + n] = static_cast<std::uint8_t>(host_order >> (24 - 8 * n));
  return out;
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& bytes) noexcept {
  IpAddress out;
  out.bytes_ = bytes;
  out.v4_ = std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
  return out;
}

std::uint32_t IpAddress::to_v4() const noexcept {
  if (!v4_) return 0;
  return std::uint32_t{bytes_[12]} << 24 | std::uint32_t{bytes_[13]} << 16 |
         std::uint32_t{bytes_[14]} << 8 | bytes_[15];
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  ::inet_ntop(v4_ ? AF_INET : AF_INET6, v4_ ? bytes_.data() + 12 : bytes_.data(), out.data(),
              out.size());
  return out.data();
}

bool IpAddress::is_loopback() const noexcept {
  if (v4_) return bytes_[12] == 127;
  return std::all_of(bytes_.begin(), bytes_.begin() + 15, [](auto byte) { return byte == 0; }) &&
         bytes_[15] == 1;
}

bool IpAddress::is_private() const noexcept {
  if (is_loopback()) return true;
  if (!v4_) return (bytes_[0] & 0xfe) == 0xfc || (bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80);
  const auto a = bytes_[12];
  const auto b = bytes_[13];
  return a == 10 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168) ||
         (a == 169 && b == 254);
}

std::string Endpoint::text() const {
  return (ip.is_v4() ? ip.text() : "[" + ip.text() + "]") + ":" + std::to_string(port);
}

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos)
    return fail(Errc::invalid_argument, "an address with a port looks like 127.0.0.1:8080");
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  Endpoint out;
  out.ip = DECNET_TRY(IpAddress::parse(host));
  if (bracketed == out.ip.is_v4())
    return fail(Errc::invalid_argument, "an IPv6 address with a port looks like [::1]:8080");
  out.port = DECNET_TRY(parse_port(text.substr(colon + 1)));
  return out;
}

Result<Prefix> Prefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  Prefix out;
  out.ip = DECNET_TRY(IpAddress::parse(text.substr(0, slash)));
  const std::uint16_t most = out.ip.is_v4() ? 32 : 128;
  const std::uint16_t bits =
      slash == text.npos ? most : DECNET_TRY(parse_port(text.substr(slash + 1)));
  if (bits > most) return fail(Errc::invalid_argument, "the prefix is longer than an address");
  out.bits = static_cast<std::uint8_t>(bits);
  return out;
}

bool Prefix::contains(IpAddress address) const noexcept {
  if (address.is_v4() != ip.is_v4()) return false;
  return same_bits(address.bytes(), ip.bytes(), ip.is_v4() ? 96U + bits : bits);
}

std::string Prefix::text() const {
  return ip.text() + "/" + std::to_string(bits);
}

}  // namespace decnet::net
